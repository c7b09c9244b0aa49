"""Labels for the sections between two labelled ones, by the signed distance to the outline of each class."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit
from seisview.labels.provenance import Provenance
from seisview.labels.snapshot import LabelSnapshot
from seisview.labels.tiles import Labels
from seisview.progress import Progress

Mask = npt.NDArray[np.bool_]
Distances = npt.NDArray[np.float32]


def interpolation_ends(
    painted: Iterable[SectionKey], key: SectionKey
) -> tuple[SectionKey, SectionKey] | None:
    """Return the two painted sections to interpolate between, seen from a section.

    From a painted section to the next one with a higher index, or else to the one before it; from any other
    section, the painted ones on both sides of it.

    Parameters
    ----------
    painted : iterable of SectionKey
        Sections of any axis that may be an end.
    key : SectionKey

    Returns
    -------
    (SectionKey, SectionKey) or None
        In order of their index; None when there are no two such sections.
    """
    indices = sorted(other.index for other in painted if other.axis is key.axis)
    below = [i for i in indices if i < key.index]
    above = [i for i in indices if i > key.index]
    if key.index in indices:
        below, above = (below, [key.index]) if below and not above else ([key.index], above)
    if not below or not above:
        return None
    return SectionKey(key.axis, below[-1]), SectionKey(key.axis, above[0])


def interpolate_labels(
    snapshot: LabelSnapshot, first: SectionKey, last: SectionKey, progress: Progress | None = None
) -> tuple[SectionEdit, ...]:
    """Interpolate the labels of all sections between two labelled parallel ones.

    What was interpolated on those sections before is replaced. Held-out sections are left alone: what is
    computed is no measure of a model.

    Parameters
    ----------
    snapshot : LabelSnapshot
    first, last : SectionKey
        Labelled sections across the same axis.
    progress : Progress, optional

    Returns
    -------
    tuple of SectionEdit
        To be written with :attr:`Provenance.INTERPOLATED`, which keeps what was painted by hand.

    Raises
    ------
    LabelError
        If the two are not parallel, not labelled, or nothing lies between them.
    Cancelled
        If the job was asked to stop.
    """
    progress = progress or Progress()
    first, last = sorted((first, last))
    _check_ends(snapshot, first, last)
    keys = [SectionKey(first.axis, index) for index in range(first.index + 1, last.index)]
    keys = [key for key in keys if key not in snapshot.holdout]
    progress.report("Measuring distances to the outlines")
    between = ShapesBetween(snapshot.sections[first], snapshot.sections[last])
    edits = []
    for key in progress.track(keys, "Interpolating labels"):
        labels = between.at((key.index - first.index) / (last.index - first.index))
        mask = labels != 0
        if key in snapshot.derived:
            mask |= snapshot.provenance[key] == Provenance.INTERPOLATED
        box = Box.around(mask)
        if not box.is_empty:
            edits.append(SectionEdit(key, box, mask[box.slices].copy(), labels[box.slices].copy()))
    return tuple(edits)


class ShapesBetween:
    """Shape-based interpolation between two label images of one shape.

    The signed distance to the outline of a class (positive inside) is interpolated linearly and every sample
    gets the class of the largest one, where any is positive or where the outline of all classes together
    encloses it, so that layers that touch at both ends touch in between. A class that is missing at one end
    pinches out halfway. Distances count samples and traces alike.

    Plain interpolation loses a shape that moves by more than its own size, such as a thin dipping layer; so
    the two outlines of a class are brought onto each other first, where that makes them overlap better.

    References
    ----------
    Raya & Udupa 1990, "Shape-based interpolation of multidimensional objects", IEEE Transactions on Medical
    Imaging 9(1); Herman, Zheng & Bucholtz 1992, "Shape-based interpolation", IEEE Computer Graphics and
    Applications 12(3).

    Parameters
    ----------
    first, last : ndarray of uint8, shape (rows, columns)
        Labels at both ends, 0 = unlabelled.
    """

    def __init__(self, first: Labels, last: Labels) -> None:
        found = (np.bincount(first.ravel(), minlength=256) + np.bincount(last.ravel(), minlength=256)) > 0
        self._classes = np.flatnonzero(found[1:]).astype(np.uint8) + np.uint8(1)
        self._shapes = [_MovingShape(first == class_id, last == class_id) for class_id in self._classes]
        self._outline = _MovingShape(first != 0, last != 0)

    def at(self, fraction: float) -> Labels:
        """Labels at a place between the ends, 0 (the first) to 1 (the last): uint8, the images' shape."""
        outline = self._outline.at(fraction)
        best = np.full_like(outline, -np.inf)
        labels = np.zeros(best.shape, np.uint8)
        for class_id, shape in zip(self._classes, self._shapes, strict=True):
            distance = shape.at(fraction)
            nearer = distance > best
            labels[nearer] = class_id
            np.copyto(best, distance, where=nearer)
        labels[(best <= 0) & (outline <= 0)] = 0
        return labels


