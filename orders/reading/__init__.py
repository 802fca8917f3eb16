"""What pages show, and services weigh: read from rows in few queries."""
