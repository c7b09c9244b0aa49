"""Reading targets A1 to A5: SEG-Y as it is and the fast copy, against segyio and zarr in the same run.

``python -m tests.benchmarks.sections [--folder F] [--size full|small] [--repeats N] [--huge]``. Writes, once,
a SEG-Y of 600 x 900 x 500 (1.2 GB) in 4-byte IBM floats, tiled from the synthetic survey; with ``--folder``
it is kept for the next run. Prints medians in milliseconds (smallest in brackets) and the ratios that count;
exits with 1 when a target is missed. Cold: the files were dropped from the page cache (``posix_fadvise``)
before each read.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import segyio

from seisview.data.amplitude import measure_amplitudes
from seisview.data.fast_volume import FastVolume
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.data.opening import open_volume
from seisview.data.segy_write import SegyLayout, create_segy
from seisview.data.store import BrickReader
from seisview.data.store_folder import bricks_path
from seisview.data.store_open import open_bricks
from seisview.data.synthetic import SyntheticConfig, synthesize
from seisview.progress import Progress
from seisview.workflows.bricks import BricksConfig, BricksGrown, BricksOpened, build_bricks

SIZES = {"full": (600, 900, 500), "small": (200, 300, 250)}
HUGE = (250, 305)
AXES = (Axis.INLINE, Axis.CROSSLINE, Axis.SAMPLE)


@dataclass(frozen=True)
class Timing:
    """Durations of one action in milliseconds."""

    durations: tuple[float, ...]

    @property
    def median(self) -> float:
        return float(np.median(self.durations))

    def __str__(self) -> str:
        return f"{self.median:9.2f} ({min(self.durations):.2f})"


@dataclass
class Report:
    """What was measured, and which targets were met."""

    timings: dict[str, Timing] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def add(self, name: str, timing: Timing) -> None:
        self.timings[name] = timing
        print(f"  {name:52s} {timing} ms", flush=True)

    def ratio(self, target: str, ours: str, theirs: str, limit: float) -> None:
        value = self.timings[ours].median / self.timings[theirs].median
        self.judge(target, f"{ours} / {theirs} = {value:.3f}x", value <= limit, f"<= {limit}x")

    def below(self, target: str, name: str, limit_ms: float) -> None:
        value = self.timings[name].median
        self.judge(target, f"{name} = {value:.2f} ms", value <= limit_ms, f"<= {limit_ms:g} ms")

    def judge(self, target: str, what: str, met: bool, limit: str) -> None:
        print(f"  {target} {'met   ' if met else 'MISSED'} {what} (target {limit})")
        if not met:
            self.missed.append(target)


def main() -> int:
    """Write, measure, print; 1 when a target is missed."""
    arguments = parsed_arguments()
    with working_folder(arguments.folder) as folder:
        path = survey(folder, arguments.size)
        report = Report()
        print(f"{path.name}: {path.stat().st_size / 1e9:.2f} GB")
        measure_opening(report, path, arguments.repeats)
        measure_build(report, path, folder)
        measure_sections(report, path, folder, arguments.repeats)
        measure_lines(report, path, folder, arguments.repeats)
        if arguments.huge:
            measure_huge(report, folder, arguments.repeats)
        judge(report)
    print("all targets met" if not report.missed else f"missed: {', '.join(sorted(set(report.missed)))}")
    return 1 if report.missed else 0


def parsed_arguments() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, help="where the files are kept for the next run")
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument(
        "--huge", action="store_true", help="also open a sparse SEG-Y of 20 GB (0.3 GB on disk)"
    )
    return parser.parse_args()


@contextmanager
def working_folder(chosen: Path | None) -> Iterator[Path]:
    """The chosen folder, or one that is deleted in the end."""
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen
        return
    with tempfile.TemporaryDirectory(prefix="seisview-benchmark-") as folder:
        yield Path(folder)


# --- the survey ------------------------------------------------------------------------------------------


def survey(folder: Path, size: str) -> Path:
    """The SEG-Y file, written when it is not there."""
    shape = SIZES[size]
    path = folder / f"benchmark-{'x'.join(map(str, shape))}.sgy"
    if path.exists():
        return path
    n_bytes = 3600 + shape[0] * shape[1] * (240 + 4 * shape[2])
    if shutil.disk_usage(folder).free < 4 * n_bytes:
        raise SystemExit(f"{folder} needs {4 * n_bytes / 1e9:.1f} GB of free space")
    print(f"writing {path.name} ...", flush=True)
    start = time.perf_counter()
    write_tiled(path, shape)
    print(f"  {time.perf_counter() - start:.1f} s")
    return path


def write_tiled(path: Path, shape: tuple[int, int, int]) -> None:
    """Tile a small synthetic survey, mirrored at the seams, with a slow change of level from line to line.

    The first lines are written by the SEG-Y writer; the others repeat its bytes with line numbers and
    samples replaced, which is as fast as the disk.
    """
    tile = synthesize(SyntheticConfig(n_inlines=64, n_crosslines=96, n_samples=128, seed=5)).amplitude
    tile = np.pad(tile, [(0, n) for n in tile.shape], mode="symmetric")
    repeats = [-(-count // size) for count, size in zip(shape, tile.shape, strict=True)]
    lines = np.tile(tile, (1, repeats[1], repeats[2]))[:, : shape[1], : shape[2]]
    first = path.with_suffix(".first")
    transform = MapTransform(400_000.0, 6_000_000.0, 0.0, 25.0, 12.5, 0.0)
    geometry = SurveyGeometry(
        LineNumbers.regular(1000, 1, len(lines)), LineNumbers.regular(2000, 1, shape[1]), shape[2], 0.0, 4.0,
        transform=transform,
    )  # fmt: skip
    create_segy(first, np.ascontiguousarray(lines), geometry, layout=SegyLayout(sample_format=1))
    raw = np.fromfile(first, np.uint8)
    first.unlink()
    traces = raw[3600:].reshape(len(lines), shape[1], 240 + 4 * shape[2])
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        file.write(raw[:3600].tobytes())
        for inline in range(shape[0]):
            file.write(renumbered(traces[inline % len(lines)], inline - inline % len(lines)).tobytes())
    temporary.replace(path)


def renumbered(traces: np.ndarray, shift: int) -> np.ndarray:
    """Traces of one line as those of another, `shift` lines on: inline numbers and Y (in cm) change."""
    traces = traces.copy()
    for first_byte, step in ((9, 1), (189, 1), (77, 2500), (85, 2500), (185, 2500)):
        field = traces[:, first_byte - 1 : first_byte + 3]
        field[...] = (field.copy().view(">i4") + shift * step).astype(">i4").view(np.uint8)
    return traces


def zarr_copy(folder: Path, path: Path) -> Path:
    """The survey as zarr writes it by default: chunks of its choice, compressed."""
    import zarr

    target = folder / f"{path.stem}.zarr"
    if target.exists():
        return target
    print(f"writing {target.name} ...", flush=True)
    volume = open_volume(path)
    temporary = target.with_suffix(".part")
    shutil.rmtree(temporary, ignore_errors=True)
    array = zarr.create_array(str(temporary), shape=volume.geometry.shape, dtype="f4")
    step = array.chunks[0]
    for first in range(0, array.shape[0], step):
        lines = range(first, min(first + step, array.shape[0]))
        sections = [volume.read_section(SectionKey(Axis.INLINE, line)).T for line in lines]
        array[first : lines.stop] = np.stack(sections)
    volume.close()
    temporary.rename(target)
    return target


# --- measuring -------------------------------------------------------------------------------------------


def drop_caches(path: Path) -> None:
    """Take a file or folder out of the page cache; what is mapped stays, so readers are opened after this."""
    gc.collect()
    for file in [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]:
        number = os.open(file, os.O_RDONLY)
        os.fsync(number)
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(number)


def clock(action: Callable[[], object]) -> float:
    """Milliseconds that an action takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1e3


