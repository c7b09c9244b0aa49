"""What is drawn over a section: what a network predicted, and the preview where it has not yet."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.gui.section.section_reader import Overlay
from seisview.learn.carrying.carried import CarriedLabels
from seisview.learn.features.slices import FeatureSlice
from seisview.learn.features.store import FeatureArray

if TYPE_CHECKING:
    from seisview.workflows.facies.preview import PreviewModel

IntArray = npt.NDArray[np.intp]
Along = Callable[[IntArray, IntArray], Overlay]
Bytes = npt.NDArray[np.uint8]


class Drawn(Enum):
    """Where the facies of a section come from."""

    NOTHING = "nothing"
    PREPARING = "features are not there yet"
    PREVIEW = "preview"
    PREVIEW_PARTLY = "preview, where features are there"
    TUNED = "network"
    BOTH = "network, preview on the traces it has not reached"


class HasFeatures(Protocol):
    """Where features come from: :class:`~seisview.gui.preview.feature_worker.FeatureWorker`."""

    def find(self, key: SectionKey) -> FeatureArray | None:
        """Features of a vertical section."""

    def find_slice(self, sample_index: int) -> FeatureSlice | None:
        """What a slice cuts."""

    def find_line(self, inlines: IntArray, crosslines: IntArray) -> FeatureArray | None:
        """What a line cuts."""


class FaciesOverlay:
    """Gives (facies, confidence) of a section to whoever draws; called in the readers' threads.

    The main thread replaces the attributes, each in one step.

    Parameters
    ----------
    geometry : SurveyGeometry
    features : HasFeatures
        What has features of sections, slices and lines, or None for those.
    carry : callable
        Carries the labels of a preview to a section: CarriedLabels, or None where they cannot be.
    told : callable
        Receives (section, Drawn) after every section; called in the reader's thread.

    Attributes
    ----------
    tuned : callable or None
        Reads what a network predicted; 0 where it has not.
    tuned_along : callable or None
        Reads it along a line, by the indices of its traces.
    tuned_complete : bool
        Whether it has predicted everything.
    model : PreviewModel or None
    """

    def __init__(
        self,
        geometry: SurveyGeometry,
        features: HasFeatures,
        carry: Callable[[PreviewModel, SectionKey], CarriedLabels | None],
        told: Callable[[SectionKey, Drawn], object],
    ) -> None:
        self._geometry = geometry
        self._features = features
        self._carry = carry
        self._told = told
        self.tuned: Callable[[SectionKey], Overlay] | None = None
        self.tuned_along: Along | None = None
        self.tuned_complete = False
        self.model: PreviewModel | None = None

    def __call__(self, key: SectionKey) -> Overlay:
        """Facies and confidence of a section, uint8 in its shape; 0 where nothing is known."""
        tuned, model = self.tuned, self.model
        network = None if tuned is None else tuned(key)
        if model is None or (network is not None and self.tuned_complete):
            return self._answer(key, network, Drawn.NOTHING)
        if key.axis is Axis.SAMPLE:
            return self._slice(model, key, network)
        if network is not None and network[0].any(axis=0).all():
            return self._answer(key, network, Drawn.TUNED)
        features = self._features.find(key)
        if features is None:
            return self._answer(key, network, Drawn.PREPARING)
        preview = self._preview(model, key, features)
        if network is None:
            self._told(key, Drawn.PREVIEW)
            return preview
        return self._merged(key, network, preview)

    def along(self, inlines: IntArray, crosslines: IntArray) -> Overlay | None:
        """Facies and confidence along a line, (n_samples, n) each; None where nothing is known."""
        tuned, model = self.tuned_along, self.model
        network = None if tuned is None else tuned(inlines, crosslines)
        if model is None or (network is not None and self.tuned_complete):
            return network
        features = self._features.find_line(inlines, crosslines)
        if features is None:
            return network
        from seisview.workflows.facies.preview import preview_section

        preview = _as_overlay(*preview_section(model, features, (self._geometry.n_samples, len(inlines))))
        return preview if network is None else _below(network, preview)

    def preview(self, key: SectionKey) -> Overlay | None:
        """The preview alone; None where it has no features or labels."""
        model, features = self.model, self._features.find(key)
        return None if model is None or features is None else self._preview(model, key, features)

    def _slice(self, model: PreviewModel, key: SectionKey, network: Overlay | None) -> Overlay:
        """The preview of a slice as far as features are there, below what the network predicted."""
        from seisview.workflows.facies.preview import preview_slice

        cut = self._features.find_slice(key.index)
        if cut is None:
            return self._answer(key, network, Drawn.PREPARING)
        preview = _as_overlay(*preview_slice(model, cut, self._carry(model, key)))
        if network is None or not network[0].any():
            self._told(key, Drawn.PREVIEW if cut.share == 1.0 else Drawn.PREVIEW_PARTLY)
            return preview
        self._told(key, Drawn.TUNED if network[0].all() else Drawn.BOTH)
        return _below(network, preview)

    def _preview(self, model: PreviewModel, key: SectionKey, features: FeatureArray) -> Overlay:
        from seisview.workflows.facies.preview import preview_section  # not before the first labels

        shape = self._geometry.section_shape(key.axis)
        return _as_overlay(*preview_section(model, features, shape, self._carry(model, key)))

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


def _as_overlay(facies: Bytes, confidence: npt.NDArray[np.float32]) -> Overlay:
    return facies, np.rint(confidence * np.float32(255)).astype(np.uint8)


def _below(network: Overlay, preview: Overlay) -> Overlay:
    """What the network predicted, and the preview where it has not."""
    reached = network[0] > 0
    facies, confidence = (np.where(reached, n, p) for n, p in zip(network, preview, strict=True))
    return facies, confidence
