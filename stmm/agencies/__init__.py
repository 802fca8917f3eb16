"""Agencies, their standing over time, and who is appointed to act for them."""
