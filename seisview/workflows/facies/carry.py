"""Labels carried along the reflections of a survey: facies of every section without a network.

Dips are measured once for a survey, in half of one pass; a section then takes milliseconds. Nothing here
loads torch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import Volume
from seisview.errors import GeometryError, LabelError
from seisview.export.content import CARRIED_FROM as ORIGIN
from seisview.labels.facies import FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.carrying.carried import Mask, carry_labels
from seisview.learn.carrying.dip_field import DipField
from seisview.learn.carrying.trust import HALVING_LINES, trust_of
from seisview.learn.config import PredictConfig
from seisview.learn.samples.labelled import MAX_SECTIONS, LabelRequest, vertical_masks
from seisview.learn.samples.live import live_traces
from seisview.progress import Progress
from seisview.workflows.facies.dips import survey_dips
from seisview.workflows.facies.facies_sections import (
    Confidence,
    Facies,
    FaciesSink,
    sections_outwards,
    write_sections,
)
from seisview.workflows.facies.predict_resumably import Prediction
from seisview.workflows.facies.segment import named_classes

CARRIED_FROM = "carried_from"
"""Detail of carried facies: the labelled sections they come from, ``"inline:118 crossline:40"``, indices."""

_VERSION = 1  # raise it whenever labels are carried otherwise
_TRACES_AT_A_TIME = 4096
_NAMES = {Axis.INLINE: "inline", Axis.CROSSLINE: "crossline", Axis.SAMPLE: "slice"}


def carry_section(
    volume: Volume, labels: LabelSnapshot, key: SectionKey, progress: Progress | None = None
) -> tuple[Facies, Confidence]:
    """Carry the labels of a survey along its reflections to one section.

    Parameters
    ----------
    volume : Volume
    labels : LabelSnapshot
        Labels of slices are carried from the inlines that they cross. Of held-out sections, and of what lies
        near them, nothing is used. Of more sections than
        :data:`~seisview.learn.samples.labelled.MAX_SECTIONS`, evenly spaced ones are.
    key : SectionKey
        An inline, a crossline, or a time or depth slice.
    progress : Progress, optional

    Returns
    -------
    facies : ndarray of uint8, shape ``volume.geometry.section_shape(key.axis)``
        Class ids of the nearest labelled section; 0 where no label arrives, and on missing and dead traces.
    confidence : ndarray of float32, same shape
        How near that section is: 1 on it, 1/2 at 16 lines. It says how far a label has come; it is not the
        probability that it is right. 0 where `facies` is.

    Raises
    ------
    LabelError
        If nothing usable is labelled, or labels do not fit the survey.
    GeometryError
        If there is no such section, or the survey is a 2-D line.
    Cancelled
        If the job was asked to stop.
    """
    volume.geometry.check(key)
    masks = _sources(labels, volume.geometry)
    progress = progress or Progress()
    dips = survey_dips(volume, progress)
    return _carried(masks, dips, key, _live(volume, key, progress))


def carry_facies(
    labels: LabelSnapshot,
    volume: Volume,
    sink: FaciesSink,
    progress: Progress | None = None,
    *,
    first: SectionKey | None = None,
    config: PredictConfig | None = None,
    done: Collection[SectionKey] = (),
) -> tuple[SectionKey, ...]:
    """Carry the labels of a survey to all its sections: the visible one first, then its neighbours outwards.

    Emits a :class:`~seisview.workflows.facies.facies_sections.SectionPredicted` after the sink has taken a
    section.

    Parameters
    ----------
    labels, volume
        As in :func:`carry_section`.
    sink : FaciesSink
    progress : Progress, optional
    first, config, done
        As in :func:`seisview.workflows.facies.segment.predict_facies`; of `config`, axis and lines count.

    Returns
    -------
    tuple of SectionKey
        The sections written now, in order.

    Raises
    ------
    LabelError, GeometryError, Cancelled
        As :func:`carry_section`; :class:`GeometryError` also for a range without lines.
    """
    progress, masks = progress or Progress(), _sources(labels, volume.geometry)
    wanted = sections_outwards(volume.geometry, first, config or PredictConfig(), _main_axis(masks))
    keys = tuple(key for key in wanted if key not in done)
    dips = survey_dips(volume, progress)

    def judge(key: SectionKey) -> tuple[Facies, Confidence]:
        return _carried(masks, dips, key, _live(volume, key, progress))

    write_sections(keys, judge, sink, progress, "Carrying labels")
    return keys


def carried_prediction(labels: LabelSnapshot, geometry: SurveyGeometry) -> Prediction:
    """Carrying of these labels, as something that predicts a survey.

    Parameters
    ----------
    labels : LabelSnapshot
    geometry : SurveyGeometry
        Of the survey they belong to.

    Returns
    -------
    Prediction
        Named after what is carried: other labels are never gone on with.

    Raises
    ------
    LabelError, GeometryError
        As :func:`carry_section`, before anything is made.
    """
    masks = _sources(labels, geometry)
    present = np.zeros(256, np.bool_)
    for mask in masks.values():
        present[np.unique(mask)] = True
    classes = named_classes(labels, tuple(int(i) for i in np.flatnonzero(present) if i))
    usable = (key for key in labels.training_sections if key.axis is Axis.SAMPLE or key in masks)
    return Prediction(
        model_ids=(_name_of(masks),),
        label_revision=labels.revision,
        scheme=FaciesScheme(classes),
        axis=_main_axis(masks),
        predict=partial(carry_facies, labels),
        details={CARRIED_FROM: " ".join(f"{key.axis}:{key.index}" for key in usable)},
    )


def carried_from(details: Mapping[str, str]) -> tuple[SectionKey, ...]:
    """Labelled sections that carried facies come from, by the details of their provenance."""
    places = (place.partition(":") for place in details.get(CARRIED_FROM, "").split())
    return tuple(SectionKey(Axis(axis), int(index)) for axis, _, index in places)


def carried_origin(details: Mapping[str, str]) -> dict[str, str]:
    """What exported files say about carried facies; nothing about others."""
    keys = carried_from(details)
    if not keys:
        return {}
    counts = ((sum(key.axis is axis for key in keys), name) for axis, name in _NAMES.items())
    sections = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for n, name in counts if n)
    return {ORIGIN: sections, "confidence": f"1 there, 1/2 {HALVING_LINES:g} lines away"}


def _sources(labels: LabelSnapshot, geometry: SurveyGeometry) -> dict[SectionKey, Mask]:
    """Labelled inlines and crosslines that may be carried from."""
    if geometry.is_2d:
        raise GeometryError(
            "A 2-D line has no other section to carry labels to.", "Open a 3-D survey, or train a network."
        )
    masks = vertical_masks(LabelRequest(labels.sections, labels.holdout), geometry)
    if not masks:
        held = " that is not held out" if labels.holdout else ""
        raise LabelError(f"Nothing is labelled{held}.", "Paint at least one class on a section first.")
    keys = sorted(masks)
    picked = np.linspace(0, len(keys) - 1, min(len(keys), MAX_SECTIONS)).round().astype(int)
    return {keys[place]: masks[keys[place]] for place in picked}


def _carried(
    masks: Mapping[SectionKey, Mask], dips: DipField, key: SectionKey, live: npt.NDArray[np.bool_]
) -> tuple[Facies, Confidence]:
    found = carry_labels(masks, dips, key, beyond=False)
    facies = np.where(live, found.facies, np.uint8(0))
    return facies, np.where(facies != 0, trust_of(found.lines), np.float32(0))


def _live(volume: Volume, key: SectionKey, progress: Progress) -> npt.NDArray[np.bool_]:
    """Where a section has data; broadcasts to its shape."""
    section = volume.read_section(key)
    if key.axis is not Axis.SAMPLE:
        return live_traces(section)
    # A zero on a slice may be a dead trace or a muted sample: only the trace itself can tell.
    live: npt.NDArray[np.bool_] = section != 0
    crosslines, inlines = np.nonzero(~live)
    for start in range(0, len(inlines), _TRACES_AT_A_TIME):
        progress.check()
        part = slice(start, start + _TRACES_AT_A_TIME)
        traces = volume.read_traces(inlines[part], crosslines[part])
        live[crosslines[part], inlines[part]] = traces.any(axis=1)
    return live


def _main_axis(masks: Mapping[SectionKey, Mask]) -> Axis:
    """Sections parallel to most labelled ones are the quickest to carry to."""
    crosslines = sum(key.axis is Axis.CROSSLINE for key in masks)
    return Axis.CROSSLINE if 2 * crosslines > len(masks) else Axis.INLINE


def _name_of(masks: Mapping[SectionKey, Mask]) -> str:
    digest = hashlib.blake2b(f"carried {_VERSION}".encode(), digest_size=6)
    for key in sorted(masks):
        digest.update(f"{key.axis}:{key.index}:{masks[key].shape}".encode())
        digest.update(np.ascontiguousarray(masks[key]).data)
    return f"carried-{digest.hexdigest()}"
