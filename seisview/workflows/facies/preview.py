"""The instant preview: facies from cached features, refitted after every stroke.

Importing this module does not load torch, and neither do :func:`fit_preview` and :func:`preview_section`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.labels.facies import FaciesClass
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.carrying.carried import CarriedLabels, Follow, carry_labels
from seisview.learn.carrying.dip_field import DipField
from seisview.learn.carrying.following import rows_on_source
from seisview.learn.features.config import FeatureConfig
from seisview.learn.features.slices import FeatureSlice
from seisview.learn.features.store import FeatureArray
from seisview.learn.features.volume import FeatureVolume
from seisview.learn.preview.cells import PaintedCells
from seisview.learn.preview.coarse_facies import STEP
from seisview.learn.preview.config import PreviewConfig
from seisview.learn.preview.file import load_preview, save_preview
from seisview.learn.preview.head import fit_head
from seisview.learn.preview.model import FeatureSource, PreviewModel
from seisview.learn.samples.labelled import LabelRequest, vertical_masks

Facies = npt.NDArray[np.uint8]
Confidence = npt.NDArray[np.float32]

MAX_SECTIONS = 24
"""Most labelled sections that a preview learns from: more would not be instant."""

_UNNAMED_COLOR = "#808080"


def preview_keys(labels: LabelSnapshot, geometry: SurveyGeometry) -> tuple[SectionKey, ...]:
    """Sections whose features a preview needs: inlines and crosslines with labels, the most labelled first.

    Hold-out sections are left out, and so is what lies near them; labels of slices are carried to inlines.
    """
    masks = vertical_masks(LabelRequest(labels.sections, labels.holdout), geometry)
    amount = {key: int(np.count_nonzero(mask)) for key, mask in masks.items()}
    return tuple(sorted(masks, key=lambda key: (-amount[key], key)))[:MAX_SECTIONS]


def fit_preview(
    features: Mapping[SectionKey, FeatureArray],
    labels: LabelSnapshot,
    geometry: SurveyGeometry,
    config: PreviewConfig = PreviewConfig(),
    previous: PreviewModel | None = None,
) -> PreviewModel:
    """Fit the preview to the labels as they are now: milliseconds with `previous`, else below a second.

    Parameters
    ----------
    features : mapping of SectionKey to ndarray of float16
        From :func:`seisview.workflows.features.section_features`, of :func:`preview_keys` or some of them;
        labels of other sections are not used.
    labels : LabelSnapshot
        Unlabelled samples (0) teach nothing; they are not background.
    geometry : SurveyGeometry
    config : PreviewConfig
    previous : PreviewModel, optional
        The preview before the last stroke: the fit starts from it.

    Returns
    -------
    PreviewModel
        Without :attr:`PreviewModel.source`, which only saved ones need: see :func:`with_source`.

    Raises
    ------
    LabelError
        If nothing or only one class is labelled on those sections.
    """
    masks = _masks(labels, geometry, previous)
    before = {} if previous is None else previous.painted
    painted = {key: PaintedCells.of(mask, before.get(key)) for key, mask in masks.items() if key in features}
    ids = tuple(sorted({class_id for cells in painted.values() for class_id in cells.ids}))
    counts = {key: cells.by(ids) for key, cells in painted.items()}
    used = {key: features[key] for key in painted}
    head = fit_head(used, counts, ids, config, None if previous is None else previous.head)
    versions = _versions(labels)
    return PreviewModel(
        head,
        _named(labels, ids),
        labels.revision,
        painted=painted,
        labels=masks,
        versions=versions,
        holdout=labels.holdout,
    )


def _masks(
    labels: LabelSnapshot, geometry: SurveyGeometry, previous: PreviewModel | None
) -> dict[SectionKey, Facies]:
    """Labels on inlines and crosslines; those nobody painted on since the preview before are not read again.

    With twenty labelled sections, reading all of them would take longer than the fit.
    """
    known: dict[SectionKey, Facies] = {}
    if previous is not None and previous.holdout == labels.holdout:
        before, now = previous.versions, _versions(labels)
        if not any(key.axis is Axis.SAMPLE for key in (*before, *now)):  # slices write to every inline
            known = {
                key: mask for key, mask in previous.labels.items() if before.get(key, -1) == now.get(key)
            }
    return vertical_masks(LabelRequest(labels.sections, labels.holdout), geometry, known)


def _versions(labels: LabelSnapshot) -> dict[SectionKey, int]:
    return {key: found for key in labels.sections if (found := labels.version(key)) is not None}


def carried_to_preview(
    model: PreviewModel, dips: DipField, key: SectionKey, follow: Follow = rows_on_source
) -> CarriedLabels | None:
    """Carry the labels of a preview to a section of its survey, as finely as previews are; None without any.

    Parameters
    ----------
    model : PreviewModel
    dips : DipField
        :func:`seisview.workflows.facies.dips.survey_dips` of the survey it was fitted on.
    key : SectionKey
    follow : callable
        See :func:`seisview.learn.carrying.carried.carry_labels`.
    """
    return carry_labels(model.labels, dips, key, follow, every=STEP) if model.labels else None


def preview_section(
    model: PreviewModel,
    features: FeatureArray,
    shape: tuple[int, int],
    carried: CarriedLabels | None = None,
) -> tuple[Facies, Confidence]:
    """Facies of a vertical section from its features, in milliseconds.

    Parameters
    ----------
    model : PreviewModel
    features : ndarray of float16, shape (cell rows, cell columns, dimensions)
        Give the same array again for the same section: what does not depend on the strokes is kept.
    shape : (int, int)
        ``geometry.section_shape(key.axis)``.
    carried : CarriedLabels, optional
        :func:`carried_to_preview` of this section.

    Returns
    -------
    facies : ndarray of uint8, shape `shape`
        Class ids; 0 where no trace is live.
    confidence : ndarray of float32, shape `shape`
        0..1; 0 where no trace is live.
    """
    return model.head.predict(features, shape, carried)


def preview_slice(
    model: PreviewModel, cut: FeatureSlice, carried: CarriedLabels | None = None
) -> tuple[Facies, Confidence]:
    """Facies of a time or depth slice from the features of the sections that are there, in milliseconds.

    Give the same `cut` again for the same slice. Shape of both: (n_crosslines, n_inlines); 0 where nothing is
    known.
    """
    return model.head.predict_slice(cut, carried)


def with_source(
    model: PreviewModel,
    features: FeatureVolume,
    config: FeatureConfig,
    statistics: AmplitudeStatistics,
    axis: Axis = Axis.INLINE,
) -> PreviewModel:
    """Add to a preview how its features were made, so that it can be saved and used on any survey.

    Parameters
    ----------
    model : PreviewModel
    features : FeatureVolume
        That it was fitted on.
    config : FeatureConfig
        With which they were made.
    statistics : AmplitudeStatistics
        Of their survey.
    axis : Axis
        Across which most of the labelled sections are cut.
    """
    digest = str(features.origin["weights_hash"])
    source = FeatureSource(config, digest, features.projection, statistics, features.fingerprint, axis)
    return replace(model, source=source)


def _named(labels: LabelSnapshot, ids: tuple[int, ...]) -> tuple[FaciesClass, ...]:
    known = {c.id: c for c in labels.scheme.classes}
    return tuple(known.get(i) or FaciesClass(i, f"Class {i}", _UNNAMED_COLOR) for i in ids)


__all__ = [
    "FeatureSource",
    "PreviewConfig",
    "PreviewModel",
    "carried_to_preview",
    "fit_preview",
    "load_preview",
    "preview_keys",
    "preview_section",
    "preview_slice",
    "save_preview",
    "with_source",
]
