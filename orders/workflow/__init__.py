"""The states, and the tables of what leads from which to which, by whom."""
