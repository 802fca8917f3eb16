"""Pages of Authorizations To Order and of the eligibility that comes before them."""
