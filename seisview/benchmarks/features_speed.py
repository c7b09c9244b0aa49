"""Targets C1 and C3: dense features against patches, and a stroke's preview against a random forest."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.report import BenchmarkOptions
from seisview.benchmarks.targets import TargetTable
from seisview.benchmarks.timing import in_turns
from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.synthetic import SyntheticConfig, synthesize
from seisview.labels.facies import FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.features.config import FeatureConfig

if TYPE_CHECKING:
    from seisview.learn.features.extractor import FeatureExtractor

_C1_LIMIT, _C3_LIMIT_MS, _C3_LIMIT = 0.1, 30.0, 0.05
_PATCH, _STRIDE, _BATCH = 64, 16, 128
_KEY = SectionKey(Axis.INLINE, 4)

Section = npt.NDArray[np.float32]
Facies = npt.NDArray[np.uint8]


def measure_features(table: TargetTable, options: BenchmarkOptions) -> None:
    """Add the time of the dense features of a section, and that from a stroke to its facies."""
    from seisview.learn.features.extractor import FeatureExtractor

    shape = (128, 96) if options.is_quick else (480, 896)
    options.progress.report("Synthesising a section")
    survey = synthesize(SyntheticConfig(8, shape[1], shape[0], seed=7), options.progress)
    section, facies = survey.amplitude[4].T.copy(), survey.facies[4].T.copy()
    statistics = _statistics(survey.amplitude)
    config = FeatureConfig(
        backbone="resnet10" if options.is_quick else "resnet18", weights="none", device="cpu"
    )
    extractor = FeatureExtractor(config, statistics)
    features = _measure_dense(table, options, extractor, section, statistics)
    _measure_stroke(table, options, features, facies)


def _measure_dense(
    table: TargetTable,
    options: BenchmarkOptions,
    extractor: FeatureExtractor,
    section: Section,
    statistics: AmplitudeStatistics,
) -> npt.NDArray[np.float16]:
    from seisview.learn.features.extractor import block_dimensions
    from seisview.learn.features.projection import fit_projection

    check = options.progress.check
    channels, n_deep = extractor.channels(section, check)
    flat = channels.reshape(-1, channels.shape[-1])
    projection = fit_projection(flat, (n_deep, flat.shape[1] - n_deep), block_dimensions(64))
    patches = _patches(extractor, statistics.normalise(section), options)
    options.progress.report("Dense features against patches")
    times = in_turns(
        {
            "dense": lambda _turn: extractor.features(section, projection, check),
            "patches": lambda _turn: patches(),
        },
        1 if options.is_quick else 3,
        options.progress,
    )
    what = f"dense features of a section, {section.shape[0]} x {section.shape[1]}"
    peer = f"{_PATCH} x {_PATCH} patches at stride {_STRIDE} in batches of {_BATCH}"
    table.ratio("C1", what, times["dense"], peer, times["patches"], _C1_LIMIT)
    table.note("C1: hand-made channels and projection included on our side, pooling alone on the other.")
    return extractor.features(section, projection, check)


def _patches(
    extractor: FeatureExtractor, normalised: Section, options: BenchmarkOptions
) -> Callable[[], object]:
    """Return the way of a classifier of patches: each through the same network, pooled to a vector."""
    import torch

    from seisview.learn.networks.backbone import Backbone

    backbone = Backbone("resnet10" if options.is_quick else "resnet18", dropout=0.0)
    backbone.fold_batch_norms()
    network, device = extractor.device.place(backbone), extractor.device
    windows = torch.from_numpy(normalised).unfold(0, _PATCH, _STRIDE).unfold(1, _PATCH, _STRIDE)

    def embed() -> list[torch.Tensor]:
        found = []
        with torch.inference_mode(), device.autocast():
            for batch in windows.reshape(-1, 1, _PATCH, _PATCH).split(_BATCH):  # type: ignore[no-untyped-call]
                options.progress.check()
                stages = network(batch.contiguous(memory_format=torch.channels_last))
                found.append(stages[4].float().mean(dim=(2, 3)))
        return found

    return embed


def _measure_stroke(
    table: TargetTable, options: BenchmarkOptions, features: npt.NDArray[np.float16], facies: Facies
) -> None:
    from seisview.workflows.facies.preview import fit_preview, preview_section

    geometry = SurveyGeometry(
        LineNumbers.regular(1, 1, 8), LineNumbers.regular(1, 1, facies.shape[1]), len(facies), 0.0, 4.0
    )
    snapshots = [_painted(facies, seed, 2000) for seed in range(2)]
    model = fit_preview({_KEY: features}, snapshots[0], geometry)

    busy: list[float] = []

    def stroke(turn: int) -> None:
        nonlocal model
        began = time.thread_time()
        model = fit_preview({_KEY: features}, snapshots[turn % 2], geometry, previous=model)
        preview_section(model, features, (facies.shape[0], facies.shape[1]))
        busy.append((time.thread_time() - began) * 1e3)

    options.progress.report("A stroke's preview against a random forest")
    stroke(0)
    ways = {"head": stroke, "forest": lambda turn: _forest(features, snapshots[turn % 2], facies.shape)}
    times = in_turns(ways, 3 if options.is_quick else 11, options.progress)
    what = f"stroke to facies and confidence, 2000 labelled cells, {facies.shape[0]} x {facies.shape[1]}"
    table.below("C3", what, times["head"].median, _C3_LIMIT_MS)
    table.note(f"C3: {np.median(busy):.0f} ms of that is processor time of the one thread that computes.")
    table.ratio("C3", what, times["head"], "forest of 100 trees", times["forest"], _C3_LIMIT)


def _forest(features: npt.NDArray[np.float16], labels: LabelSnapshot, shape: tuple[int, ...]) -> None:
    """Do the same with a forest on the same features, on cells, in the cheapest way to samples."""
    from sklearn.ensemble import RandomForestClassifier

    mask = labels.sections[_KEY]
    rows, columns = features.shape[:2]
    middle = np.pad(mask, ((0, 8), (0, 8)))[4::8, 4::8][:rows, :columns]
    cells = features.astype(np.float32)
    forest = RandomForestClassifier(n_estimators=100, n_jobs=1, random_state=0)
    forest.fit(cells[middle > 0], middle[middle > 0])
    facies = forest.predict(cells.reshape(rows * columns, -1)).reshape(rows, columns)
    facies.repeat(8, axis=0).repeat(8, axis=1)[: shape[0], : shape[1]]


def _painted(facies: Facies, seed: int, n_cells: int) -> LabelSnapshot:
    """Whole cells painted as they are, spread over the section."""
    rows, columns = -(-facies.shape[0] // 8), -(-facies.shape[1] // 8)
    chosen = np.zeros(rows * columns, bool)
    chosen[np.random.default_rng(seed).permutation(rows * columns)[:n_cells]] = True
    shown = chosen.reshape(rows, columns).repeat(8, 0).repeat(8, 1)[: facies.shape[0], : facies.shape[1]]
    mask = np.where(shown, facies, np.uint8(0))
    scheme = FaciesScheme.from_dicts(
        [{"id": i, "name": f"Facies {i}", "color": f"#{40 * i:02x}8040"} for i in range(1, 7)]
    )
    return LabelSnapshot(scheme, MappingProxyType({_KEY: mask}), seed + 1)


def _statistics(amplitude: npt.NDArray[Any]) -> AmplitudeStatistics:
    quantiles = np.percentile(np.abs(amplitude), (80.0, 99.5, 100.0)).tolist()
    spread = float(amplitude.std())
    return AmplitudeStatistics(
        -quantiles[2], quantiles[2], 0.0, spread, -quantiles[1], quantiles[1],
        (80.0, 99.5, 100.0), tuple(quantiles), 1, 0, 0.0,
    )  # fmt: skip
