"""Pages of what works at an agency, and what it costs."""
