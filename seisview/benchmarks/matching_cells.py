"""Measured pieces of the matching tables, kept beside the table so that a run goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seisview import __version__
from seisview.atomic import write_text_atomic
from seisview.benchmarks.report import BenchmarkOptions
from seisview.events import Note
from seisview.learn.texture.network import shipped_hash

_RECIPE = 3  # raise it whenever the same cell is measured in another way


class Cells:
    """Measures what was not measured yet; says every piece as it comes.

    Parameters
    ----------
    options : BenchmarkOptions
        Without ``out`` nothing is kept.
    """

    def __init__(self, options: BenchmarkOptions) -> None:
        self._options = options
        self._folder = None if options.out is None else options.out / "matching-cells"

    def measured(self, name: str, measure: Callable[[], Any]) -> Any:
        """Plain values of a cell: those of a run before, else what `measure` gives.

        Parameters
        ----------
        name : str
            Unique within the benchmark.
        measure : callable
            Returns plain values for JSON.
        """
        path = self._path(name)
        if path is not None and path.is_file():
            return json.loads(path.read_text(encoding="utf-8"))["values"]
        self._options.progress.report(f"Measuring {name}")
        values = measure()
        self._options.progress.emit(Note(f"{name}: {_brief(values)}"))
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text_atomic(path, json.dumps({"name": name, "values": values}))
        return values

    def _path(self, name: str) -> Path | None:
        if self._folder is None:
            return None
        identity = [name, self._options.budget, __version__, shipped_hash(), _RECIPE]
        digest = hashlib.blake2b(json.dumps(identity).encode(), digest_size=8).hexdigest()
        return self._folder / f"{digest}.json"


def _brief(values: Any) -> str:
    if isinstance(values, dict):
        return ", ".join(f"{name} {_brief(value)}" for name, value in values.items())
    if isinstance(values, list):
        return "/".join(_brief(value) for value in values)
    return f"{values:.3g}" if isinstance(values, float) else str(values)
