"""Class fractions per section as CSV, one row per inline and crossline, for spreadsheets."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.errors import ExportError
from seisview.export.content import ByteArray, Content
from seisview.progress import Progress

CountArray = npt.NDArray[np.int64]


def class_counts(content: Content, progress: Progress | None = None) -> tuple[CountArray, CountArray]:
    """Count the samples of every class on every inline and crossline, in one pass over the inlines.

    Returns
    -------
    by_inline : ndarray of int64, shape (n_inlines, 256)
    by_crossline : ndarray of int64, shape (n_crosslines, 256)
        Column 0 counts samples without a class.
    """
    n_inlines, n_crosslines, _ = content.geometry.shape
    by_inline = np.zeros((n_inlines, 256), np.int64)
    by_crossline = np.zeros((n_crosslines, 256), np.int64)
    for index in (progress or Progress()).track(range(n_inlines), "Counting classes"):
        per_trace = _counts_per_trace(content.cube.section(SectionKey(Axis.INLINE, index)))
        by_inline[index] = per_trace.sum(axis=0)
        by_crossline += per_trace
    return by_inline, by_crossline


def export_class_fractions(content: Content, out: Path, progress: Progress | None = None) -> None:
    """Write the share of every class on every inline and crossline, and on the survey, as CSV.

    Columns: ``section`` (inline, crossline, survey), ``line`` (line number), ``samples`` (those with a
    class), ``fraction <class name>`` for each class (of the samples with a class; they sum to 1), and
    ``fraction without class`` (of all samples of the section).

    Parameters
    ----------
    content : Content
        Facies or labels.
    out : Path
        A ``.csv`` file, UTF-8.
    progress : Progress, optional

    Raises
    ------
    ExportError
        If the file cannot be written, or for confidence, which has no classes.
    """
    if content.kind.is_share:
        raise ExportError(
            f"{str(content.kind).capitalize()} has no classes to count.",
            "Export the facies or the labels as CSV.",
        )
    counts = class_counts(content, progress)
    with replacing(out) as temporary:
        temporary.write_text(_csv_text(content, *counts), encoding="utf-8", newline="")


def _counts_per_trace(section: ByteArray) -> CountArray:
    n_traces = section.shape[1]
    keys = section.astype(np.int64) + 256 * np.arange(n_traces)
    return np.bincount(keys.ravel(), minlength=256 * n_traces).reshape(n_traces, 256)


def _csv_text(content: Content, by_inline: CountArray, by_crossline: CountArray) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    names = [f"fraction {c.name}" for c in content.scheme.classes]
    writer.writerow(["section", "line", "samples", *names, "fraction without class"])
    ids = [c.id for c in content.scheme.classes]
    for axis, counts in ((Axis.INLINE, by_inline), (Axis.CROSSLINE, by_crossline)):
        for number, row in zip(_numbers(content.geometry, axis), counts, strict=True):
            writer.writerow([str(axis), number, *_row(row, ids)])
    writer.writerow(["survey", "", *_row(by_inline.sum(axis=0), ids)])
    return buffer.getvalue()


def _numbers(geometry: SurveyGeometry, axis: Axis) -> tuple[int, ...]:
    return geometry.lines(axis).numbers


def _row(counts: CountArray, ids: list[int]) -> list[str]:
    with_class, total = int(counts[1:].sum()), int(counts.sum())
    fractions = [counts[i] / with_class if with_class else 0.0 for i in ids]
    return [str(with_class), *(f"{f:.6f}" for f in fractions), f"{counts[0] / total:.6f}"]
