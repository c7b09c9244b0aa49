"""Labelled sections as a network needs them: normalised amplitudes beside targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import Volume
from seisview.errors import LabelError
from seisview.learn.samples.live import live_traces
from seisview.learn.samples.targets import IGNORE, ClassTargets, Mask
from seisview.progress import Progress

GUARD_LINES = 8
"""Lines either side of a held-out place that are not trained on: neighbours are near copies."""

MAX_SECTIONS = 128
"""Most sections kept in memory; of more, evenly spaced ones are taken."""

MAX_SLICE_LINES = 24
"""Most inlines to which the labels of time slices are carried over."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSection:
    """One vertical section to learn from.

    Attributes
    ----------
    key : SectionKey
        An inline or crossline.
    amplitude : ndarray of float32, shape (n_samples, n_traces)
        Normalised to -1..1.
    targets : ndarray of uint8, same shape
        0..n_classes-1, or :data:`seisview.learn.samples.targets.IGNORE`.
    """

    key: SectionKey
    amplitude: npt.NDArray[np.float32]
    targets: Mask


@dataclass(frozen=True, slots=True, eq=False)
class LabelledData:
    """All there is to learn from.

    Attributes
    ----------
    sections : tuple of LabelledSection
        Each with at least one target.
    targets : ClassTargets
        Which class each target stands for.
    steepest_dip : float
        Of the survey, samples per trace; 0 where it was not measured.
    carried : bool
        Whether there are other sections that the labels can be carried to, see
        :mod:`seisview.learn.carrying`.
    fewest_traces : int
        Of a vertical section of the survey, across whichever axis; 0 where it is not known.
    """

    sections: tuple[LabelledSection, ...]
    targets: ClassTargets
    steepest_dip: float = 0.0
    fewest_traces: int = 0
    carried: bool = False

    @property
    def main_axis(self) -> Axis:
        """The axis across which most labelled sections are cut; inline when even."""
        crosslines = sum(s.key.axis is Axis.CROSSLINE for s in self.sections)
        return Axis.CROSSLINE if 2 * crosslines > len(self.sections) else Axis.INLINE

    def masks(self) -> dict[SectionKey, Mask]:
        """Class ids of what is learnt from, 0 = nothing: own arrays."""
        return {s.key: self.targets.decode_known(s.targets) for s in self.sections}

    def summary(self) -> dict[str, int]:
        """Sizes for provenance: ``n_sections`` and ``n_labelled_samples``."""
        labelled = sum(int((s.targets != IGNORE).sum()) for s in self.sections)
        return {"n_sections": len(self.sections), "n_labelled_samples": labelled}


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """What to learn from.

    Attributes
    ----------
    masks : mapping of SectionKey to ndarray of uint8
        Class ids per section, 0 = unlabelled.
    holdout : frozenset of SectionKey
        Sections set apart by the user: neither they nor samples of crossing or neighbouring sections within
        :data:`GUARD_LINES` of them are used.
    """

    masks: Mapping[SectionKey, Mask]
    holdout: frozenset[SectionKey] = frozenset()


def gather_sections(
    volume: Volume, request: LabelRequest, statistics: AmplitudeStatistics, progress: Progress
) -> LabelledData:
    """Read the labelled sections and number their classes.

    Labels on missing or dead traces teach nothing and are left out, before classes are counted.

    Raises
    ------
    LabelError
        If nothing or only one class remains, or a mask does not have its section's shape.
    """
    masks = _spread(vertical_masks(request, volume.geometry))
    amplitudes: dict[SectionKey, npt.NDArray[np.float32]] = {}
    for key in progress.track(sorted(masks), "Reading the labelled sections"):
        section = volume.read_section(key)
        masks[key] = np.where(live_traces(section), masks[key], np.uint8(0))
        amplitudes[key] = statistics.normalise(section)
    targets = ClassTargets.of(masks.values())
    found = (LabelledSection(k, a, targets.encode(masks[k])) for k, a in amplitudes.items() if masks[k].any())
    return LabelledData(tuple(found), targets, fewest_traces=_fewest_traces(volume.geometry))


def _fewest_traces(geometry: SurveyGeometry) -> int:
    axes = (Axis.INLINE,) if geometry.is_2d else (Axis.INLINE, Axis.CROSSLINE)
    return min(geometry.section_shape(axis)[1] for axis in axes)


def vertical_masks(
    request: LabelRequest, geometry: SurveyGeometry, known: Mapping[SectionKey, Mask] = MappingProxyType({})
) -> dict[SectionKey, Mask]:
    """Labels on inlines and crosslines only, without what is held out; own copies.

    Labels of time or depth slices are carried over to inlines, one row each. Sections that are `known` from
    before are not read again; give none where slices are labelled.
    """
    masks: dict[SectionKey, Mask] = {}
    slices: dict[SectionKey, Mask] = {}
    for key in request.masks:
        if key in known:
            continue
        geometry.check(key)
        mask = request.masks[key]
        _check_shape(geometry, key, mask)
        if key not in request.holdout and mask.any():
            (slices if key.axis is Axis.SAMPLE else masks)[key] = mask.copy()
    _carry_slices_over(slices, masks, geometry)
    for key in masks:
        for held in request.holdout:
            _erase_near(key, masks[key], held)
    read = {key: mask for key, mask in masks.items() if mask.any()}
    found = {**known, **read}
    return {key: found[key] for key in dict.fromkeys((*request.masks, *read)) if key in found}


def _check_shape(geometry: SurveyGeometry, key: SectionKey, mask: Mask) -> None:
    expected = geometry.section_shape(key.axis)
    if mask.shape != expected:
        raise LabelError(
            f"The labels of {geometry.title(key)} have {mask.shape[0]} x {mask.shape[1]} samples, "
            f"the section has {expected[0]} x {expected[1]}.",
            "Use labels that were made for this survey.",
        )


def _carry_slices_over(
    slices: dict[SectionKey, Mask], masks: dict[SectionKey, Mask], geometry: SurveyGeometry
) -> None:
    if not slices:
        return
    lines = np.flatnonzero(np.any([m.any(axis=0) for m in slices.values()], axis=0))
    for index in _evenly(lines, MAX_SLICE_LINES):
        key = SectionKey(Axis.INLINE, int(index))
        mask = masks.setdefault(key, np.zeros(geometry.section_shape(Axis.INLINE), np.uint8))
        for slice_key, labels in slices.items():
            row = mask[slice_key.index]
            row[row == 0] = labels[:, index][row == 0]


def _erase_near(key: SectionKey, mask: Mask, held: SectionKey) -> None:
    if held.axis is Axis.SAMPLE:
        mask[held.index] = 0
    elif held.axis is key.axis:
        if abs(held.index - key.index) <= GUARD_LINES:
            mask[:] = 0
    else:
        mask[:, max(held.index - GUARD_LINES, 0) : held.index + GUARD_LINES + 1] = 0


def _spread(masks: dict[SectionKey, Mask]) -> dict[SectionKey, Mask]:
    keys = sorted(masks)
    if len(keys) <= MAX_SECTIONS:
        return masks
    picked = _evenly(np.arange(len(keys)), MAX_SECTIONS)
    return {keys[i]: masks[keys[i]] for i in picked}


def _evenly(values: npt.NDArray[np.intp], most: int) -> npt.NDArray[np.intp]:
    if len(values) <= most:
        return values
    return values[np.linspace(0, len(values) - 1, most).round().astype(np.intp)]
