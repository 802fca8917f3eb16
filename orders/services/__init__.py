"""Every change to an order: locked, checked, made, recorded, in one transaction."""
