"""Orders on locally authorized purchasing documents."""
