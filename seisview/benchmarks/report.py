"""What a benchmark is asked for and what it answers: a table, printed, as CSV or as JSON."""

from __future__ import annotations

import csv
import io
import math
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from seisview import __version__
from seisview.atomic import replacing
from seisview.progress import Progress

Budget = Literal["full", "quick"]
Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class BenchmarkOptions:
    """What every benchmark is given; each takes what concerns it.

    Attributes
    ----------
    out : Path or None
        Folder for what is written and may serve the next run; None for a temporary one.
    budget : {"full", "quick"}
        Quick: a tiny version in seconds, which shows that it runs and proves nothing.
    seeds : int or None
        Repeats with seeds 0, 1, ...; None for the benchmark's own number.
    data : Path or None
        Folder of real seismic, for the benchmarks that use some.
    huge : bool
        Also measure what takes long or much room.
    surveys : tuple of str
        few-label: surveys by name, or the path of one together with `labels`; empty for all.
    labels : Path or None
        few-label: labels of a survey that is given as a path.
    methods : tuple of str
        few-label: names of methods; empty for all.
    shots : tuple of int
        few-label: numbers of labelled sections; empty for all.
    minutes : float or None
        few-label: processor minutes per training.
    jobs : int
        few-label: processes beside each other.
    progress : Progress
        To report to; it raises :class:`~seisview.errors.Cancelled` once interrupted.
    """

    out: Path | None = None
    budget: Budget = "full"
    seeds: int | None = None
    data: Path | None = None
    huge: bool = False
    surveys: tuple[str, ...] = ()
    labels: Path | None = None
    methods: tuple[str, ...] = ()
    shots: tuple[int, ...] = ()
    minutes: float | None = None
    jobs: int = 1
    progress: Progress = field(default_factory=Progress)

    @property
    def is_quick(self) -> bool:
        """Whether seconds must do."""
        return self.budget == "quick"


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """A table with a title and notes.

    Attributes
    ----------
    title : str
    columns : tuple of str
        Names of the columns, units included.
    rows : tuple of tuple
        One cell per column: text, number, yes or no, or None for "not measured".
    notes : tuple of str
        Sentences below the table: how it was measured, and why a target was missed.

    Raises
    ------
    ValueError
        If a row has another number of cells than there are columns.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"every row of {self.title!r} needs {len(self.columns)} cells")

    def as_text(self) -> str:
        """The table with aligned columns, numbers to the right, and the notes below."""
        texts = [[cell_text(cell) for cell in row] for row in self.rows]
        widths = [max(len(name), *(len(row[i]) for row in texts), 0) for i, name in enumerate(self.columns)]
        right = [any(_is_number(row[i]) for row in self.rows) for i in range(len(self.columns))]

        def line(cells: Iterable[str]) -> str:
            padded = (
                cell.rjust(width) if is_right else cell.ljust(width)
                for cell, width, is_right in zip(cells, widths, right, strict=True)
            )
            return "  ".join(padded).rstrip()

        head = [self.title, "", line(self.columns), line("-" * width for width in widths)]
        notes = ["", *self.notes] if self.notes else []
        return "\n".join([*head, *(line(row) for row in texts), *notes])

    def as_csv(self) -> str:
        """Columns and rows, without title and notes."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([["" if cell is None else cell for cell in row] for row in self.rows])
        return text.getvalue()

    def as_dict(self) -> dict[str, Any]:
        """Everything, rows as objects, with the machine it was measured on; made for JSON."""
        return {
            "title": self.title,
            "columns": list(self.columns),
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
            "notes": list(self.notes),
            "machine": machine(),
        }


def machine() -> dict[str, Any]:
    """What it was measured on and with."""
    return {
        "seisview": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    }


def save_report(report: BenchmarkReport, folder: Path, name: str) -> list[Path]:
    """Write ``NAME.txt`` and ``NAME.csv`` into a folder; returns their paths.

    Raises
    ------
    ExportError
        If the folder cannot be written.
    """
    written = []
    for suffix, text in ((".txt", report.as_text() + "\n"), (".csv", report.as_csv())):
        path = folder / f"{name}{suffix}"
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def cell_text(cell: Cell) -> str:
    """A cell as people read it: three digits, yes or no, a dash for what was not measured."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "NO"
    if isinstance(cell, float):
        return f"{cell:.0f}" if abs(cell) >= 100 else f"{cell:.3g}"
    return str(cell)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)
