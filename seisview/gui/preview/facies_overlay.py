"""What is drawn over a section: what a network predicted, and the preview where it has not yet."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.gui.section_reader import Overlay
from seisview.learn.feature_store import FeatureArray

if TYPE_CHECKING:
    from seisview.workflows.preview import PreviewModel

Bytes = npt.NDArray[np.uint8]


class Drawn(Enum):
    """Where the facies of a section come from."""

    NOTHING = "nothing"
    PREPARING = "features are not there yet"
    PREVIEW = "preview"
    TUNED = "network"
    BOTH = "network, preview on the traces it has not reached"


class FaciesOverlay:
    """Gives (facies, confidence) of a section to whoever draws; called in the readers' threads.

    The main thread replaces the attributes, each in one step.

    Parameters
    ----------
    geometry : SurveyGeometry
    find : callable
        Features of a section, or None.
    told : callable
        Receives (section, Drawn) after every section; called in the reader's thread.

    Attributes
    ----------
    tuned : callable or None
        Reads what a network predicted; 0 where it has not.
    tuned_complete : bool
        Whether it has predicted everything.
    model : PreviewModel or None
    """

    def __init__(
        self,
        geometry: SurveyGeometry,
        find: Callable[[SectionKey], FeatureArray | None],
        told: Callable[[SectionKey, Drawn], object],
    ) -> None:
        self._geometry = geometry
        self._find = find
        self._told = told
        self.tuned: Callable[[SectionKey], Overlay] | None = None
        self.tuned_complete = False
        self.model: PreviewModel | None = None

    def __call__(self, key: SectionKey) -> Overlay:
        """Facies and confidence of a section, uint8 in its shape; 0 where nothing is known."""
        tuned, model = self.tuned, self.model
        network = None if tuned is None else tuned(key)
        if model is None or key.axis is Axis.SAMPLE or (network is not None and self.tuned_complete):
            return self._answer(key, network, Drawn.NOTHING)
        if network is not None and network[0].any(axis=0).all():
            return self._answer(key, network, Drawn.TUNED)
        features = self._find(key)
        if features is None:
            return self._answer(key, network, Drawn.PREPARING)
        preview = self._preview(model, key, features)
        if network is None:
            self._told(key, Drawn.PREVIEW)
            return preview
        return self._merged(key, network, preview)

    def preview(self, key: SectionKey) -> Overlay | None:
        """The preview alone; None where it has no features or labels."""
        model, features = self.model, self._find(key)
        return None if model is None or features is None else self._preview(model, key, features)

    def _preview(self, model: PreviewModel, key: SectionKey, features: FeatureArray) -> Overlay:
        from seisview.workflows.preview import preview_section  # not before the first labels

        facies, confidence = preview_section(model, features, self._geometry.section_shape(key.axis))
        return facies, np.rint(confidence * np.float32(255)).astype(np.uint8)

    def _merged(self, key: SectionKey, network: Overlay, preview: Overlay) -> Overlay:
        reached = np.any(network[0], axis=0)
        filled = [np.where(reached[None, :], n, p) for n, p in zip(network, preview, strict=True)]
        has_network, has_preview = bool(reached.any()), bool(filled[0][:, ~reached].any())
        drawn = Drawn.BOTH if has_network and has_preview else Drawn.TUNED if has_network else Drawn.PREVIEW
        self._told(key, drawn)
        return filled[0], filled[1]

    def _answer(self, key: SectionKey, network: Overlay | None, without: Drawn) -> Overlay:
        if network is not None and network[0].any():
            self._told(key, Drawn.TUNED)
            return network
        self._told(key, without)
        shape = self._geometry.section_shape(key.axis)
        return (np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)) if network is None else network
