"""Reading price and services matrices, workbooks and delimited text that strangers made.

`rows.read_matrix` is the way in. Nothing here knows Django or the database: `child` runs in a
process of its own and must start fast and small.
"""
