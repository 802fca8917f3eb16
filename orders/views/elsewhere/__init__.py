"""Pages of what is bought elsewhere: the question, the purchases, their ledgers."""
