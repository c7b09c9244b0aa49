"""One fit of the instant preview to the labels as they are, in the worker's thread; free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError
from seisview.gui.survey.session import Session
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.features.store import FeatureArray

if TYPE_CHECKING:
    from seisview.workflows.facies.preview import PreviewModel

LabelledPlaces = tuple[tuple[SectionKey, ...], frozenset[SectionKey]]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A preview and what it rests on.

    Attributes
    ----------
    model : PreviewModel or None
        None while features are missing, or only one class is labelled where they are there.
    places : (tuple, frozenset)
        Labelled and held-out sections; when these are the same, so are `keys`.
    keys : tuple of SectionKey
        Sections to learn from.
    n_used : int
        Those of them whose features were there.
    """

    model: PreviewModel | None
    places: LabelledPlaces
    keys: tuple[SectionKey, ...]
    n_used: int


def fit_to_labels(
    session: Session,
    labels: LabelSnapshot,
    places: LabelledPlaces,
    last: Fitted | None,
    find: Callable[[SectionKey], FeatureArray | None],
) -> Fitted:
    """Fit to the labels of sections whose features are there, warm-started from the last fit."""
    from seisview.workflows.facies.preview import fit_preview, preview_keys  # not before the first labels

    keys = last.keys if last is not None and last.places == places else preview_keys(labels, session.geometry)
    features = {key: found for key in keys if (found := find(key)) is not None}
    model = None
    if features:
        try:
            previous = None if last is None else last.model
            model = fit_preview(features, labels, session.geometry, previous=previous)
        except LabelError:  # one class only, where features are there so far
            model = None
    return Fitted(model, places, keys, len(features))
