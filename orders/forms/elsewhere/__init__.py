"""What is asked of buying elsewhere, and what is said of purchases there."""
