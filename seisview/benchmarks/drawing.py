"""Targets B1 and B2: the section view against pyqtgraph's float32 image with a rebuilt RGBA overlay."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from seisview.benchmarks.report import BenchmarkOptions, BenchmarkReport
from seisview.benchmarks.targets import TargetTable
from seisview.benchmarks.timing import Timing, in_turns
from seisview.progress import Progress

_SHAPES = {"full": ((700, 900), (1500, 3000)), "quick": ((90, 120),)}
_B1_LIMITS = {(700, 900): 0.7, (1500, 3000): 0.3, (90, 120): 1.0}
_B2_LIMIT = 0.1
_TURNS = {"full": 21, "quick": 3}


def run(options: BenchmarkOptions) -> BenchmarkReport:
    """Draw sections and strokes in one pane and in four, offscreen unless Qt was told otherwise.

    Parameters
    ----------
    options : BenchmarkOptions

    Returns
    -------
    BenchmarkReport
        B1: a new section with new facies and labels. B2: the repaint of one brush dab.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from seisview.gui.app import create_app

    app = create_app()
    table = TargetTable(judged=not options.is_quick)
    for shape in _SHAPES[options.budget]:
        for n_panes in (1, 4):
            panes = "one pane" if n_panes == 1 else "four panes"
            options.progress.report(f"Drawing {shape[0]} x {shape[1]} in {panes}")
            _measure(table, shape, n_panes, _TURNS[options.budget], options.progress)
    table.note(
        f"Medians of {_TURNS[options.budget]} turns; canvases of 1200 x 800 pixels in all, platform "
        f"{app.platformName()}; the clock stops when all was painted. Four panes: the same in each, of "
        "600 x 400 pixels; a stroke repaints its samples in all four."
    )
    return table.report("Drawing a section with facies and labels")


def _measure(
    table: TargetTable, shape: tuple[int, int], n_panes: int, repeats: int, progress: Progress
) -> None:
    from seisview.benchmarks.drawing_case import make_case
    from seisview.benchmarks.drawing_ways import MaskUploads, PyqtgraphViews, SectionViews

    case = make_case(shape)
    peer, uploads, ours = (
        PyqtgraphViews(case, n_panes),
        MaskUploads(case, n_panes),
        SectionViews(case, n_panes),
    )
    try:
        drawn = _painted_in_turns(
            {"seisview": (ours.show_section, ours.viewports), "peer": (peer.show_section, peer.viewports)},
            repeats, progress,
        )  # fmt: skip
        stroked = _painted_in_turns(
            {
                "seisview": (ours.stroke, ours.viewports),
                "peer": (peer.stroke, peer.viewports),
                "uploads": (uploads.stroke, uploads.viewports),
            },
            repeats, progress,
        )  # fmt: skip
    finally:
        for way in (peer, uploads, ours):
            way.window.close()
            way.window.deleteLater()
    size = f"{shape[0]} x {shape[1]}, {'one pane' if n_panes == 1 else 'four panes'}"
    rebuilt = "pyqtgraph: float32, RGBA rebuilt"
    table.ratio("B1", f"new section, {size}", drawn["seisview"], rebuilt, drawn["peer"], _B1_LIMITS[shape])
    upload = "pyqtgraph: whole mask uploaded"
    table.ratio("B2", f"stroke, {size}", stroked["seisview"], upload, stroked["uploads"], _B2_LIMIT)
    table.beside("", f"stroke, {size}", stroked["seisview"], rebuilt, stroked["peer"])


def _painted_in_turns(
    ways: dict[str, tuple[Callable[[int], None], Sequence[object]]], repeats: int, progress: Progress
) -> dict[str, Timing]:
    """Time ways of drawing that must have painted all their viewports each time; two turns warm up."""
    from seisview.benchmarks.drawing_case import PaintCounter

    counters = {name: PaintCounter(viewports) for name, (_, viewports) in ways.items()}  # type: ignore[arg-type]
    done: list[str] = []

    def check(name: str) -> None:
        if done:
            counters[done[-1]].check()
        done.append(name)

    actions = {name: action for name, (action, _) in ways.items()}
    for _ in range(2):
        for action in actions.values():
            action(0)
            action(1)
    for counter in counters.values():
        counter.check()
    times = in_turns(actions, repeats, progress, check)
    counters[done[-1]].check()
    for counter in counters.values():
        counter.stop()
    return times
