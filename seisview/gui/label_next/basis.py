"""What the list of what to label next rests on: the facies on screen, or the preview."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from seisview.gui.analysis.analysis_texts import time_text
from seisview.project.results import FaciesResult
from seisview.workflows.label_next import Prediction


@dataclass(frozen=True, slots=True)
class Basis:
    """What a list rests on.

    Attributes
    ----------
    token : hashable
        Equal tokens stand for the same confidences: they are measured once.
    name : str
        ``"tuned-3"`` or ``"preview"``.
    prediction : Prediction
    """

    token: Hashable
    name: str
    prediction: Prediction


def result_basis(result: FaciesResult | None) -> Basis | None:
    """Rank by the confidence of a facies volume; None without one."""
    if result is None:
        return None
    shape = result.facies.shape
    name = f"{result.title}, {time_text(result.created)}"
    if not result.complete:
        name += f", partial: {result.n_sections_done} sections"
    return Basis(
        (result.id, result.n_sections_done),
        name,
        Prediction.of_volume((shape[0], shape[1], shape[2]), lambda key: result.section(key)[1]),
    )