def warm(read: Callable[[int], object], count: int, repeats: int) -> Timing:
    """Read sections spread over the survey, each first untimed."""
    indices = np.linspace(0, count - 1, repeats).astype(int).tolist()
    durations = []
    for index in indices:
        read(index)
        durations.append(clock(lambda index=index: read(index)))
    return Timing(tuple(durations))


def cold(opened: Callable[[], AbstractContextManager[Callable[[int], object]]], path: Path, count: int,
         repeats: int) -> Timing:  # fmt: skip
    """Read sections spread over the survey, each by a reader opened anew with nothing cached."""
    durations = []
    for index in np.linspace(0, count - 1, repeats + 2).astype(int).tolist()[1:-1]:
        with opened() as read:
            drop_caches(path)
            durations.append(clock(lambda index=index, read=read: read(index)))
    return Timing(tuple(durations))


def measure_opening(report: Report, path: Path, repeats: int) -> None:
    """A1: from nothing to the samples of the first inline."""
    print("opening, cold")

    def ours() -> None:
        volume = open_volume(path)
        volume.read_section(SectionKey(Axis.INLINE, 0))
        volume.close()

    def theirs() -> None:
        segyio.open(str(path)).close()

    for name, action in (("segyio.open with geometry", theirs), ("open and first inline", ours)):
        action()
        durations = []
        for _ in range(repeats):
            drop_caches(path)
            durations.append(clock(action))
        report.add(name, Timing(tuple(durations)))


