"""A section as a PNG file with axes, units, colour bar and legend, drawn by pillow (no Qt, no window)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from seisview import __version__
from seisview.atomic import replacing
from seisview.data.colormaps import colormap
from seisview.data.geometry import Axis
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
from seisview.export.section_image import ByteArray, SectionPicture, section_colors
from seisview.export.ticks import section_axes
from seisview.labels.facies import FaciesClass

_OUTLINE = (16, 16, 16)


def save_section_image(picture: SectionPicture, out: Path) -> None:
    """Draw a section and write it as PNG in one step.

    Parameters
    ----------
    picture : SectionPicture
    out : Path
        A ``.png`` file.

    Raises
    ------
    ExportError
        If the file cannot be written; nothing half-written is left behind.
    """
    info = PngInfo()
    info.add_text("Title", _title(picture))
    info.add_text("Software", f"seisview {__version__}")
    image = draw_section(picture)
    with replacing(out) as temporary:
        image.save(temporary, format="PNG", pnginfo=info)


def draw_section(picture: SectionPicture) -> Image.Image:
    """Draw a section with title, axes, colour bar and, where classes are shown, a legend.

    Row 0 is at the top, so time and depth increase downwards. Small sections are enlarged by whole
    factors without smoothing, large ones reduced, so that the plot is about 1200 by 800 pixels.

    Parameters
    ----------
    picture : SectionPicture

    Returns
    -------
    PIL.Image.Image
        Mode RGB.
    """
    colors = section_colors(picture)
    width, height = fitted(colors.shape[1], PLOT_WIDTH), fitted(colors.shape[0], PLOT_HEIGHT)
    font = text_font(TEXT_PX)
    legend = _legend_classes(picture)
    side = _side_width(font, picture, legend)
    plot = Plot(96, 2 * GAP + 2 * TEXT_PX, width, height)
    page_height = max(plot.bottom + 66, plot.top + 260 + (len(legend) + 2) * (TEXT_PX + 8))
    page = Image.new("RGB", (plot.right + side + GAP, page_height), PAPER)
    page.paste(_outlined(resized(colors, width, height), picture.labels), (plot.left, plot.top))
    draw = ImageDraw.Draw(page)
    draw.rectangle((plot.left - 1, plot.top - 1, plot.right, plot.bottom), outline=INK)
    draw.text((plot.left, GAP), _title(picture), INK, text_font(TEXT_PX + 5))
    horizontal, vertical = section_axes(picture.geometry, picture.key)
    draw_horizontal_axis(draw, plot, horizontal, font)
    draw_vertical_axis(page, plot, vertical, font)
    bar_bottom = _draw_amplitudes_bar(page, plot, picture, font)
    _draw_legend(draw, (plot.right + 2 * GAP, bar_bottom), legend, font)
    return page


def _title(picture: SectionPicture) -> str:
    title = picture.geometry.title(picture.key)
    if picture.key.axis is Axis.SAMPLE:
        domain = picture.geometry.domain
        title = f"{domain} slice {title}" if domain.unit else f"slice at {title}"
    title = title[0].upper() + title[1:]
    return f"{title}  -  {picture.source}" if picture.source else title


def _outlined(image: Image.Image, labels: ByteArray | None) -> Image.Image:
    """Draw a thin outline around painted areas, as the window does: that tells them from predictions."""
    if labels is None or not labels.any():
        return image
    areas = np.asarray(Image.fromarray(labels).resize(image.size, Image.Resampling.NEAREST))
    border = np.zeros(areas.shape, np.bool_)
    for step, axis in ((1, 0), (-1, 0), (1, 1), (-1, 1)):
        beside = np.roll(areas, step, axis)
        edge: tuple[int | slice, int | slice] = (0 if step > 0 else -1, slice(None))
        edge = edge if axis == 0 else edge[::-1]
        beside[edge] = areas[edge]  # what goes on beyond the section has no border there
        border |= areas != beside
    pixels = np.array(image)
    pixels[border & (areas != 0)] = _OUTLINE
    return Image.fromarray(pixels)


def _legend_classes(picture: SectionPicture) -> list[FaciesClass]:
    """The classes that occur on the section; a legend of absent ones misleads."""
    layers = [layer for layer in (picture.facies, picture.labels) if layer is not None]
    if picture.scheme is None or not layers:
        return []
    present = set(np.unique(np.concatenate([np.unique(layer) for layer in layers])).tolist())
    return [c for c in picture.scheme.classes if c.id in present]


def _side_width(font: Font, picture: SectionPicture, legend: list[FaciesClass]) -> int:
    texts = [picture.style.unit, *(c.name for c in legend), "-0.00000123"]
    return int(max(font.getlength(text) for text in texts)) + 5 * GAP + BAR


def _draw_amplitudes_bar(page: Image.Image, plot: Plot, picture: SectionPicture, font: Font) -> int:
    """Draw the colour bar and return the y coordinate below it."""
    style, limit = picture.style, picture.style.clip_limit
    numbers = [(share, _amplitude_text(style.center + limit * (1 - 2 * share))) for share in (0.0, 0.5, 1.0)]
    return draw_color_bar(page, plot, colormap(style.colormap).table, style.unit, numbers, font)


def _amplitude_text(value: float) -> str:
    """Three digits that count; plain numbers as long as they are short."""
    return f"{value:.0f}" if 100 <= abs(value) < 1e6 else f"{value:.3g}"


def _draw_legend(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], classes: list[FaciesClass], font: Font
) -> None:
    left, top = place
    for number, facies_class in enumerate(classes):
        y = top + number * (TEXT_PX + 8)
        draw.rectangle((left, y, left + BAR, y + BAR), fill=facies_class.color, outline=INK)
        draw.text((left + BAR + 8, y + BAR / 2), facies_class.name, INK, font, anchor="lm")
