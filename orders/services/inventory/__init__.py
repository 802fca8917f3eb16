"""What works at an agency, what it costs, and what nobody needs any more."""
