"""What contractors’ order desks say of the orders they were sent, and the agency’s answers."""
