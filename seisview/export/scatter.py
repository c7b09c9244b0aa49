"""A map of points as a PNG file with a legend, drawn by pillow (no Qt, no window)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from seisview.atomic import write_error
from seisview.labels.facies import FaciesClass

_INK, _PAPER = (32, 32, 32), (255, 255, 255)
_SIDE, _MARGIN, _LEGEND, _TEXT_PX = 900, 60, 260, 17
_GREY = "#b0b0b0"


def save_scatter(
    path: Path,
    positions: npt.NDArray[np.float32],
    groups: npt.NDArray[np.intp],
    classes: Sequence[FaciesClass],
    title: str,
) -> None:
    """Draw points coloured by group.

    Parameters
    ----------
    path : Path
        A ``.png`` file, written as it is named; not atomic, because it is part of a folder that is.
    positions : ndarray of float32, shape (n, 2)
    groups : ndarray of int, shape (n,)
        Index into `classes`; -1 is drawn grey.
    classes : sequence of FaciesClass
        Name and colour of each group.
    title : str

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    page = Image.new("RGB", (_SIDE + _LEGEND, _SIDE), _PAPER)
    draw = ImageDraw.Draw(page)
    font = _font()
    draw.text((_MARGIN, 16), title, _INK, font)
    draw.rectangle((_MARGIN - 8, _MARGIN - 8, _SIDE - _MARGIN + 8, _SIDE - _MARGIN + 8), outline=_INK)
    colors = [c.color for c in classes] + [_GREY]
    radius = 3 if len(positions) <= 5000 else 1
    for (x, y), group in zip(_pixels(positions).tolist(), groups.tolist(), strict=True):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colors[group])
    counts = np.bincount(groups[groups >= 0], minlength=len(classes))
    rows = [(c.color, f"{c.name}: {n}") for c, n in zip(classes, counts.tolist(), strict=True)]
    if (groups < 0).any():
        rows.append((_GREY, f"none: {int((groups < 0).sum())}"))
    for number, (color, text) in enumerate(rows):
        top = _MARGIN + 26 * number
        draw.rectangle((_SIDE - 20, top, _SIDE - 2, top + 18), fill=color, outline=_INK)
        draw.text((_SIDE + 8, top), text, _INK, font)
    try:
        page.save(path, format="PNG")
    except OSError as error:
        raise write_error(path, error) from error


def _pixels(positions: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Place points on the page, the same scale along both axes; the vertical axis points up."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    scale = (_SIDE - 2 * _MARGIN) / max(float((high - low).max()), 1e-9)
    shifted = (positions - (low + high) / 2) * scale
    return np.stack([_SIDE / 2 + shifted[:, 0], _SIDE / 2 - shifted[:, 1]], axis=-1).astype(np.float64)


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype("DejaVuSans.ttf", _TEXT_PX)
    except OSError:
        return ImageFont.load_default(_TEXT_PX)
