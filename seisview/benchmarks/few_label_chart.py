"""The few-label table as a picture: mean IoU over the number of labelled sections, one panel per survey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from seisview.atomic import replacing
from seisview.benchmarks.few_label_methods import METHODS
from seisview.benchmarks.few_label_table import Found, Interval, grouped, t_interval

_PANEL, _KEY, _MARGIN = (560, 520), 330, 60
_COLORS = (
    "#7f7f7f",
    "#1f77b4",
    "#17becf",
    "#2ca02c",
    "#bcbd22",
    "#8c564b",
    "#9467bd",
    "#d62728",
    "#ff7f0e",
    "#e377c2",
    "#000000",
)
_INK, _GRID = "#202020", "#dddddd"


@dataclass(frozen=True, slots=True)
class _Panel:
    """Maps numbers of labelled sections and scores to places."""

    left: int
    shots: tuple[int, ...]

    def place(self, n: int, score: float) -> tuple[float, float]:
        width, height = _PANEL[0] - 2 * _MARGIN, _PANEL[1] - 2 * _MARGIN
        share = (self.shots.index(n) + 0.5) / len(self.shots)
        return self.left + _MARGIN + share * width, _MARGIN + (1 - score) * height


def draw_chart(cells: Sequence[Found], path: Path) -> None:
    """Draw what is known so far; nothing without any cell.

    Raises
    ------
    ExportError
        If the picture cannot be written.
    """
    groups = grouped(cells)
    surveys = list(dict.fromkeys(survey for survey, _, _ in groups))
    methods = [name for name in METHODS if any(name == method for _, _, method in groups)]
    if not surveys:
        return
    image = Image.new("RGB", (len(surveys) * _PANEL[0] + _KEY, _PANEL[1]), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(14)
    for number, survey in enumerate(surveys):
        shots = tuple(sorted({n for name, n, _ in groups if name == survey}))
        panel = _Panel(number * _PANEL[0], shots)
        _draw_axes(draw, font, panel, survey)
        for index, method in enumerate(methods):
            points = {
                n: t_interval([c["mean_iou"] for c in groups[survey, n, method]])
                for n in shots
                if (survey, n, method) in groups
            }
            _draw_curve(draw, panel, points, (index - len(methods) / 2) * 3, _COLORS[index % len(_COLORS)])
    _draw_key(draw, font, methods, len(surveys) * _PANEL[0])
    with replacing(path) as temporary:
        image.save(temporary, format="PNG")


def _draw_axes(
    draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, panel: _Panel, title: str
) -> None:
    left, right = panel.left + _MARGIN, panel.left + _PANEL[0] - _MARGIN
    for tenth in range(0, 11, 2):
        y = panel.place(panel.shots[0], tenth / 10)[1]
        draw.line([(left, y), (right, y)], fill=_GRID)
        draw.text((left - 8, y), f"{tenth / 10:.1f}", fill=_INK, font=font, anchor="rm")
    for n in panel.shots:
        draw.text((panel.place(n, 0)[0], _PANEL[1] - _MARGIN + 8), str(n), fill=_INK, font=font, anchor="ma")
    middle = (left + right) / 2
    draw.text((middle, _MARGIN / 2), f"{title}: mean IoU", fill=_INK, font=font, anchor="mm")
    draw.text((middle, _PANEL[1] - 18), "labelled sections", fill=_INK, font=font, anchor="mm")


def _draw_curve(
    draw: ImageDraw.ImageDraw, panel: _Panel, points: dict[int, Interval], aside: float, color: str
) -> None:
    places = []
    for n, interval in points.items():
        x, y = panel.place(n, interval.mean)
        places.append((x + aside, y))
        if interval.half is not None:
            ends = [
                panel.place(n, min(max(interval.mean + d, 0), 1))[1] for d in (interval.half, -interval.half)
            ]
            draw.line([(x + aside, ends[0]), (x + aside, ends[1])], fill=color, width=1)
        draw.ellipse([x + aside - 4, y - 4, x + aside + 4, y + 4], fill=color)
    if len(places) > 1:
        draw.line(places, fill=color, width=2)


def _draw_key(
    draw: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    methods: list[str],
    left: int,
) -> None:
    for index, method in enumerate(methods):
        y = _MARGIN + 24 * index
        draw.rectangle([left, y - 5, left + 16, y + 5], fill=_COLORS[index % len(_COLORS)])
        draw.text((left + 24, y), METHODS[method].title, fill=_INK, font=font, anchor="lm")
