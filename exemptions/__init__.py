"""Exemption requests under STMM Chapter 501.0, from the compelling reason to the decision."""
