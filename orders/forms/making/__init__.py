"""What is filled in to make an order: its steps, its lines, many at once, all on one page."""
