"""Pages of leaving CALNET."""
