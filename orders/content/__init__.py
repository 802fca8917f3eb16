"""What is signed or hashed, as canonical JSON."""
