"""Clusters of a large survey from its cache of features: how long, in how much memory, how often it is read.

Each size runs in a process of its own (``python -m seisview.benchmarks.cluster_map FOLDER LINES``), because
a peak never falls. The survey itself cannot be read there: everything comes from the cache.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.cluster_cases import Score, told
from seisview.benchmarks.memory import anonymous_mb
from seisview.benchmarks.report import BenchmarkOptions
from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import LineNumbers, SectionKey, SurveyGeometry
from seisview.data.volume import SourceInfo
from seisview.errors import VolumeError
from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe, SurveyFeatureConfig
from seisview.progress import Progress

SECTION = (900, 500)
BOUND_MB = 60.0
"""How much more 600 sections may take than 100; holding their features would take 460 MB more."""

_LINES, _QUICK_LINES = (100, 600), (2, 3)
_QUICK_SECTION = (64, 64)
_DIMENSIONS = 64


def map_scores(options: BenchmarkOptions) -> list[Score]:
    """Map 100 and 600 sections of 900 x 500 samples from their cache."""
    counts, section = (_QUICK_LINES, _QUICK_SECTION) if options.is_quick else (_LINES, SECTION)
    small, large = (_apart(n, section) for n in options.progress.track(counts, "Mapping a large survey"))
    more = large["peak_mb"] - small["peak_mb"]
    once = large["read_most"] <= 2 and large["read"] == counts[1] + large["sampled"]
    size = f"{counts[1]} x {section[0]} x {section[1]}"
    reads = f"sections read once each, and {large['sampled']} for the fit"
    memory = f"peak {large['peak_mb']:.0f} MB, {more:+.0f} MB against {counts[0]} sections"
    bounded = None if options.is_quick else more <= BOUND_MB
    return [
        told(Score("survey map", size, large["clusters"], seconds=large["seconds"]), options),
        told(Score("survey map", reads, met=once), options),
        told(Score("survey map", memory, met=bounded), options),
    ]


def _apart(n_lines: int, section: tuple[int, int]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="seisview-benchmark-") as folder:
        command = [sys.executable, "-m", "seisview.benchmarks.cluster_map", folder, str(n_lines)]
        command += [str(side) for side in section]
        kept_apart = {**os.environ, "SEISVIEW_CACHE_DIR": str(Path(folder) / "cache")}
        ended = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=1800, env=kept_apart
        )
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


class _Unreadable:
    """A survey that has features in the cache and nothing else."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        lines = LineNumbers.regular(1, 1, shape[0]), LineNumbers.regular(1, 1, shape[1])
        self.geometry = SurveyGeometry(*lines, shape[2], 0.0, 4.0)
        self.info = SourceInfo(Path("benchmark.npy"), "npy", "float32")
        self.fingerprint = "benchmark-of-cluster-maps"

    def read_section(self, key: SectionKey) -> npt.NDArray[np.float32]:
        """Refuse."""
        raise VolumeError(f"The {key.axis} at index {key.index} should come from the cache.", "")

    def read_traces(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.float32]:
        """Refuse."""
        raise VolumeError("Traces should come from the cache.", f"{inline_indices} {crossline_indices}")

    def close(self) -> None:
        """Nothing to release."""


def measure(folder: Path, shape: tuple[int, int, int]) -> dict[str, Any]:
    """Fill the cache of a survey, then cluster it.

    Returns
    -------
    dict
        ``seconds`` on the clock, ``peak_mb`` of memory that is not a mapped file, ``read`` sections in all,
        ``read_most`` often one was read, how many were ``sampled`` for the fit, ``clusters``.
    """
    from seisview.learn.features.volume import FeatureVolume
    from seisview.workflows.clustering.sampling import SampledPoints
    from seisview.workflows.clustering.survey import cluster_survey

    volume, statistics = _Unreadable(shape), _statistics()
    _fill_cache(volume, statistics)
    reads: dict[SectionKey, int] = {}
    find = FeatureVolume.find

    def counted(self: FeatureVolume, key: SectionKey) -> npt.NDArray[np.float16] | None:
        reads[key] = reads.get(key, 0) + 1
        return find(self, key)

    FeatureVolume.find = counted  # type: ignore[method-assign]  # in this process alone
    peak, sampled = [0.0], [0]

    def look(_report: object) -> None:
        peak[0] = max(peak[0], anonymous_mb(give_back=False))

    def note(event: object) -> None:
        if isinstance(event, SampledPoints):
            sampled[0] = len(reads)

    recipe = ClusterRecipe(ClusterConfig(clusters=8, view="pca"), survey=SurveyFeatureConfig("features"))
    started = time.monotonic()
    result = cluster_survey(volume, statistics, recipe, folder / "clusters", Progress(look, note))
    return {
        "seconds": time.monotonic() - started,
        "peak_mb": peak[0],
        "read": sum(reads.values()),
        "read_most": max(reads.values()),
        "sampled": sampled[0],
        "clusters": len(result.scheme),
    }


def _fill_cache(volume: _Unreadable, statistics: AmplitudeStatistics) -> None:
    from seisview.learn.features.config import FeatureConfig
    from seisview.learn.features.extractor import feature_origin
    from seisview.learn.features.folder import features_folder
    from seisview.learn.features.projection import Projection
    from seisview.learn.features.volume import create_features

    rng = np.random.default_rng(0)
    origin = feature_origin(volume, statistics, FeatureConfig())
    projection = Projection(np.zeros(_DIMENSIONS, np.float32), np.eye(_DIMENSIONS, dtype=np.float32))
    features = create_features(features_folder() / origin.key, volume.geometry, origin, projection)
    rows, columns = features.grid
    centres = rng.normal(scale=4, size=(12, _DIMENSIONS))
    for line in features.lines:
        owner = rng.integers(12, size=(rows, columns))
        cells = centres[owner] + rng.normal(size=(rows, columns, _DIMENSIONS))
        features.write(SectionKey(features.axis, line), cells)


def _statistics() -> AmplitudeStatistics:
    return AmplitudeStatistics(-1.0, 1.0, 0.0, 0.3, -0.9, 0.9, (80.0, 100.0), (0.5, 1.0), 1, 0, 0.0)


if __name__ == "__main__":
    n_lines, *sides = (int(text) for text in sys.argv[2:])
    print(json.dumps(measure(Path(sys.argv[1]), (n_lines, sides[0], sides[1]))))
