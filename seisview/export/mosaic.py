"""Pictures of a collection of patches: mosaics by class, amplitude histograms, sizes; drawn by pillow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from seisview.atomic import replacing

Floats = npt.NDArray[np.floating]
Bands = Sequence[tuple[str, Sequence[Floats]]]

_TILE, _GAP, _LABEL, _MOST = 96, 4, 22, 16
_PLOT = (300, 150)
_INK, _PAPER, _BAR = (32, 32, 32), (255, 255, 255), (70, 110, 160)
_BINS = 60


def save_mosaic(path: Path, bands: Bands) -> None:
    """Draw images in -1..1, a band with a heading for every class, up to 16 of each; write them as PNG.

    All are drawn with the same contrast: what is strong looks strong.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    columns = max((min(len(images), _MOST) for _, images in bands), default=1)
    page = _page(columns * (_TILE + _GAP) + _GAP, len(bands) * (_TILE + _LABEL + _GAP) + _GAP)
    draw = ImageDraw.Draw(page)
    for number, (name, images) in enumerate(bands):
        top = _GAP + number * (_TILE + _LABEL + _GAP)
        draw.text((_GAP, top), f"{name} ({len(images)})", _INK, _font())
        for place in range(min(len(images), _MOST)):
            page.paste(_drawn(images[place]), (_GAP + place * (_TILE + _GAP), top + _LABEL))
    _save(page, path)


def save_histograms(path: Path, bands: Bands) -> None:
    """Draw the distribution of amplitudes, -1..1, of every class as PNG; one scale for all classes."""
    heights = []
    for _, images in bands:
        counts = sum(np.histogram(image, bins=_BINS, range=(-1, 1))[0] for image in images)
        heights.append(np.asarray(counts, float) / max(float(np.sum(counts)), 1.0))
    _save_plots(path, [name for name, _ in bands], heights, "-1", "amplitude", "1")


def save_sizes(path: Path, shapes: Sequence[tuple[int, int]]) -> None:
    """Draw how often which number of rows and of columns occurs as PNG."""
    sides = np.asarray(shapes, float).reshape(-1, 2)
    top = float(sides.max(initial=1.0)) + 1
    heights = [np.histogram(sides[:, n], bins=_BINS, range=(0, top))[0].astype(float) for n in (0, 1)]
    _save_plots(path, ["rows", "columns"], heights, "0", "size", f"{top - 1:.0f}")


def _save_plots(
    path: Path, names: Sequence[str], heights: Sequence[Floats], left: str, middle: str, right: str
) -> None:
    width, height = _PLOT
    top = max((float(h.max(initial=0)) for h in heights), default=0.0) or 1.0
    page = _page(width + 2 * _LABEL, len(names) * (height + 2 * _LABEL) + _GAP)
    draw = ImageDraw.Draw(page)
    for number, (name, values) in enumerate(zip(names, heights, strict=True)):
        above = number * (height + 2 * _LABEL) + _LABEL
        draw.text((_LABEL, above - _LABEL + 2), name, _INK, _font())
        for place, value in enumerate(values):
            x = _LABEL + place * width // _BINS
            bar = round(float(value) / top * (height - 4))
            draw.rectangle((x, above + height - bar, x + width // _BINS - 1, above + height), _BAR)
        for text, share in ((left, 0.0), (middle, 0.42), (right, 0.95)):
            draw.text((_LABEL + share * width, above + height + 2), text, _INK, _font())
    _save(page, path)


def _page(width: int, height: int) -> Image.Image:
    return Image.new("RGB", (width, height), _PAPER)


def _drawn(image: Floats) -> Image.Image:
    grey = np.rint((np.clip(np.asarray(image, np.float32), -1, 1) + 1) * 127.5).astype(np.uint8)
    drawn = Image.fromarray(grey)
    drawn.thumbnail((_TILE, _TILE))
    return drawn


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(14)


def _save(page: Image.Image, path: Path) -> None:
    with replacing(path) as temporary:
        page.save(temporary, format="PNG")
