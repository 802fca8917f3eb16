"""What the parties of an ATO fill in, and what its lists are filtered by."""
