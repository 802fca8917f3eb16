"""Pages of orders on local purchasing documents."""
