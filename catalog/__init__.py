"""CALNET contracts, categories and services, with prices and designations over time."""
