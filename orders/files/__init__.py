"""Spreadsheets that people upload and download."""