def measure_build(report: Report, path: Path, folder: Path) -> None:
    """A5: size, speed against copying, and time slices while it is built."""
    print("fast copy, cold source")
    volume = open_volume(path)
    statistics = measure_amplitudes(volume)
    target = bricks_path(volume.fingerprint, folder)
    target.unlink(missing_ok=True)
    watch, grown_mb, before_mb = BuildWatch(), 0.0, anonymous_mb()
    build = BricksConfig(folder=folder)
    copy = folder / "copy.tmp"
    durations: dict[str, list[float]] = {"copying the SEG-Y": [], "building the fast copy": []}
    for _ in range(3):
        drop_caches(path)
        durations["copying the SEG-Y"].append(clock(lambda: copied(path, copy)))
        copy.unlink()
        target.unlink(missing_ok=True)
        drop_caches(path)
        watch = BuildWatch()
        durations["building the fast copy"].append(
            clock(lambda watch=watch: build_bricks(volume, statistics, watch.progress, build))
        )
        grown_mb = max(grown_mb, watch.highest_mb - before_mb)
    for name, values in durations.items():
        report.add(name, Timing(tuple(values)))
    report.add("time slice while it is built", Timing(tuple(watch.slices)))
    report.add("begin of building to first time slice", Timing((watch.first_slice_ms,)))
    size = target.stat().st_size / path.stat().st_size
    speed = report.timings["copying the SEG-Y"].median / report.timings["building the fast copy"].median
    report.judge("A5", f"size / SEG-Y = {size:.3f}x", size <= 0.3, "<= 0.3x")
    report.judge("A5", f"speed / copying = {speed:.2f}x", speed >= 0.3, ">= 0.3x")
    report.judge("A5", f"{len(watch.slices)} slices while built", len(watch.slices) > 0, "usable")
    report.judge("A4", f"memory of building {grown_mb:.0f} MB", 0 < grown_mb < 200, "< 200 MB")
    volume.close()


def copied(path: Path, target: Path) -> None:
    """Copy a file through the same system calls as any program, down to the disk."""
    with path.open("rb") as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink, 8 << 20)
        sink.flush()
        os.fsync(sink.fileno())


