"""Targets A1 to A5: SEG-Y as it is and its fast copy, against segyio and zarr in the same run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import numpy as np
import segyio

from seisview.benchmarks.memory import anonymous_mb
from seisview.benchmarks.readers import (
    Opened,
    by_bricks,
    by_segyio,
    by_seisview,
    by_zarr,
    complete_bricks,
)
from seisview.benchmarks.report import BenchmarkOptions, BenchmarkReport
from seisview.benchmarks.site import Site
from seisview.benchmarks.streaming_memory import measure_memory
from seisview.benchmarks.survey_files import working_folder, written_sparse, written_survey, written_zarr
from seisview.benchmarks.targets import TargetTable
from seisview.benchmarks.timing import Timing, can_forget, clock, forget, in_turns
from seisview.benchmarks.writing import measure_building, measure_exporting
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume

_AXES = (Axis.INLINE, Axis.CROSSLINE, Axis.SAMPLE)
_NAMES = {Axis.INLINE: "inline", Axis.CROSSLINE: "crossline", Axis.SAMPLE: "time slice"}
_PEERS = ("segyio", "segyio mmap", "zarr")
_FULL, _QUICK = (600, 900, 500), (70, 60, 80)
_LIMITS_MS = {"warm": 16.0, "cold": 50.0}


def run(options: BenchmarkOptions) -> BenchmarkReport:
    """Write the survey and measure opening, reading, building the fast copy, exporting and memory.

    Parameters
    ----------
    options : BenchmarkOptions
        ``out`` keeps the survey for the next run; ``huge`` adds a sparse SEG-Y of 20 GB.

    Returns
    -------
    BenchmarkReport

    Raises
    ------
    ExportError
        If the disk has no room for the survey.
    """
    shape = _QUICK if options.is_quick else _FULL
    with working_folder(options.out) as folder:
        survey = written_survey(folder, shape, options.progress)
        table = TargetTable(judged=not options.is_quick)
        site = Site(folder, survey, shape, 2 if options.is_quick else 7, table, options.progress)
        _describe(site)
        _measure_opening(site)
        measure_building(site)
        _measure_sections(site)
        _measure_lines(site)
        measure_exporting(site)
        if not options.is_quick:
            measure_memory(site.table, site.progress)
        if options.huge:
            _measure_huge(site)
    size = " x ".join(map(str, shape))
    return table.report(f"Reading and writing a SEG-Y of {size} (inlines, crosslines, samples)")


def _describe(site: Site) -> None:
    n_bytes = site.survey.stat().st_size
    site.table.note(
        f"SEG-Y of {n_bytes / 1e9:.2f} GB in 4-byte IBM floats. Medians of {site.repeats} turns, "
        "all readers in each turn; warm: read once before; peers read the same sections."
    )
    if can_forget(site.survey):
        site.table.note("Cold: before every read the system was told to forget the file (posix_fadvise).")
    else:
        site.table.note("This system does not forget files on request: cold figures are warm ones.")


def _measure_opening(site: Site) -> None:
    def ours(_turn: int) -> None:
        with closing(open_volume(site.survey)) as volume:
            volume.read_section(SectionKey(Axis.INLINE, 0))

    def theirs(_turn: int) -> None:
        segyio.open(str(site.survey)).close()

    site.progress.report("Opening the survey")
    actions = {"seisview": ours, "segyio": theirs}
    for action in actions.values():
        action(0)  # libraries are loaded once
    times = in_turns(actions, site.repeats, site.progress, lambda _name: forget(site.survey))
    site.table.ratio(
        "A1", "open and read the first inline, cold", times["seisview"],
        "segyio.open with geometry, nothing read", times["segyio"], 0.2,
    )  # fmt: skip


def _measure_sections(site: Site) -> None:
    stored, zarr = site.bricks, written_zarr(site.folder, site.survey, site.progress)
    for axis, count in zip(_AXES, site.shape, strict=True):
        readers = _readers(site, axis, stored, zarr)
        site.progress.report(f"Reading {_NAMES[axis]}s, warm")
        warm = _warm(site, readers, count)
        site.progress.report(f"Reading {_NAMES[axis]}s, cold")
        cold = _cold(site, readers, count)
        _judge(site, axis, warm, "warm")
        _judge(site, axis, cold, "cold")


Readers = dict[str, tuple[Callable[[], Opened], tuple[Path, ...]]]


def _readers(site: Site, axis: Axis, stored: Path, zarr: Path) -> Readers:
    """How each opens the survey, and the files that a cold read must not find in memory."""
    survey = site.survey
    return {
        "seisview": (partial(by_seisview, survey, site.folder, axis), (survey, stored)),
        "8-bit copy": (partial(by_bricks, survey, site.folder, axis), (survey, stored)),
        "segyio": (partial(by_segyio, survey, False, axis), (survey,)),
        "segyio mmap": (partial(by_segyio, survey, True, axis), (survey,)),
        "zarr": (partial(by_zarr, zarr, axis), (zarr,)),
    }


def _spread(count: int, repeats: int) -> list[int]:
    """Indices over the whole survey, its edges left out."""
    return [int(i) for i in np.linspace(0, count - 1, repeats + 2)[1:-1]]


def _warm(site: Site, readers: Readers, count: int) -> dict[str, Timing]:
    indices = _spread(count, site.repeats)
    with ExitStack() as stack:
        reads = {name: stack.enter_context(opened()) for name, (opened, _) in readers.items()}
        for read in reads.values():
            for index in indices:
                read(index)
        actions = {name: lambda turn, read=read: read(indices[turn]) for name, read in reads.items()}
        return in_turns(actions, site.repeats, site.progress)


def _cold(site: Site, readers: Readers, count: int) -> dict[str, Timing]:
    durations: dict[str, list[float]] = {name: [] for name in readers}
    for index in _spread(count, site.repeats):
        for name, (opened, files) in readers.items():
            site.progress.check()
            with opened() as read:  # opened anew: what a reader has mapped would stay in memory
                for file in files:
                    forget(file)
                durations[name].append(clock(lambda read=read, index=index: read(index)))  # type: ignore[misc]
    return {name: Timing(tuple(values)) for name, values in durations.items()}


def _judge(site: Site, axis: Axis, times: dict[str, Timing], state: str) -> None:
    table, what, ours = site.table, f"{_NAMES[axis]}, {state}", times["seisview"]
    limits = {
        (Axis.CROSSLINE, "cold", "segyio"): ("A2", 0.2),
        (Axis.SAMPLE, "warm", "segyio"): ("A3", 0.03),
        (Axis.SAMPLE, "warm", "segyio mmap"): ("A3", 0.25),
    }
    table.below("A4", what, ours.median, _LIMITS_MS[state])
    for peer in _PEERS:
        if (axis, state, peer) in limits:
            target, limit = limits[axis, state, peer]
            table.ratio(target, what, ours, peer, times[peer], limit)
        else:
            table.beside("", what, ours, peer, times[peer])
    table.beside("", f"{what}, as bytes", times["8-bit copy"], "the same as float32", ours)


def _measure_lines(site: Site) -> None:
    """A diagonal line of as many traces as the survey has crosslines."""
    site.progress.report("Reading an arbitrary line")
    n_inlines, n_crosslines, _ = site.shape
    columns = np.arange(n_crosslines)
    rows = [(columns * n_inlines // n_crosslines + shift) % n_inlines for shift in range(site.repeats)]
    with closing(open_volume(site.survey)) as source, closing(complete_bricks(source, site.folder)) as bricks:
        actions: dict[str, Callable[[int], object]] = {
            "bricks": lambda turn: bricks.line_codes(rows[turn], columns),
            "seisview": lambda turn: source.read_traces(rows[turn], columns),
        }
        for action in actions.values():
            for turn in range(site.repeats):
                action(turn)
        times = in_turns(actions, site.repeats, site.progress)
    site.table.below("A4", "arbitrary line, warm", times["seisview"].median, _LIMITS_MS["warm"])
    site.table.beside(
        "", "arbitrary line, as bytes", times["bricks"], "the same as float32", times["seisview"]
    )


def _measure_huge(site: Site) -> None:
    """A file of 20 GB opens in the time and memory of the other."""
    huge = written_sparse(site.folder / "sparse.sgy", site.progress)
    grown_mb: dict[Path, float] = {site.survey: 0.0, huge: 0.0}

    def opened(path: Path, _turn: int) -> None:
        before = anonymous_mb(give_back=False)
        with closing(open_volume(path)):
            grown_mb[path] = max(grown_mb[path], anonymous_mb(give_back=False) - before)

    try:
        site.progress.report("Opening 20 GB")
        actions = {"huge": partial(opened, huge), "usual": partial(opened, site.survey)}
        times = in_turns(
            actions, site.repeats, site.progress, lambda name: forget(huge if name == "huge" else site.survey)
        )
    finally:
        huge.unlink()
    name = f"opening the one of {site.survey.stat().st_size / 1e9:.1f} GB"
    site.table.ratio("A4", "open a SEG-Y of 20 GB, cold", times["huge"], name, times["usual"], 1.5)
    what = f"memory of opening 20 GB (the other takes {grown_mb[site.survey]:.0f})"
    site.table.below("A4", what, grown_mb[huge], 50, "MB")
