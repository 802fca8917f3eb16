"""Long runs, by `make soak` alone: what the suite does a few times, done hundreds of times."""
