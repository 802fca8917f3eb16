"""How large a matrix file may be, and what is said to a larger one."""

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 64
# What the child process may hand over: in all, and for one batch of rows.
MAX_ROWS_BYTES = 128 * 1024 * 1024
MAX_LINE_BYTES = 8 * 1024 * 1024

TOO_LARGE = (
    f"The file is larger than {MAX_FILE_BYTES // (1024 * 1024)} MB. Split it, and send the parts."
)
TOO_MANY_ROWS = (
    f"The sheet reaches below row {MAX_ROWS:,}. Delete empty or stray cells below the last line, "
    "or split the file."
)
TOO_MANY_COLUMNS = (
    f"The sheet is wider than {MAX_COLUMNS} columns. Delete stray cells to the right of the matrix."
)
TOO_MUCH = (
    "The workbook needs more memory or time than a price and services matrix does. Copy the lines "
    "into a new workbook, save it as .xlsx or .csv, and send that file."
)
