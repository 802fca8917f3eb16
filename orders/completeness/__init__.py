"""What is still missing before something can go out."""
