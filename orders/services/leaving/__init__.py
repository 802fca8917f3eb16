"""Leaving CALNET: notices, their letters, and what becomes of them."""
