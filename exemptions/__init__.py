"""Exemption requests under Chapter 501.0 (casework follows; nothing is stored yet)."""
