"""Peak memory of predicting and exporting a survey: ``python -m tests.robustness.memory_run``.

Each size runs in a process of its own, because a peak never falls; the survey lies in a SEG-Y file.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.segy_write import create_segy
from seisview.labels.facies import FaciesScheme
from seisview.learn.config import PredictConfig
from seisview.progress import Progress
from tests.robustness.fuzz import peak_mb

SECTION = (192, 256)  # crosslines, samples: 196,608 bytes of float32


def write_survey(path: Path, n_inlines: int) -> None:
    """Write a survey of that many inlines, one at a time."""
    lines = LineNumbers.regular(1, 1, n_inlines), LineNumbers.regular(1, 1, SECTION[0])
    geometry = SurveyGeometry(*lines, SECTION[1], 0.0, 4.0)
    rng = np.random.default_rng(0)
    sections = (rng.standard_normal(SECTION[::-1]).astype(np.float32) for _ in range(n_inlines))
    create_segy(path, sections, geometry, ["FOR A TEST OF MEMORY"])


def predict_and_export(survey: Path, folder: Path) -> tuple[float, float]:
    """Predict into a result on disk and export it as SEG-Y; the peak after each, in MB.

    Memory maps count while the system keeps their pages, so they are left out where it tells (Linux).
    """
    from seisview.export.content import ContentKind
    from seisview.project.results import FaciesProvenance, create_result
    from seisview.workflows.export import export_content, facies_content
    from seisview.workflows.segment import predict_facies
    from tests.learn.surveys import random_segmenter

    volume = open_volume(survey)
    segmenter = random_segmenter(volume, measure_amplitudes(volume))  # type: ignore[arg-type]
    scheme = FaciesScheme(segmenter.classes)
    origin = FaciesProvenance((segmenter.model_id,), 1, scheme, volume.fingerprint)
    result = create_result(folder / "results", volume.geometry, origin)
    watch = AnonymousPeak()
    predict_facies(
        segmenter, volume, result, Progress(watch.look, watch.look), config=PredictConfig(device="cpu")
    )
    result.finish()
    predicted = watch.mb
    content = facies_content(ContentKind.FACIES, result.facies, volume, scheme, {})
    watch = AnonymousPeak()
    export_content(content, volume, folder / "facies.sgy", progress=Progress(watch.look))
    return predicted, watch.mb


class AnonymousPeak:
    """The most memory that is the process's own and no cached page of a file, looked at on every report."""

    def __init__(self) -> None:
        self.mb = 0.0

    def look(self, _report: object) -> None:
        self.mb = max(self.mb, anonymous_mb())


def anonymous_mb() -> float:
    """Memory in use by this process without pages of mapped files; the peak of everything where unknown.

    What was freed is given back to the system first: the allocator keeps pages of ended threads for a while.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # with another C library kept pages count
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("RssAnon:"):
                return float(line.split()[1]) / 1024
    except OSError:
        pass
    return peak_mb()


def measure(n_inlines: int) -> tuple[float, float]:
    """Peaks of a survey of that many inlines in a process of its own, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        survey = Path(folder) / "s.sgy"
        write_survey(survey, n_inlines)
        command = [sys.executable, "-m", "tests.robustness.memory_run", "--survey", str(survey)]
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=900)
    predicted, exported = ended.stdout.split()[-2:]
    return float(predicted), float(exported)


def main() -> None:
    """Print the peaks of two sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inlines", type=int, nargs=2, default=(64, 256))
    parser.add_argument("--survey", type=Path, help="only this survey, in this process")
    options = parser.parse_args()
    if options.survey is not None:
        print(*predict_and_export(options.survey, options.survey.parent))
        return
    for n_inlines in options.inlines:
        predicted, exported = measure(n_inlines)
        print(f"{n_inlines} inlines: predicting {predicted:.0f} MB, exporting {exported:.0f} MB at the peak")


if __name__ == "__main__":
    main()
