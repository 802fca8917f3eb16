"""The permission table, a module for each area of the site; `tests.permission_table` joins them."""
