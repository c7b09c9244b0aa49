"""A map of a surface as a PNG file with axes in line numbers and a colour bar (pillow; no Qt, no window)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from seisview import __version__
from seisview.atomic import replacing
from seisview.data.colormaps import colormap
from seisview.data.geometry import Axis, SectionKey
from seisview.export.page import (
    BAR,
    GAP,
    INK,
    PAPER,
    PLOT_HEIGHT,
    PLOT_WIDTH,
    TEXT_PX,
    Font,
    Plot,
    draw_color_bar,
    draw_horizontal_axis,
    draw_vertical_axis,
    fitted,
    resized,
    text_font,
)
from seisview.export.surface import SURFACE_COLORMAP, Surface
from seisview.export.ticks import section_axes

ByteArray = npt.NDArray[np.uint8]

_NOTHING = (222, 222, 222)


def save_surface_image(surface: Surface, out: Path) -> None:
    """Draw a map and write it as PNG in one step.

    Raises
    ------
    ExportError
        If the file cannot be written; nothing half-written is left behind.
    """
    info = PngInfo()
    info.add_text("Title", _title(surface))
    info.add_text("Software", f"seisview {__version__}")
    for name, text in surface.provenance.items():
        info.add_itxt(name, text)
    image = draw_surface(surface)
    with replacing(out) as temporary:
        image.save(temporary, format="PNG", pnginfo=info)


def draw_surface(surface: Surface) -> Image.Image:
    """Draw a map as time and depth slices are drawn: inlines to the right, crosslines down.

    Grey is where there is no value. At least one trace must have one.

    Returns
    -------
    PIL.Image.Image
        Mode RGB.
    """
    colors = surface_colors(surface.values, *surface.limits).transpose(1, 0, 2)
    width, height = fitted(colors.shape[1], PLOT_WIDTH), fitted(colors.shape[0], PLOT_HEIGHT)
    font, title = text_font(TEXT_PX), text_font(TEXT_PX + 5)
    plot = Plot(96, 2 * GAP + 2 * TEXT_PX, width, height)
    page_width = plot.right + _side_width(surface, font) + GAP
    page_width = max(page_width, plot.left + int(title.getlength(_title(surface))) + GAP)
    page = Image.new("RGB", (page_width, max(plot.bottom + 66, plot.top + 300)), PAPER)
    page.paste(resized(np.ascontiguousarray(colors), width, height), (plot.left, plot.top))
    draw = ImageDraw.Draw(page)
    draw.rectangle((plot.left - 1, plot.top - 1, plot.right, plot.bottom), outline=INK)
    draw.text((plot.left, GAP), _title(surface), INK, title)
    horizontal, vertical = section_axes(surface.geometry, SectionKey(Axis.SAMPLE, 0))
    draw_horizontal_axis(draw, plot, horizontal, font)
    draw_vertical_axis(page, plot, vertical, font)
    bottom = _draw_bar(page, plot, surface, font)
    if surface.n_points < surface.values.size:
        left = plot.right + 2 * GAP
        draw.rectangle((left, bottom, left + BAR, bottom + BAR), fill=_NOTHING, outline=INK)
        draw.text((left + BAR + 8, bottom + BAR / 2), "none", INK, font, anchor="lm")
    return page


def surface_colors(values: npt.NDArray[np.float32], low: float, high: float) -> ByteArray:
    """Colours of a map, uint8 of shape (n_inlines, n_crosslines, 3); grey where there is no value."""
    table = colormap(SURFACE_COLORMAP).table
    share = np.nan_to_num((values - low) / max(high - low, 1e-9))
    colors = table[np.rint(np.clip(share, 0, 1) * (len(table) - 1)).astype(np.intp)]
    return np.where(np.isfinite(values)[..., None], colors, np.array(_NOTHING, np.uint8))


def _draw_bar(page: Image.Image, plot: Plot, surface: Surface, font: Font) -> int:
    """Draw the colour bar, times and depths increasing downwards, and return the y coordinate below it."""
    table, (low, high) = colormap(SURFACE_COLORMAP).table, surface.limits
    ends = (low, high) if surface.lies_deep else (high, low)
    table = table[::-1] if surface.lies_deep else table
    shares = (0.0, 0.5, 1.0) if high > low else (0.5,)
    numbers = [(share, f"{ends[0] + share * (ends[1] - ends[0]):.5g}") for share in shares]
    return draw_color_bar(page, plot, table, surface.label, numbers, font)


def _title(surface: Surface) -> str:
    title = surface.name[0].upper() + surface.name[1:]
    source = surface.provenance.get("survey", "")
    return f"{title}  -  {source}" if source else title


def _side_width(surface: Surface, font: Font) -> int:
    texts = (surface.label, "-0.00000123", "none")
    return int(max(font.getlength(text) for text in texts)) + 5 * GAP + BAR