class _MovingShape:
    """The signed distance to one shape that changes and moves from one image to another."""

    def __init__(self, first: Mask, last: Mask) -> None:
        if first.any() and last.any():
            self._first, self._last = signed_distance(first), signed_distance(last)
            self._drift = _drift(first, last)
            return
        # It shrinks steadily and is gone halfway.
        present = signed_distance(first if first.any() else last)
        absent = np.full_like(present, -present.max())
        self._first, self._last = (present, absent) if first.any() else (absent, present)
        self._drift = (0.0, 0.0)

    def at(self, fraction: float) -> Distances:
        row, column = self._drift
        first = _shifted(self._first, row * fraction, column * fraction)
        last = _shifted(self._last, -row * (1.0 - fraction), -column * (1.0 - fraction))
        between: Distances = first * np.float32(1.0 - fraction) + last * np.float32(fraction)
        return between


def signed_distance(mask: Mask) -> Distances:
    """Distance of every sample to the outline of a mask, positive inside.

    The outline runs half-way between the samples inside and those outside; what fills the whole image, or
    none of it, has its outline far away.

    Returns
    -------
    ndarray of float32, shape as `mask`
        In samples.
    """
    from scipy.ndimage import distance_transform_edt

    far = np.float32(np.hypot(*mask.shape))
    if mask.all() or not mask.any():
        return np.full(mask.shape, far if mask.all() else -far, np.float32)
    inside = distance_transform_edt(mask).astype(np.float32) - np.float32(0.5)
    outside = distance_transform_edt(~mask).astype(np.float32) - np.float32(0.5)
    signed: Distances = np.where(mask, inside, -outside)
    return signed


def _drift(first: Mask, last: Mask) -> tuple[float, float]:
    """Rows and columns from the middle of a shape to that of another, if moving makes them overlap better."""
    row, column = (round(b - a) for a, b in zip(_middle(first), _middle(last), strict=True))
    moved = np.zeros_like(first)
    rows, columns = first.shape
    moved[max(row, 0) : rows + min(row, 0), max(column, 0) : columns + min(column, 0)] = first[
        max(-row, 0) : rows - max(row, 0), max(-column, 0) : columns - max(column, 0)
    ]
    if _overlap(moved, last) <= _overlap(first, last):
        return 0.0, 0.0
    return float(row), float(column)


def _middle(mask: Mask) -> tuple[float, float]:
    """Mean row and column of the samples inside; there is at least one."""
    rows, columns = mask.sum(axis=1), mask.sum(axis=0)
    total = rows.sum()
    return float(np.arange(len(rows)) @ rows / total), float(np.arange(len(columns)) @ columns / total)


def _overlap(one: Mask, two: Mask) -> float:
    """Intersection over union."""
    return int(np.count_nonzero(one & two)) / max(int(np.count_nonzero(one | two)), 1)


def _shifted(distance: Distances, rows: float, columns: float) -> Distances:
    """Move an image by fractions of samples; what comes in at an edge repeats the edge."""
    for axis, step in enumerate((rows, columns)):
        if step:
            distance = _shifted_along(distance, axis, step)
    return distance


def _shifted_along(image: Distances, axis: int, step: float) -> Distances:
    places = np.clip(np.arange(image.shape[axis]) - step, 0, image.shape[axis] - 1)
    below = np.floor(places).astype(np.intp)
    above = np.minimum(below + 1, image.shape[axis] - 1)
    weight = (places - below).astype(np.float32)
    weight = weight[:, None] if axis == 0 else weight[None, :]
    moved: Distances = image.take(below, axis) * (1 - weight) + image.take(above, axis) * weight
    return moved


def _check_ends(snapshot: LabelSnapshot, first: SectionKey, last: SectionKey) -> None:
    if first.axis is not last.axis:
        raise LabelError(
            "Labels can be interpolated between parallel sections only.",
            "Choose two inlines, two crosslines or two slices.",
        )
    if last.index - first.index < 2:
        raise LabelError("There is no section between the two.", "Choose sections further apart.")
    for key in (first, last):
        if key not in snapshot.sections:
            raise LabelError(
                f"The {key.axis} at index {key.index} has no labels.", "Label both ends, then interpolate."
            )


__all__ = [
    "SectionEdit",
    "ShapesBetween",
    "interpolate_labels",
    "interpolation_ends",
    "signed_distance",
]
