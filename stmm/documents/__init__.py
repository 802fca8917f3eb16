"""Documents made once, kept with their hash, handed out as they were made."""
