"""The catalogue's pages. Everyone who signs in may read all of it."""
