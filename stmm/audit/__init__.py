"""Evidence: what was changed, by whom, when; facts that are added and never edited."""
