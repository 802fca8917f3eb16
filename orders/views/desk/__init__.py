"""Pages of the contractor’s order desk, and what agencies answer it."""
