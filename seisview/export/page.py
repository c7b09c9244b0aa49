"""What drawn pages have in common: paper, axes in line numbers, text; drawn by pillow (no Qt, no window)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from seisview.export.section_image import ByteArray
from seisview.export.ticks import AxisDescription

INK, PAPER = (32, 32, 32), (255, 255, 255)
GAP, TICK, BAR = 12, 6, 18
PLOT_WIDTH, PLOT_HEIGHT = 1200, 800
TEXT_PX = 17

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Plot:
    """Where the data lie on the page, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First pixel beside it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """First pixel below it."""
        return self.top + self.height


def fitted(count: int, wanted: int) -> int:
    """Pixels for `count` samples: a whole multiple when they are few, `wanted` when they are many."""
    return count * max(1, round(wanted / count)) if count <= wanted else wanted


def resized(colors: ByteArray, width: int, height: int) -> Image.Image:
    """Repeat samples where there are few, average them where there are many."""
    return Image.fromarray(colors).resize((width, height), Image.Resampling.BOX)


def text_font(size: int) -> Font:
    """Use a font with the letters of most languages if the machine has it; else pillow's own."""
    for name in ("DejaVuSans.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc"):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def draw_horizontal_axis(draw: ImageDraw.ImageDraw, plot: Plot, axis: AxisDescription, font: Font) -> None:
    """Draw ticks with their numbers below the plot, and what they count."""
    pixel = plot.width / len(axis.numbers)
    for tick in axis.ticks(max(2, plot.width // 130)):
        x = plot.left + (tick.index + 0.5) * pixel
        draw.line((x, plot.bottom, x, plot.bottom + TICK), fill=INK)
        draw.text((x, plot.bottom + TICK + 3), tick.text, INK, font, anchor="ma")
    middle = plot.left + plot.width / 2
    draw.text((middle, plot.bottom + TICK + TEXT_PX + 10), axis.label, INK, font, anchor="ma")


def draw_vertical_axis(page: Image.Image, plot: Plot, axis: AxisDescription, font: Font) -> None:
    """Draw ticks with their numbers left of the plot, and what they count, upright."""
    draw = ImageDraw.Draw(page)
    pixel = plot.height / len(axis.numbers)
    for tick in axis.ticks(max(2, plot.height // 80)):
        y = plot.top + (tick.index + 0.5) * pixel
        draw.line((plot.left - TICK - 1, y, plot.left - 1, y), fill=INK)
        draw.text((plot.left - TICK - 5, y), tick.text, INK, font, anchor="rm")
    upright = Image.new("RGB", (int(font.getlength(axis.label)) + 4, TEXT_PX + 8), PAPER)
    ImageDraw.Draw(upright).text((2, 2), axis.label, INK, font)
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    page.paste(turned, (6, max(0, plot.top + (plot.height - turned.height) // 2)))


def draw_color_bar(
    page: Image.Image,
    plot: Plot,
    table: ByteArray,
    title: str,
    numbers: Sequence[tuple[float, str]],
    font: Font,
) -> int:
    """Draw a colour bar right of the plot and return the y coordinate below it.

    Parameters
    ----------
    page : PIL.Image.Image
    plot : Plot
    table : ndarray of uint8, shape (n, 3)
        Colours from the lowest value, at the bottom, to the highest.
    title : str
        What is measured, with its unit.
    numbers : sequence of (float, str)
        Share of the bar from its top, and what stands there.
    font : Font
    """
    draw = ImageDraw.Draw(page)
    left, top, height = plot.right + 2 * GAP, plot.top + TEXT_PX + GAP, 170
    draw.text((left, plot.top - 2), title, INK, font)
    page.paste(resized(np.ascontiguousarray(table[::-1][:, None]), BAR, height), (left, top))
    draw.rectangle((left - 1, top - 1, left + BAR, top + height), outline=INK)
    for share, text in numbers:
        draw.text((left + BAR + 6, top + share * (height - 1)), text, INK, font, anchor="lm")
    return top + height + 2 * GAP
