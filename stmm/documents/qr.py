"""A QR code as a drawing that prints sharply and needs no picture."""

import segno


def qr_path(text: str) -> dict[str, object]:
    """One path of horizontal runs, with the quiet zone of four modules around; and its `size`."""
    matrix = segno.make_qr(text, error="m")
    runs = []
    for y, row in enumerate(matrix.matrix_iter(border=4)):
        for x, dark in enumerate(row):
            if dark:
                runs.append(f"M{x} {y}h1v1h-1z")
    return {"size": matrix.symbol_size(border=4)[0], "path": "".join(runs)}
