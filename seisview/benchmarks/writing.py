"""Target A5 and exports: building the fast copy and writing a SEG-Y, against copying the file."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import numpy as np

from seisview.benchmarks.memory import anonymous_mb
from seisview.benchmarks.site import Site, copied
from seisview.benchmarks.timing import Timing, clock, forget, in_turns
from seisview.data.amplitude import measure_amplitudes
from seisview.data.bricks.store import BrickReader
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.export.content import ContentKind
from seisview.labels.facies import FaciesScheme
from seisview.progress import Progress
from seisview.workflows.bricks import BricksConfig, BricksGrown, BricksOpened, build_bricks
from seisview.workflows.export import export_content, facies_content

_TURNS = 3
_SLICE = 20
_MOST_MB = 200.0


def measure_building(site: Site) -> None:
    """A5: size, speed against copying, and time slices while it is built. Leaves the finished copy."""
    target, copy = site.bricks, site.folder / "copy.tmp"
    watches: list[BuildWatch] = []

    def built(_turn: int) -> None:
        watches.append(BuildWatch(site.progress))
        build_bricks(volume, statistics, watches[-1].job, BricksConfig(folder=site.folder))

    def prepare(_name: str) -> None:
        copy.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        forget(site.survey)

    site.progress.report("Building the fast copy")
    with closing(open_volume(site.survey)) as volume:
        statistics = measure_amplitudes(volume)
        before_mb = anonymous_mb()
        actions = {"copying": lambda _turn: copied(site.survey, copy), "building": built}
        times = in_turns(actions, _TURNS, site.progress, prepare)
    copy.unlink(missing_ok=True)
    if not target.exists():  # the last turn copied
        raise AssertionError("the fast copy was not built")
    _judge_building(site, times, watches, before_mb)


def _judge_building(
    site: Site, times: dict[str, Timing], watches: list[BuildWatch], before_mb: float
) -> None:
    table = site.table
    name = "copying the SEG-Y, cold, to the disk"
    table.speed("A5", "build the 8-bit copy, cold", times["building"], name, times["copying"], 0.3)
    share = site.bricks.stat().st_size / site.survey.stat().st_size
    table.below("A5", "size of the 8-bit copy, of the SEG-Y's", share, 0.3, "x")
    slices = [duration for watch in watches for duration in watch.slices_ms]
    first = [watch.first_slice_ms for watch in watches]
    table.fact("A5", f"time slices while it is built ({len(slices)} read)", bool(slices), "usable")
    if slices:
        table.below("A4", "time slice while it is built, coarse at first", float(np.median(slices)), 16)
        table.note(f"The first coarse time slice is there {np.median(first):.0f} ms after building began.")
    grown = max(watch.highest_mb for watch in watches) - before_mb
    table.below("A4", "memory of building", max(grown, 0.0), _MOST_MB, "MB")


class BuildWatch:
    """Reads a time slice whenever the fast copy has grown, and looks at the memory.

    Parameters
    ----------
    progress : Progress
        Whose interruption ends the building.
    """

    def __init__(self, progress: Progress) -> None:
        self.slices_ms: list[float] = []
        self.first_slice_ms = 0.0
        self.highest_mb = 0.0
        self._outer = progress
        self._bricks: BrickReader | None = None
        self._start = time.perf_counter()
        self.job = Progress(on_report=lambda _state: self._look(), on_event=self._take)

    def _look(self) -> None:
        self._outer.check()
        self.highest_mb = max(self.highest_mb, anonymous_mb(give_back=False))

    def _take(self, event: object) -> None:
        if isinstance(event, BricksOpened):
            self._bricks = event.bricks
        elif isinstance(event, BricksGrown) and self._bricks is not None and event.fraction < 1:
            self._read_slice(self._bricks)

    def _read_slice(self, bricks: BrickReader) -> None:
        key = SectionKey(Axis.SAMPLE, _SLICE)
        self.slices_ms.append(clock(lambda: bricks.read_section(key)))
        self.first_slice_ms = self.first_slice_ms or (time.perf_counter() - self._start) * 1e3


def measure_exporting(site: Site) -> None:
    """Facies of the whole survey as SEG-Y with its headers, against copying the survey."""
    facies = _write_facies(site)
    out, copy = site.folder / "facies.sgy", site.folder / "copy.tmp"

    def prepare(_name: str) -> None:
        for path in (out, copy):
            path.unlink(missing_ok=True)
        for path in (site.survey, facies):
            forget(path)

    site.progress.report("Exporting SEG-Y")
    with closing(open_volume(site.survey)) as volume:
        values = np.load(facies, mmap_mode="r", allow_pickle=False)
        scheme = FaciesScheme.named([f"Facies {number}" for number in range(1, 7)])
        content = facies_content(ContentKind.FACIES, values, volume, scheme, {})
        actions = {
            "copying": lambda _turn: copied(site.survey, copy),
            "exporting": lambda _turn: export_content(content, volume, out, progress=site.quiet()),
        }
        times = in_turns(actions, _TURNS, site.progress, prepare)
    if out.stat().st_size != site.survey.stat().st_size:
        raise AssertionError("the export is not of the survey's size")
    for path in (out, copy, facies):
        path.unlink(missing_ok=True)
    name = "copying the SEG-Y, cold, to the disk"
    site.table.speed("export", "facies as SEG-Y, cold", times["exporting"], name, times["copying"], 0.3)


def _write_facies(site: Site) -> Path:
    path = site.folder / "facies.npy"
    values = np.lib.format.open_memmap(path, "w+", np.uint8, site.shape)
    layers = (np.arange(site.shape[2]) // 60 % 6 + 1).astype(np.uint8)
    for inline in range(site.shape[0]):
        values[inline] = np.roll(layers, inline // 8)
    values.flush()
    return path
