"""Pages on which orders are reviewed and signed, and where agencies say who may."""
