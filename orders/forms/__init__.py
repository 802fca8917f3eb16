"""What people fill in, page by page."""
