"""May it be bought elsewhere, what was bought there, and the exemptions asked for it."""
