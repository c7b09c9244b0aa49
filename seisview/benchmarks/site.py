"""Where reading is measured: the survey, the folder, how often, and the table that fills."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from seisview.benchmarks.targets import TargetTable
from seisview.benchmarks.timing import Timing
from seisview.data.bricks.folder import bricks_path
from seisview.data.opening import open_volume
from seisview.progress import Progress


@dataclass
class Site:
    """What the measurements of one run share.

    Attributes
    ----------
    folder : Path
        For everything that is written.
    survey : Path
        The SEG-Y.
    shape : (int, int, int)
        Inlines, crosslines, samples.
    repeats : int
        How often sections are read; what takes seconds is done three times.
    table : TargetTable
    progress : Progress
    copying : Timing or None
        Of copying the survey, once known: the speed of the disk.
    """

    folder: Path
    survey: Path
    shape: tuple[int, int, int]
    repeats: int
    table: TargetTable
    progress: Progress
    copying: Timing | None = field(default=None)

    @property
    def bricks(self) -> Path:
        """Where the fast copy is kept."""
        with closing(open_volume(self.survey)) as volume:
            return bricks_path(volume.fingerprint, self.folder)

    def quiet(self, on_event: Callable[[object], None] | None = None) -> Progress:
        """Progress of a measured job: nothing is printed within the clock, but it can be interrupted."""
        return Progress(lambda _state: self.progress.check(), on_event)


def copied(path: Path, target: Path) -> None:
    """Copy a file through the same system calls as any program, down to the disk."""
    with path.open("rb") as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink, 8 << 20)
        sink.flush()
        os.fsync(sink.fileno())
