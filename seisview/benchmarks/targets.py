"""Collects measured targets as rows of one table: figure, peer in the same run, ratio, target, met or not."""

from __future__ import annotations

from dataclasses import dataclass, field

from seisview.benchmarks.report import BenchmarkReport, Cell
from seisview.benchmarks.timing import Timing

COLUMNS = ("id", "what", "unit", "seisview", "peer", "peer's", "ratio", "target", "met")


@dataclass
class TargetTable:
    """Rows in the order in which they were measured.

    Parameters
    ----------
    judged : bool
        Whether to say if targets are met: they are meant for full sizes.
    """

    judged: bool = True
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def ratio(self, target: str, what: str, ours: Timing, peer: str, theirs: Timing, limit: float) -> None:
        """Add ours against theirs, where at most `limit` times their duration is wanted."""
        value = ours.median / theirs.median
        self._add(
            target, what, "ms", ours.median, peer, theirs.median, value, f"<= {limit:g}x", value <= limit
        )

    def speed(self, target: str, what: str, ours: Timing, peer: str, theirs: Timing, limit: float) -> None:
        """Add ours against theirs, where at least `limit` times their speed is wanted."""
        value = theirs.median / ours.median
        limit_text = f">= {limit:g}x speed"
        self._add(target, what, "ms", ours.median, peer, theirs.median, value, limit_text, value >= limit)

    def below(self, target: str, what: str, value: float, limit: float, unit: str = "ms") -> None:
        """Add a figure with its largest wanted value."""
        self._add(target, what, unit, value, None, None, None, f"<= {limit:g} {unit}", value <= limit)

    def fact(self, target: str, what: str, found: bool, wanted: str) -> None:
        """Add something that must be so."""
        self._add(target, what, None, "yes" if found else "no", None, None, None, wanted, found)

    def beside(self, target: str, what: str, ours: Timing, peer: str, theirs: Timing) -> None:
        """Add a peer for which there is no target."""
        ratio = ours.median / theirs.median
        self._add(target, what, "ms", ours.median, peer, theirs.median, ratio, None, None)

    def missing(self, target: str, what: str, why: str) -> None:
        """Add what could not be measured, and why."""
        self._add(target, what, None, None, None, None, None, None, None)
        self.note(f"{target}, {what}: {why}")

    def note(self, text: str) -> None:
        """Add a sentence below the table, once."""
        if text not in self.notes:
            self.notes.append(text)

    def report(self, title: str) -> BenchmarkReport:
        """The whole table."""
        if not self.judged:
            self.note("Tiny sizes: this shows that it runs. Targets are judged by --budget full.")
        return BenchmarkReport(title, COLUMNS, tuple(self.rows), tuple(self.notes))

    def _add(self, *cells: Cell) -> None:
        *figures, met = cells
        self.rows.append((*figures, bool(met) if self.judged and met is not None else None))
