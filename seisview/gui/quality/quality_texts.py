"""What the quality page says about a comparison; free of Qt widgets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from seisview.gui.quality.confusion_table import ConfusionRow
from seisview.gui.quality.quality_page import QualityScores
from seisview.gui.start.time_texts import time_text
from seisview.workflows.facies.quality import QualityReport

OUT_OF_DATE = "Out of date: labels or hold-outs changed since. Press Check."
OTHER_FACIES = "These are not the facies shown now. Press Check."
NOT_YET = "Not checked yet. Press Check, or wait: once the whole survey is predicted it is checked by itself."
NOT_YET_UNSEEN = "Not checked yet. Press Check: the network answers again, without the labels of the block."
SEEN = "{sections} {verb} trained on before being held out: the scores are too good. Train again."
SEEN_CARRIED = (
    "Labels of {sections} were carried before it was held out: the scores are too good. Carry again."
)
_KIND = {"holdout": "held-out section", "validation": "section of the validation block"}
_NOTHING = {
    "holdout": "No labelled section is held out. Hold one out to check the model on it "
    "(Label > Hold out this section), or compare with the validation block.",
    "validation": "The labels were too few or too close together to hold a block out of training.",
}


def quality_scores(
    report: QualityReport, model: str, source: str, moment: datetime, unseen: bool = False
) -> QualityScores:
    """Words and figures of a comparison; `unseen`: the network answered without the labels compared with."""
    n_sections = len(report.sections)
    plural = "" if n_sections == 1 else "s"
    kind = _KIND[source].replace("section", f"section{plural}", 1)
    details = f"{report.n_samples:,} labelled samples, checked {time_text(moment)}"
    if report.n_not_predicted:
        details += f"; {report.n_not_predicted:,} on traces without a prediction left out"
    if unseen:
        details += "; answered again without the labels of the block"
    summary = report.matrix.summary()
    names = {
        "PA": "pixel_accuracy",
        "MCA": "mean_class_accuracy",
        "mIoU": "mean_iou",
        "FWIU": "frequency_weighted_iou",
    }
    scores = tuple((short, _number(summary[name])) for short, name in names.items())
    return QualityScores(f"{model} on {n_sections} {kind}", details, scores, confusion_rows(report))


def confusion_rows(report: QualityReport) -> tuple[ConfusionRow, ...]:
    """One row for each class, with its scores."""
    matrix = report.matrix
    rows = []
    for i, facies in enumerate(report.classes):
        counts = [(other.id, int(matrix.counts[i, j])) for j, other in enumerate(report.classes)]
        if matrix.missed.any():
            counts.append((0, int(matrix.missed[i])))
        values = [matrix.iou[i], matrix.precision[i], matrix.recall[i], matrix.f1[i]]
        scores = (*(_number(float(v)) for v in values), f"{int(matrix.support[i]):,}")
        rows.append(ConfusionRow(facies.id, facies.name, facies.color, tuple(counts), scores))
    return tuple(rows)


def seen_text(titles: Sequence[str], carried: bool = False) -> str:
    """Say that a model, or carried labels, know sections that are held out now."""
    if carried:
        return SEEN_CARRIED.format(sections=", ".join(titles))
    return SEEN.format(sections=", ".join(titles), verb="was" if len(titles) == 1 else "were")


def nothing_text(source: str) -> str:
    """Why there is nothing to compare with."""
    return _NOTHING[source]


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"
