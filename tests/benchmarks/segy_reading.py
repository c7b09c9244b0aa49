"""Reading targets A1 to A3: opening and sections of a SEG-Y file against segyio.

Run ``python -m tests.benchmarks.segy_reading [FOLDER]``. Writes a survey of 600 x 900 x 500 (1.2 GB) to a
temporary folder (inside FOLDER) and prints medians in milliseconds and the ratios that count. "Cold" means
that the system was told to forget the file before each run.

A1: open and show the first inline, cold. Target <= 0.2 of segyio with geometry.
A2: a crossline, cold. Target <= 0.2 of segyio without memory map.
A3: a time slice, warm, straight from the SEG-Y. Target (for the brick store) <= 0.25 of segyio mapped.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import segyio

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from tests.data.raw_segy import RawSegy

SHAPE = (600, 900, 500)
REPEATS = 5


def write_survey(path: Path) -> None:
    """Write the survey inline by inline; every inline holds the same amplitudes."""
    n_inlines, n_crosslines, n_samples = SHAPE
    amplitude = np.random.default_rng(0).normal(0, 100, (n_crosslines, n_samples)).astype(np.float32)
    with path.open("wb") as file:
        for index in range(n_inlines):
            line = RawSegy(amplitude, {189: 100 + index, 193: np.arange(300, 300 + n_crosslines)})
            content = line.to_bytes()
            file.write(content if index == 0 else content[3600:])
        file.flush()
        os.fsync(file.fileno())


def forget(path: Path) -> None:
    """Have the system drop the file from its cache."""
    descriptor = os.open(path, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def median_ms(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Median time of `work` in milliseconds; `before` is not counted."""
    times = []
    for _ in range(REPEATS):
        before()
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def report(name: str, ours: float, theirs: float, target: float) -> None:
    print(f"{name}: {ours:.1f} ms, segyio {theirs:.1f} ms, ratio {ours / theirs:.3f} (target {target})")


def open_ours(path: Path) -> None:
    volume = open_volume(path)
    volume.read_section(SectionKey(Axis.INLINE, 0))
    volume.close()


def open_theirs(path: Path) -> None:
    with segyio.open(path) as file:
        file.iline[int(file.ilines[0])]


def measure(path: Path) -> None:
    open_ours(path)  # libraries are loaded once
    cold = lambda: forget(path)  # noqa: E731
    opened = median_ms(lambda: open_ours(path), cold), median_ms(lambda: open_theirs(path), cold)
    report("A1 open + first inline, cold", *opened, 0.2)
    volume = open_volume(path)
    crossline, time_slice = SectionKey(Axis.CROSSLINE, 455), SectionKey(Axis.SAMPLE, 250)
    with segyio.open(path) as file:
        ours = median_ms(lambda: volume.read_section(crossline), cold)
        report("A2 crossline, cold", ours, median_ms(lambda: file.xline[755], cold), 0.2)
        file.mmap()
        volume.read_section(time_slice)
        _ = file.depth_slice[250]
        ours = median_ms(lambda: volume.read_section(time_slice))
        report("A3 time slice, warm", ours, median_ms(lambda: file.depth_slice[250]), 0.25)
    volume.close()


def main() -> None:
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        path = Path(folder) / "survey.sgy"
        write_survey(path)
        measure(path)


if __name__ == "__main__":
    main()
