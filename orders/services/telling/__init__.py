"""Telling people of orders: whose turn it is, and what changed meanwhile."""
