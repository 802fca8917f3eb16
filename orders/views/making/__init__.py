"""Pages on which an order is made: its steps, its lines, many at once, or all on one page."""
