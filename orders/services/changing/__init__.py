"""What the agency does with an order that was sent: amend, cancel, hurry; and its notes."""
