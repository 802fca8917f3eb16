"""Who may do what, and who sees what. One reason serves the refusal and the disabled button."""
