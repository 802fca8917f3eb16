"""The answer to a file that is not read at all."""


class MatrixRefused(Exception):
    """The whole file is refused. The text is for the person who sent it and says what to do."""
