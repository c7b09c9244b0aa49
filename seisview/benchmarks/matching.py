"""`seisview benchmark matching`: how good retrieval is, beside simpler ways of doing it, and how fast."""

from __future__ import annotations

from seisview.benchmarks.matching_images import landmass_rows
from seisview.benchmarks.matching_speed import speed_rows
from seisview.benchmarks.matching_surveys import parihaka_rows, synthetic_rows
from seisview.benchmarks.report import BenchmarkOptions, BenchmarkReport, Cell

COLUMNS = (
    "data",
    "method",
    "queries",
    "P@3",
    "mAP",
    "R-precision",
    "WA@3",
    "P@20",
    "P@20 after feedback",
    "of it new",
    "confidence error",
    "ms",
    "times a plain read",
)
NOTES = (
    "LANDMASS-1: queries index 130-249 of each class, corpus 0-119; train-match saw the corpus alone.",
    "WA@3: sum(w c [right]) / sum(w c), w = 1 / log2(rank + 1), c = confidence (1 where there is none): "
    "declared by this program, not the score of any challenge.",
    "Synthetic: patches of 32 x 32 on every fourth inline; queries lie in the first 40 % of the inlines, "
    "hits in the last half; all methods share windows and suppression. A hit is right when the share of its "
    "window that the truth gives the class is at least 0.3 (channel), 0.5 (salt, chaotic) or 0.06 (faults).",
    "Feedback: the first 10 hits are accepted or rejected by the truth, then all is searched again, and the "
    "list is scored as the window shows it: accepted hits first, rejected ones gone. Of it new: the P@20 of "
    "the newly found hits alone, among which no judged hit and nothing near one can be.",
    "Confidence error: mean gap, over ten bins, between the confidence of the first twenty hits and the "
    "share of them that is right (expected calibration error); fitted on other surveys.",
    "Best possible: hits picked by the truth; below 1 where the last half holds fewer separate places.",
    "Parihaka: channel polygons on interpreted time slices; only windows with interpreted samples are "
    "ranked. Background is not a verified negative: the figures are lower bounds.",
    "Speed: top-50 of 2 million x 128 beside the sum of the matrix, in turns; a search of 600 x 63 x 113 "
    "cells of 32 features in memory.",
    "Default: the network over hand-made channels learnt from 76 synthetic surveys of the same generator, "
    "with known rock, none of them searched here (resources/texture); no other method has seen any label.",
)


def run(options: BenchmarkOptions) -> BenchmarkReport:
    """Measure everything; quick shows that it runs and proves nothing.

    Parameters
    ----------
    options : BenchmarkOptions
        ``data``: folder of real seismic, what is not there is left out and said; ``seeds``: how many
        synthetic surveys.
    """
    rows: list[tuple[Cell, ...]] = []
    notes = list(NOTES)
    for table in (landmass_rows, synthetic_rows, parihaka_rows, speed_rows):
        found, more = table(options)
        rows += [_row(values) for values in found]
        notes += more
    return BenchmarkReport("Similar patches", COLUMNS, tuple(rows), tuple(notes))


def _row(values: dict[str, Cell]) -> tuple[Cell, ...]:
    return tuple(values.get(column) for column in COLUMNS)
