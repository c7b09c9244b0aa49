"""P@20 of patch search in surveys: a synthetic one with its truth, and channels of Parihaka."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.matching_methods import METHODS, Cached, Searched, Windows
from seisview.benchmarks.report import BenchmarkOptions, Cell
from seisview.data.amplitude import measure_amplitudes
from seisview.data.arrays import open_npy
from seisview.data.synthesis.scenario import Counts
from seisview.data.synthetic import SyntheticConfig, synthesize
from seisview.labels.patches import Patch
from seisview.learn.feature_config import FeatureConfig
from seisview.learn.hits import best_windows
from seisview.learn.match_config import Region, SearchConfig
from seisview.learn.similarity import combined_query
from seisview.learn.window_search import Field, WindowSearch
from seisview.workflows.features import build_feature_volume

Floats = npt.NDArray[np.float32]
Rows = tuple[list[dict[str, Cell]], list[str]]
Result = tuple[int, float, float, float]

SIZE = (32, 32)
EVERY = 4
TOP, JUDGED = 20, 10
_QUERIES = 20
_QUERY_SHARE, _HIT_SHARE = 0.4, 0.5
_SEEDS = (2, 3)
_IDS = {"channel": 3, "salt": 4, "chaotic": 5}
_LEAST = {"channel": 0.3, "salt": 0.5, "chaotic": 0.5, "fault zone": 0.06}
_PARIHAKA = "parihaka-block.npz"
_CHANNEL, _NOT_SEEN = 2, 255


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is right, by window: (lines, rows, columns).

    Attributes
    ----------
    share : mapping of str to ndarray
        Share of the window that is of a class.
    known : ndarray of bool
        Windows of which it is known.
    """

    share: Mapping[str, npt.NDArray[np.floating]]
    known: npt.NDArray[np.bool_]


def synthetic_rows(options: BenchmarkOptions) -> Rows:
    """Rows for a synthetic survey per seed, averaged."""
    seeds = (_SEEDS * 3)[: options.seeds] if options.seeds else _SEEDS
    counts = Counts(channels=3, chaotic=3, salts=2)
    shape = (64, 64, 128) if options.is_quick else (240, 192, 256)
    results: dict[tuple[str, str], list[Result]] = {}
    for seed in seeds[:1] if options.is_quick else seeds:
        survey = synthesize(SyntheticConfig(*shape, seed, counts), options.progress)
        masks = {name: survey.facies == number for name, number in _IDS.items()}
        masks["fault zone"] = survey.faults
        everywhere = np.ones(shape, np.bool_)
        found = _searched(survey.amplitude, masks, everywhere, options)
        for key, value in found.items():
            results.setdefault(key, []).append(value)
    return _rows("synthetic", results), []


def parihaka_rows(options: BenchmarkOptions) -> Rows:
    """Rows for channels of Parihaka; none, and a note, without the data."""
    path = None if options.data is None else options.data / _PARIHAKA
    if path is None or not path.is_file():
        return [], [f"{_PARIHAKA} is not on this machine (--data): its rows are left out."]
    with np.load(path, allow_pickle=False) as content:
        amplitude, polygons = content["amplitude"], content["polygons"]
        lost = content["interpolated_samples"]
    known = polygons != _NOT_SEEN
    known[:, :, lost] = False
    if options.is_quick:
        amplitude, polygons, known = (a[:, :128, :128] for a in (amplitude, polygons, known))
    results = _searched(
        amplitude.astype(np.float32), {"channel": (polygons == _CHANNEL) & known}, known, options
    )
    return _rows("Parihaka", {key: [value] for key, value in results.items()}), []


def _searched(
    amplitude: Floats,
    masks: Mapping[str, npt.NDArray[np.bool_]],
    known: npt.NDArray[np.bool_],
    options: BenchmarkOptions,
) -> dict[tuple[str, str], Result]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.npy"
        np.save(path, amplitude)
        volume = open_npy(path)
        try:
            statistics = measure_amplitudes(volume, options.progress)
            config = FeatureConfig(every=EVERY, backbone="resnet10" if options.is_quick else "resnet18")
            features = build_feature_volume(volume, statistics, config, options.progress)
            search = WindowSearch(features, SIZE)
            windows = Windows(search, volume, statistics, options)
            truth = _truth(search, masks, known)
            return _evaluated(windows, truth, options)
        finally:
            volume.close()


def _truth(
    search: WindowSearch, masks: Mapping[str, npt.NDArray[np.bool_]], known: npt.NDArray[np.bool_]
) -> Truth:
    """Shares of classes among the samples that are known, by window."""
    seen = _window_means(search, known)
    least = np.maximum(seen, np.float32(1e-6))
    shares = {name: np.divide(_window_means(search, m & known), least) for name, m in masks.items()}
    return Truth(shares, seen >= 0.2)


