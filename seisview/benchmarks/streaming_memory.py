"""Peak memory of predicting and exporting: that of a large survey is that of a small one.

Each size runs in a process of its own (``python -m seisview.benchmarks.streaming_memory SURVEY``), because
a peak never falls.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from seisview.benchmarks.memory import anonymous_mb
from seisview.benchmarks.targets import TargetTable
from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.segy.write import create_segy
from seisview.labels.facies import FaciesScheme
from seisview.learn.config import PredictConfig, SegmenterConfig
from seisview.progress import Progress

SECTION = (192, 256)
"""Crosslines and samples of the surveys: 196,608 bytes of float32 per inline."""

BOUND_MB = 35.0
"""How much more the larger survey may take; holding it in memory would take more."""

_INLINES = (64, 512)
_LOOK_EVERY_S = 0.25


def measure_memory(table: TargetTable, progress: Progress) -> None:
    """Add the peaks of predicting and exporting two surveys, one of eight times the other's size."""
    progress.report("Predicting and exporting two sizes, for their memory")
    small, large = (peaks_of(n_inlines) for n_inlines in progress.track(_INLINES, "Predicting and exporting"))
    more = f"{_INLINES[1]} inlines rather than {_INLINES[0]}"
    for name, less_mb, more_mb in zip(("predict a volume", "export SEG-Y"), small, large, strict=True):
        what = f"{name}: memory more for {more} ({less_mb:.0f} MB)"
        table.below("memory", what, max(more_mb - less_mb, 0.0), BOUND_MB, "MB")
    held = (_INLINES[1] - _INLINES[0]) * SECTION[0] * SECTION[1] * 4 / 1e6
    table.note(f"Holding the larger survey in memory would take {held:.0f} MB more.")


def peaks_of(n_inlines: int) -> tuple[float, float]:
    """Peaks of predicting and of exporting a survey of that many inlines, in MB, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="seisview-benchmark-") as folder:
        survey = Path(folder) / "s.sgy"
        write_survey(survey, n_inlines)
        command = [sys.executable, "-m", "seisview.benchmarks.streaming_memory", str(survey)]
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=900)
    predicted, exported = ended.stdout.split()[-2:]
    return float(predicted), float(exported)


def write_survey(path: Path, n_inlines: int) -> None:
    """Write a survey of that many inlines, one at a time."""
    lines = LineNumbers.regular(1, 1, n_inlines), LineNumbers.regular(1, 1, SECTION[0])
    geometry = SurveyGeometry(*lines, SECTION[1], 0.0, 4.0)
    rng = np.random.default_rng(0)
    sections = (rng.standard_normal(SECTION[::-1]).astype(np.float32) for _ in range(n_inlines))
    create_segy(path, sections, geometry, ["FOR A TEST OF MEMORY"])


def predict_and_export(survey: Path, folder: Path) -> tuple[float, float]:
    """Predict into a result on disk and export it as SEG-Y; the peak of each, in MB.

    Memory maps count while the system keeps their pages, so they are left out where it tells (Linux).
    """
    from seisview.benchmarks.untrained import untrained_segmenter
    from seisview.export.content import ContentKind
    from seisview.project.results import FaciesProvenance, create_result
    from seisview.workflows.export import export_content, facies_content
    from seisview.workflows.facies.segment import predict_facies

    with closing(open_volume(survey)) as volume:
        network = SegmenterConfig(2, "resnet10", head_channels=16, smallest_input=(32, 64))
        segmenter = untrained_segmenter(network, measure_amplitudes(volume), volume.fingerprint)
        scheme = FaciesScheme(segmenter.classes)
        origin = FaciesProvenance((segmenter.model_id,), 1, scheme, volume.fingerprint)
        result = create_result(folder / "results", volume.geometry, origin)
        watch, config = AnonymousPeak(), PredictConfig(device="cpu")
        predict_facies(segmenter, volume, result, Progress(watch.look, watch.look), config=config)
        result.finish()
        predicted = watch.mb
        content = facies_content(ContentKind.FACIES, result.facies, volume, scheme, {})
        watch = AnonymousPeak()
        export_content(content, volume, folder / "facies.sgy", progress=Progress(watch.look))
    return predicted, watch.mb


class AnonymousPeak:
    """The most memory that is the process's own and no cached page of a file, looked at on reports."""

    def __init__(self) -> None:
        self.mb = 0.0
        self._last = -_LOOK_EVERY_S

    def look(self, _report: object) -> None:
        """Look now, unless that was done a moment ago: looking takes longer than a section of these."""
        if time.monotonic() - self._last >= _LOOK_EVERY_S:
            self.mb = max(self.mb, anonymous_mb())
            self._last = time.monotonic()


if __name__ == "__main__":
    print(*predict_and_export(Path(sys.argv[1]), Path(sys.argv[1]).parent))
