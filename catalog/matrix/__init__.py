"""Reading price and services matrix files (.xlsx, .csv) that strangers may have made.

`rows.read_matrix` is the way in. Nothing here knows Django or the database: `child` runs in a
process of its own and must start fast and small.
"""
