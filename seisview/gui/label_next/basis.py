"""What the list of what to label next rests on: the facies on screen, or the preview."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey, SurveyGeometry
from seisview.gui.preview.preview_controller import PreviewController
from seisview.gui.preview.preview_texts import preview_text
from seisview.gui.start.time_texts import time_text
from seisview.project.results import FaciesResult
from seisview.workflows.facies.carry import carried_from
from seisview.workflows.facies.label_next import Prediction

_PREVIEW_LINES = 48
# Carried stripes are as sure everywhere as they are far from where they were painted: that ranks nothing.
_LEAST_CARRIED_SHARE = 0.25


def best_basis(
    result: FaciesResult | None, preview: PreviewController, geometry: SurveyGeometry
) -> Basis | None:
    """Facies of a network first, then the preview, then carried labels; None when there is none of them."""
    found = result_basis(result)
    if found is None or found.least_share:
        return preview_basis(preview, geometry) or found
    return found


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
    least_share : float
        Share of the survey that must be known for a ranking to mean anything.
    """

    token: Hashable
    name: str
    prediction: Prediction
    least_share: float = 0.0


def result_basis(result: FaciesResult | None) -> Basis | None:
    """Rank by the confidence of a facies volume; None without one that can be read."""
    if result is None or not result.is_open:
        return None
    shape = result.facies.shape
    name = f"{result.title}, {time_text(result.created)}"
    if not result.complete:
        name += f", partial: {result.n_sections_done} sections"
    return Basis(
        # a copy of the project has a result of the same id: the one read so far is closed then
        (result.folder, result.n_sections_done),
        name,
        Prediction.of_volume((shape[0], shape[1], shape[2]), lambda key: result.section(key)[1]),
        _LEAST_CARRIED_SHARE if carried_from(result.provenance.details) else 0.0,
    )


def preview_basis(preview: PreviewController, geometry: SurveyGeometry) -> Basis | None:
    """Rank by the confidence of the preview, on lines spread over those whose features are there."""
    fitted, overlay, features = preview.last, preview.overlay, preview.features_on_disk
    if fitted is None or fitted.model is None or overlay is None or features is None:
        return None
    done = np.flatnonzero(features.done)
    if not len(done):
        return None
    picked = np.unique(np.linspace(0, len(done) - 1, _PREVIEW_LINES).round().astype(int))
    keys = [SectionKey(features.axis, features.lines[int(done[i])]) for i in picked]

    def read(key: SectionKey) -> npt.NDArray[np.uint8]:
        shown = overlay.preview(key)
        return np.zeros(geometry.section_shape(key.axis), np.uint8) if shown is None else shown[1]

    name = preview_text(fitted.n_used, len(fitted.keys))
    return Basis((fitted.model.model_id, len(keys)), name, Prediction(geometry.shape, keys, read))
