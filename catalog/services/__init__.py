"""Every change to the catalogue: checked, locked, made, recorded, in one transaction."""