class BuildWatch:
    """Reads a time slice whenever the fast copy has grown, and watches the memory."""

    def __init__(self) -> None:
        self.slices: list[float] = []
        self.first_slice_ms = 0.0
        self._bricks: BrickReader | None = None
        self.highest_mb = 0.0
        self._start = time.perf_counter()
        self.progress = Progress(on_report=lambda _: self._weigh(), on_event=self._on_event)

    def _weigh(self) -> None:
        self.highest_mb = max(self.highest_mb, anonymous_mb())

    def _on_event(self, event: object) -> None:
        if isinstance(event, BricksOpened):
            self._bricks = event.bricks
        elif isinstance(event, BricksGrown) and self._bricks is not None and event.fraction < 1:
            key = SectionKey(Axis.SAMPLE, 100)
            self.slices.append(clock(lambda: self._bricks.read_section(key)))
            assert self._bricks.slice_codes(key).is_whole
            self.first_slice_ms = self.first_slice_ms or (time.perf_counter() - self._start) * 1e3


def anonymous_mb() -> float:
    """Memory that belongs to this process alone: mapped files do not count."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0.0


# --- sections --------------------------------------------------------------------------------------------

Reader = AbstractContextManager[Callable[[int], object]]


@contextmanager
def fast_volume(path: Path, folder: Path, axis: Axis) -> Iterator[Callable[[int], object]]:
    """What the window reads from."""
    source = open_volume(path)
    volume = FastVolume(source, open_bricks(source, folder))
    assert volume.bricks is not None
    assert volume.bricks.is_complete
    yield lambda index: volume.read_section(SectionKey(axis, index))
    volume.close()


@contextmanager
def bricks_alone(path: Path, folder: Path, axis: Axis) -> Iterator[Callable[[int], object]]:
    """All directions from the fast copy, as bytes for the screen."""
    source = open_volume(path)
    bricks = open_bricks(source, folder)
    assert bricks is not None
    assert bricks.is_complete
    yield lambda index: bricks.slice_codes(SectionKey(axis, index))
    bricks.close()
    source.close()


@contextmanager
def by_segyio(path: Path, mmap: bool, axis: Axis) -> Iterator[Callable[[int], object]]:
    """segyio's own reading."""
    with segyio.open(str(path)) as file:
        if mmap:
            assert file.mmap()
        first = {Axis.INLINE: file.ilines[0], Axis.CROSSLINE: file.xlines[0], Axis.SAMPLE: 0}[axis]
        lines = {Axis.INLINE: file.iline, Axis.CROSSLINE: file.xline, Axis.SAMPLE: file.depth_slice}[axis]
        yield lambda index: lines[int(first + index)]


@contextmanager
def by_zarr(path: Path, axis: Axis) -> Iterator[Callable[[int], object]]:
    """zarr's own reading."""
    import zarr

    array = zarr.open_array(str(path), mode="r")
    place = AXES.index(axis)
    yield lambda index: array[(slice(None),) * place + (index,)]


def measure_sections(report: Report, path: Path, folder: Path, repeats: int) -> None:
    """Sections of all directions by all readers, warm and cold."""
    zarr_path = zarr_copy(folder, path)
    stored = bricks_path(fingerprint_of(path), folder)
    shape = SIZES["full" if "600x900" in path.name else "small"]
    for axis, count in zip(AXES, shape, strict=True):
        print(f"{axis}s")
        readers: dict[str, tuple[Callable[[], Reader], Path, int]] = {
            "seisview": (partial(fast_volume, path, folder, axis), path, repeats),
            "bricks": (partial(bricks_alone, path, folder, axis), stored, repeats),
            "segyio": (partial(by_segyio, path, False, axis), path, min(repeats, 5)),
            "segyio mmap": (partial(by_segyio, path, True, axis), path, min(repeats, 5)),
            "zarr": (partial(by_zarr, zarr_path, axis), zarr_path, min(repeats, 3)),
        }
        for name, (opened, file, turns) in readers.items():
            with opened() as read:
                report.add(f"{axis} warm, {name}", warm(read, count, turns))
            dropped = stored if name == "seisview" and axis is Axis.SAMPLE else file
            report.add(f"{axis} cold, {name}", cold(opened, dropped, count, turns))


