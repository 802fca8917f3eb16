"""What is wrong in one cell of a matrix file, in the words of the person who looks at the file."""

from dataclasses import dataclass

LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """`row` counts as a spreadsheet program shows it; `column` is the heading as published."""

    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        found = f"“{self.value}”" if self.value else "empty"
        return f"Row {self.row}, {self.column}: {found} – expected {self.expected}"


def quote(cell: object) -> str:
    """The cell as text fit for a message: one line, at most 60 characters, nothing invisible."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    if len(text) > LONGEST_QUOTE:
        text = text[:LONGEST_QUOTE] + "…"
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