def _window_means(search: WindowSearch, mask: npt.NDArray[np.bool_]) -> Floats:
    down, across = search.features.cell
    h, w = search.window
    lines = mask[list(search.features.lines)].transpose(0, 2, 1)
    pad = [(0, 0), (0, -lines.shape[1] % down), (0, -lines.shape[2] % across)]
    lines = np.pad(lines, pad)
    rows, columns = lines.shape[1] // down, lines.shape[2] // across
    cells = lines.reshape(len(lines), rows, down, columns, across).mean(axis=(2, 4), dtype=np.float32)
    view = np.lib.stride_tricks.sliding_window_view(cells, (h, w), axis=(1, 2))
    return np.asarray(view.mean(axis=(-2, -1)), np.float32)


def _evaluated(windows: Windows, truth: Truth, options: BenchmarkOptions) -> dict[tuple[str, str], Result]:
    search = windows.search
    n_lines = search.features.lines.stop
    config = SearchConfig(
        top=TOP, region=Region(inlines=(int(_HIT_SHARE * n_lines), n_lines)), exclude_query=False
    )
    results: dict[tuple[str, str], Result] = {}
    queries = {name: _queries(truth, name, n_lines // EVERY, options) for name in truth.share}
    for name, places in queries.items():
        right = truth.share[name] >= _LEAST[name]
        best = _precision(search, np.where(truth.known, truth.share[name], -np.inf), right, config)
        results[name, "best possible"] = (len(places), best, float("nan"), float("nan"))
    for method, prepare in METHODS.items():
        if options.is_quick and "50" in method:
            continue
        options.progress.report(f"Searching: {method}")
        searched = prepare(windows)
        for name, places in queries.items():
            right = truth.share[name] >= _LEAST[name]
            scores = [_with_feedback(search, searched, place, right, truth.known, config) for place in places]
            means = np.mean(scores, axis=0) if scores else np.full(3, np.nan)
            first, shown, new = (float(value) for value in means)
            results[name, method] = (len(places), first, shown, new)
    return results


def _queries(truth: Truth, name: str, n_lines: int, options: BenchmarkOptions) -> list[tuple[int, int, int]]:
    """Places that clearly hold the class, in the first part of the survey."""
    share = np.where(truth.known, truth.share[name], 0)[: int(_QUERY_SHARE * n_lines)]
    places = np.argwhere(share >= min(1.2 * _LEAST[name], 0.9))
    count = min(len(places), 4 if options.is_quick else _QUERIES)
    if not count:
        return []
    chosen = np.random.default_rng(0).choice(len(places), count, replace=False)
    return [(int(a), int(b), int(c)) for a, b, c in places[chosen]]


def _with_feedback(
    search: WindowSearch,
    searched: Searched | Cached,
    place: tuple[int, int, int],
    right: npt.NDArray[np.bool_],
    known: npt.NDArray[np.bool_],
    config: SearchConfig,
) -> tuple[float, float, float]:
    """P@20 at first; of the list as the window shows it after the verdicts; of its new hits alone."""
    query = searched.vector(place)
    first = _hits(search, searched.scores(query), known, config, ())
    verdicts = [bool(right[p]) for p in first]
    positives = [query] + [searched.vector(p) for p, ok in zip(first[:JUDGED], verdicts, strict=False) if ok]
    negatives = [searched.vector(p) for p, ok in zip(first[:JUDGED], verdicts, strict=False) if not ok]
    refined = combined_query(np.array(positives), np.array(negatives) if negatives else None, 0.5)
    judged = tuple(search.patch_of(*p) for p in first[:JUDGED])
    second = _hits(search, searched.scores(refined), known, config, judged)
    new = [bool(right[p]) for p in second]
    shown = ([True] * sum(verdicts[:JUDGED]) + new)[:TOP]  # accepted hits stay, rejected ones are gone
    return float(np.mean(verdicts)), float(np.mean(shown)), float(np.mean(new))


def _precision(
    search: WindowSearch, scores: Floats, right: npt.NDArray[np.bool_], config: SearchConfig
) -> float:
    hits = best_windows([Field(search, scores.astype(np.float32))], config)
    return float(np.sum([right[_place(search, hit.patch)] for hit in hits])) / TOP


def _hits(
    search: WindowSearch,
    scores: Floats,
    known: npt.NDArray[np.bool_],
    config: SearchConfig,
    judged: tuple[Patch, ...],
) -> list[tuple[int, int, int]]:
    """Places of the best hits; judged ones are left out, with what a hit keeps for itself."""
    scores = np.where(known, scores, -np.inf).astype(np.float32)
    without = SearchConfig(config.top, config.region, config.axes, config.overlap, bool(judged))
    # The first query keeps more for itself: a judged hit is not a query.
    far = search.patch_of(0, 0, 0)
    hits = best_windows([Field(search, scores)], without, (far, *judged) if judged else ())
    return [_place(search, hit.patch) for hit in hits]


def _place(search: WindowSearch, patch: Patch) -> tuple[int, int, int]:
    down, across = search.features.cell
    line = search.features.lines.index(patch.key.index)
    return line, patch.box.row0 // down, patch.box.column0 // across


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
