"""Authorizations To Order of bodies outside State government, and their eligibility."""
