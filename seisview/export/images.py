"""A section as a PNG file with axes, units, colour bar and legend, drawn by pillow (no Qt, no window)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from seisview import __version__
from seisview.atomic import replacing
from seisview.data.colormaps import colormap
from seisview.data.geometry import Axis
from seisview.export.section_image import ByteArray, SectionPicture, section_colors
from seisview.export.ticks import AxisDescription, section_axes
from seisview.labels.facies import FaciesClass

_INK, _PAPER = (32, 32, 32), (255, 255, 255)
_OUTLINE = (16, 16, 16)
_GAP, _TICK, _BAR = 12, 6, 18
_PLOT_WIDTH, _PLOT_HEIGHT = 1200, 800
_TEXT_PX = 17

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the section lies on the page, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height


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
    width, height = _fitted(colors.shape[1], _PLOT_WIDTH), _fitted(colors.shape[0], _PLOT_HEIGHT)
    font = _font(_TEXT_PX)
    legend = _legend_classes(picture)
    side = _side_width(font, picture, legend)
    plot = _Plot(96, 2 * _GAP + 2 * _TEXT_PX, width, height)
    page_height = max(plot.bottom + 66, plot.top + 260 + (len(legend) + 2) * (_TEXT_PX + 8))
    page = Image.new("RGB", (plot.right + side + _GAP, page_height), _PAPER)
    page.paste(_outlined(_resized(colors, width, height), picture.labels), (plot.left, plot.top))
    draw = ImageDraw.Draw(page)
    draw.rectangle((plot.left - 1, plot.top - 1, plot.right, plot.bottom), outline=_INK)
    draw.text((plot.left, _GAP), _title(picture), _INK, _font(_TEXT_PX + 5))
    horizontal, vertical = section_axes(picture.geometry, picture.key)
    _draw_horizontal_axis(draw, plot, horizontal, font)
    _draw_vertical_axis(page, plot, vertical, font)
    bar_bottom = _draw_color_bar(page, plot, picture, font)
    _draw_legend(draw, (plot.right + 2 * _GAP, bar_bottom), legend, font)
    return page


def _title(picture: SectionPicture) -> str:
    title = picture.geometry.title(picture.key)
    if picture.key.axis is Axis.SAMPLE:
        domain = picture.geometry.domain
        title = f"{domain} slice {title}" if domain.unit else f"slice at {title}"
    title = title[0].upper() + title[1:]
    return f"{title}  -  {picture.source}" if picture.source else title


def _fitted(count: int, wanted: int) -> int:
    """Pixels for `count` samples: a whole multiple when they are few, `wanted` when they are many."""
    return count * max(1, round(wanted / count)) if count <= wanted else wanted


def _resized(colors: ByteArray, width: int, height: int) -> Image.Image:
    """Repeat samples where there are few, average them where there are many."""
    return Image.fromarray(colors).resize((width, height), Image.Resampling.BOX)


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


def _font(size: int) -> Font:
    """Use a font with the letters of most languages if the machine has it; else pillow's own."""
    for name in ("DejaVuSans.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc"):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _legend_classes(picture: SectionPicture) -> list[FaciesClass]:
    """The classes that occur on the section; a legend of absent ones misleads."""
    layers = [layer for layer in (picture.facies, picture.labels) if layer is not None]
    if picture.scheme is None or not layers:
        return []
    present = set(np.unique(np.concatenate([np.unique(layer) for layer in layers])).tolist())
    return [c for c in picture.scheme.classes if c.id in present]


def _side_width(font: Font, picture: SectionPicture, legend: list[FaciesClass]) -> int:
    texts = [picture.style.unit, *(c.name for c in legend), "-0.00000123"]
    return int(max(font.getlength(text) for text in texts)) + 5 * _GAP + _BAR


def _draw_horizontal_axis(draw: ImageDraw.ImageDraw, plot: _Plot, axis: AxisDescription, font: Font) -> None:
    pixel = plot.width / len(axis.numbers)
    for tick in axis.ticks(max(2, plot.width // 130)):
        x = plot.left + (tick.index + 0.5) * pixel
        draw.line((x, plot.bottom, x, plot.bottom + _TICK), fill=_INK)
        draw.text((x, plot.bottom + _TICK + 3), tick.text, _INK, font, anchor="ma")
    middle = plot.left + plot.width / 2
    draw.text((middle, plot.bottom + _TICK + _TEXT_PX + 10), axis.label, _INK, font, anchor="ma")


def _draw_vertical_axis(page: Image.Image, plot: _Plot, axis: AxisDescription, font: Font) -> None:
    draw = ImageDraw.Draw(page)
    pixel = plot.height / len(axis.numbers)
    for tick in axis.ticks(max(2, plot.height // 80)):
        y = plot.top + (tick.index + 0.5) * pixel
        draw.line((plot.left - _TICK - 1, y, plot.left - 1, y), fill=_INK)
        draw.text((plot.left - _TICK - 5, y), tick.text, _INK, font, anchor="rm")
    upright = Image.new("RGB", (int(font.getlength(axis.label)) + 4, _TEXT_PX + 8), _PAPER)
    ImageDraw.Draw(upright).text((2, 2), axis.label, _INK, font)
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    page.paste(turned, (6, max(0, plot.top + (plot.height - turned.height) // 2)))


def _draw_color_bar(page: Image.Image, plot: _Plot, picture: SectionPicture, font: Font) -> int:
    """Draw the colour bar and return the y coordinate below it."""
    draw = ImageDraw.Draw(page)
    left, top, height = plot.right + 2 * _GAP, plot.top + _TEXT_PX + _GAP, 170
    draw.text((left, plot.top - 2), picture.style.unit, _INK, font)
    bar = colormap(picture.style.colormap).table[::-1][:, None]
    page.paste(_resized(np.ascontiguousarray(bar), _BAR, height), (left, top))
    draw.rectangle((left - 1, top - 1, left + _BAR, top + height), outline=_INK)
    limit = picture.style.clip_limit
    for share, value in ((0.0, limit), (0.5, 0.0), (1.0, -limit)):
        y = top + share * (height - 1)
        draw.text((left + _BAR + 6, y), _amplitude_text(value), _INK, font, anchor="lm")
    return top + height + 2 * _GAP


def _amplitude_text(value: float) -> str:
    """Three digits that count; plain numbers as long as they are short."""
    return f"{value:.0f}" if 100 <= abs(value) < 1e6 else f"{value:.3g}"


def _draw_legend(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], classes: list[FaciesClass], font: Font
) -> None:
    left, top = place
    for number, facies_class in enumerate(classes):
        y = top + number * (_TEXT_PX + 8)
        draw.rectangle((left, y, left + _BAR, y + _BAR), fill=facies_class.color, outline=_INK)
        draw.text((left + _BAR + 8, y + _BAR / 2), facies_class.name, _INK, font, anchor="lm")