def measure_lines(report: Report, path: Path, folder: Path, repeats: int) -> None:
    """A diagonal line of as many traces as the survey has crosslines, from the fast copy and the source."""
    print("arbitrary line")
    source = open_volume(path)
    bricks = open_bricks(source, folder)
    assert bricks is not None
    n_inlines, n_crosslines, _ = source.geometry.shape
    columns = np.arange(n_crosslines)
    rows = [(columns * n_inlines // n_crosslines + shift) % n_inlines for shift in range(repeats)]
    report.add("line warm, bricks", warm(lambda i: bricks.line_codes(rows[i], columns), repeats, repeats))
    report.add("line warm, seisview", warm(lambda i: source.read_traces(rows[i], columns), repeats, repeats))
    report.below("A4", "line warm, bricks", 16)
    report.below("A4", "line warm, seisview", 16)
    bricks.close()
    source.close()


def measure_huge(report: Report, folder: Path, repeats: int) -> None:
    """A file twenty times as large opens in about the same time and memory."""
    print("opening a sparse file of 20 GB, cold")
    huge = folder / "sparse.sgy"
    write_sparse(huge)
    durations, before_mb, grown_mb = [], anonymous_mb(), 0.0
    for _ in range(repeats):
        drop_caches(huge)
        volumes = []
        durations.append(clock(lambda volumes=volumes: volumes.append(open_volume(huge))))
        grown_mb = max(grown_mb, anonymous_mb() - before_mb)
        assert volumes[0].geometry.shape[:2] == HUGE
        volumes[0].close()
    huge.unlink()
    report.add("open 20 GB", Timing(tuple(durations)))
    report.ratio("A4", "open 20 GB", "open and first inline", 2)
    report.judge("A4", f"memory of opening 20 GB {grown_mb:.0f} MB", grown_mb < 50, "< 50 MB")


def write_sparse(target: Path) -> None:
    """20 GB: headers as usual, and very long traces of zeros that take no room on the disk."""
    (n_inlines, n_crosslines), n_samples = HUGE, 32_767
    words = {9: 0, 189: 0, 193: 0, 115: n_samples, 117: 4000}
    head = bytearray(b"\x40" * 3200 + bytes(400))
    for byte, value in ((3217, 4000), (3221, n_samples), (3225, 6)):
        head[byte - 1 : byte + 1] = value.to_bytes(2, "big")
    with target.open("wb") as file:
        file.write(head)
        for number in range(n_inlines * n_crosslines):
            inline, crossline = divmod(number, n_crosslines)
            words |= {9: 1000 + inline, 189: 1000 + inline, 193: 2000 + crossline}
            header = bytearray(240)
            for byte, value in words.items():
                width = 2 if byte in (115, 117) else 4
                header[byte - 1 : byte - 1 + width] = value.to_bytes(width, "big")
            os.pwrite(file.fileno(), header, 3600 + number * (240 + 8 * n_samples))
        file.truncate(3600 + n_inlines * n_crosslines * (240 + 8 * n_samples))


def fingerprint_of(path: Path) -> str:
    """Of a survey."""
    volume = open_volume(path)
    try:
        return volume.fingerprint
    finally:
        volume.close()


def judge(report: Report) -> None:
    """A1 to A4."""
    print("targets")
    report.ratio("A1", "open and first inline", "segyio.open with geometry", 0.2)
    report.ratio("A2", "crossline cold, seisview", "crossline cold, segyio", 0.2)
    report.ratio("A3", "sample warm, seisview", "sample warm, segyio mmap", 0.25)
    report.ratio("A3", "sample warm, seisview", "sample warm, segyio", 0.03)
    for axis in AXES:
        report.below("A4", f"{axis} warm, seisview", 16)
        report.below("A4", f"{axis} cold, seisview", 50)


if __name__ == "__main__":
    sys.exit(main())
