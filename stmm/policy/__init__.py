"""The manual as code: facts in, one cited decision out. No Django, no clock, no database."""
