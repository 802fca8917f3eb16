"""What is printed: from rows to plain records to files."""
