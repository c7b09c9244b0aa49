"""``seisview benchmark clusters``: agreement with known classes, anomalies, speed; ours beside others."""

from __future__ import annotations

from seisview.benchmarks.cluster_cases import COLUMNS, landmass_scores
from seisview.benchmarks.cluster_map import map_scores
from seisview.benchmarks.cluster_speed import patches_scores, speed_scores
from seisview.benchmarks.cluster_surveys import survey_scores
from seisview.benchmarks.report import BenchmarkOptions, BenchmarkReport

_NOTES = (
    "landmass-1000: fitted on index blocks 0-119 of each class, scored on 130-249; k is found by silhouette "
    "and stability unless given. The preset system-b takes shipped ResNet-50 weights where there are any, "
    "else random ones.",
    "synthetic: ARI and NMI against the true facies on every eighth inline, means over seeds.",
    "anomaly: area under the ROC curve of the anomaly score.",
    "50k points: seconds of processor time, compiling included; all others are seconds on the clock.",
    "50k patches: files to clusters with the default settings, on the clock.",
    "survey map: features of random numbers; memory without pages of mapped files, in a process of its own.",
)


def run(options: BenchmarkOptions) -> BenchmarkReport:
    """Measure everything.

    Parameters
    ----------
    options : BenchmarkOptions
        ``data`` holds ``landmass-1000.npz``; without it that part is left out. ``seeds`` counts synthetic
        surveys.

    Returns
    -------
    BenchmarkReport
    """
    scores = [
        *speed_scores(options),
        *patches_scores(options),
        *map_scores(options),
        *landmass_scores(options),
        *survey_scores(options),
    ]
    notes: tuple[str, ...] = _NOTES
    if not any(score.case == "landmass-1000" for score in scores):
        notes = ("landmass-1000 was left out: give --data, the folder that holds it.", *notes)
    return BenchmarkReport("Clusters", COLUMNS, tuple(score.row for score in scores), notes)
