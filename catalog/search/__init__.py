"""The search index: one interface over SQLite's full text and PostgreSQL's.

`words` makes words of texts and of questions, the same on both databases; `sqlite` and
`postgresql` keep and match them; `index` is what the rest of the catalogue calls.
"""
