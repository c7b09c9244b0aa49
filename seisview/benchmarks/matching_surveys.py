"""P@20 of patch search in surveys: synthetic ones with their truth, and channels of Parihaka."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.matching_cells import Cells
from seisview.benchmarks.matching_methods import METHODS, Windows
from seisview.benchmarks.matching_truth import Result, Truth
from seisview.benchmarks.report import BenchmarkOptions, Cell
from seisview.data.amplitude import measure_amplitudes
from seisview.data.arrays.volumes import open_npy
from seisview.data.synthesis.scenario import Counts
from seisview.data.synthetic import SyntheticConfig, synthesize
from seisview.data.volume import Volume
from seisview.learn.features.config import FeatureConfig
from seisview.learn.matching.window_search import WindowSearch
from seisview.workflows.features import build_feature_volume

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Rows = tuple[list[dict[str, Cell]], list[str]]

SIZE = (32, 32)
EVERY = 4
_SEEDS = (2, 3)
_IDS = {"channel": 3, "salt": 4, "chaotic": 5}
_PARIHAKA = "parihaka-block.npz"
_CHANNEL, _NOT_SEEN = 2, 255
_BEST, _DEFAULT = "best possible", "default"


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A survey with what is known of it; arrays are (inline, crossline, sample)."""

    amplitude: Floats
    masks: Mapping[str, Bools]
    known: Bools


class Case:
    """A survey that is searched by several methods; made only when one was not measured yet."""

    def __init__(
        self, name: str, classes: tuple[str, ...], load: Callable[[], Known], options: BenchmarkOptions
    ) -> None:
        self.name, self.classes = name, classes
        self._load, self._options = load, options

    def results(self, cells: Cells) -> dict[tuple[str, str], Result]:
        """Scores by class and method."""
        methods = [m for m in METHODS if not (self._options.is_quick and "50" in m)]
        found: dict[tuple[str, str], Result] = {}
        for method in (_BEST, *methods):
            values = cells.measured(f"{self.name}, {method}", partial(self._measure, method))
            found |= {(name, method): tuple(values[name]) for name in self.classes}
        return found

    def confidence_error(self, cells: Cells) -> float:
        """How far the default's confidences are from the share of hits that is right."""

        def measure() -> float:
            windows, truth = self._windows_and_truth
            return truth.confidence_error(METHODS[_DEFAULT](windows), self._options.is_quick)

        return float(cells.measured(f"{self.name}, confidences", measure))

    def _measure(self, method: str) -> dict[str, Result]:
        truth, few = self._windows_and_truth[1], self._options.is_quick
        if method == _BEST:
            return {name: truth.best_possible(name, few) for name in self.classes}
        vectors = METHODS[method](self._windows_and_truth[0])
        return {name: truth.scores(name, vectors, few) for name in self.classes}

    @cached_property
    def _windows_and_truth(self) -> tuple[Windows, Truth]:
        options, known = self._options, self._load()
        folder = tempfile.TemporaryDirectory()
        self._folder = folder  # goes with this object
        path = Path(folder.name) / "survey.npy"
        np.save(path, known.amplitude)
        volume = open_npy(path)
        statistics = measure_amplitudes(volume, options.progress)

        def search(config: FeatureConfig) -> WindowSearch:
            return WindowSearch(build_feature_volume(volume, statistics, config, options.progress), SIZE)

        dense = FeatureConfig(every=EVERY, backbone="resnet10" if options.is_quick else "resnet18")
        own = search(FeatureConfig.texture(every=EVERY))
        windows = Windows(own, partial(search, dense), volume, statistics, options)
        return windows, Truth.of(own, known.masks, known.known)

    def close(self) -> None:
        """Let go of the survey, if it was made."""
        if "_windows_and_truth" in self.__dict__:
            volume: Volume = self._windows_and_truth[0].volume
            volume.close()
            self._folder.cleanup()


def synthetic_rows(options: BenchmarkOptions) -> Rows:
    """Rows for a synthetic survey per seed, averaged."""
    seeds = range(2, 2 + options.seeds) if options.seeds else _SEEDS
    results: dict[tuple[str, str], list[Result]] = {}
    errors = []
    for seed in seeds[:1] if options.is_quick else seeds:
        name = f"synthetic survey {seed}"
        with _case(name, (*_IDS, "fault zone"), partial(_synthetic, seed, options), options) as case:
            for key, value in case.results(Cells(options)).items():
                results.setdefault(key, []).append(value)
            errors.append(case.confidence_error(Cells(options)))
    error: dict[str, Cell] = {"data": "synthetic all", "method": _DEFAULT}
    error["confidence error"] = float(np.mean(errors))
    return [*_rows("synthetic", results), error], []


def parihaka_rows(options: BenchmarkOptions) -> Rows:
    """Rows for channels of Parihaka; none, and a note, without the data."""
    path = None if options.data is None else options.data / _PARIHAKA
    if path is None or not path.is_file():
        return [], [f"{_PARIHAKA} is not on this machine (--data): its rows are left out."]
    with _case("Parihaka", ("channel",), lambda: _parihaka(path, options.is_quick), options) as case:
        results = case.results(Cells(options))
    return _rows("Parihaka", {key: [value] for key, value in results.items()}), []


@contextmanager
def _case(
    name: str, classes: tuple[str, ...], load: Callable[[], Known], options: BenchmarkOptions
) -> Iterator[Case]:
    case = Case(name, classes, load, options)
    try:
        yield case
    finally:
        case.close()


def _synthetic(seed: int, options: BenchmarkOptions) -> Known:
    counts = Counts(channels=3, chaotic=3, salts=2)
    shape = (64, 64, 128) if options.is_quick else (240, 192, 256)
    survey = synthesize(SyntheticConfig(*shape, seed, counts), options.progress)
    masks = {name: survey.facies == number for name, number in _IDS.items()}
    masks["fault zone"] = survey.faults
    return Known(survey.amplitude, masks, np.ones(shape, np.bool_))


def _parihaka(path: Path, is_quick: bool) -> Known:
    with np.load(path, allow_pickle=False) as content:
        amplitude, polygons = content["amplitude"], content["polygons"]
        lost = content["interpolated_samples"]
    known = polygons != _NOT_SEEN
    known[:, :, lost] = False
    if is_quick:
        amplitude, polygons, known = (a[:, :128, :128] for a in (amplitude, polygons, known))
    return Known(amplitude.astype(np.float32), {"channel": (polygons == _CHANNEL) & known}, known)


def _rows(data: str, results: Mapping[tuple[str, str], list[Result]]) -> list[dict[str, Cell]]:
    methods = list(dict.fromkeys(method for _, method in results))
    names = list(dict.fromkeys(name for name, _ in results))
    rows = [
        _mean_row(f"{data} {name}", method, results[name, method]) for name in names for method in methods
    ]
    if len(names) > 1:
        for method in methods:
            every = [value for name in names for value in results[name, method]]
            rows.append(_mean_row(f"{data} all", method, every))
    return rows


def _mean_row(data: str, method: str, values: list[Result]) -> dict[str, Cell]:
    figures = np.array([value[1:] for value in values], np.float64)
    means = [float(np.mean(c[np.isfinite(c)])) if np.isfinite(c).any() else None for c in figures.T]
    return {
        "data": data,
        "method": method,
        "queries": sum(value[0] for value in values),
        "P@20": means[0],
        "P@20 after feedback": means[1],
        "of it new": means[2],
    }
