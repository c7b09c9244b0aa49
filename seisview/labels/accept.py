"""Taking a facies prediction over as labels, where a person says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit
from seisview.labels.provenance import Provenance, may_change
from seisview.labels.tiles import Labels

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AcceptRule:
    """Which predicted samples to accept.

    Attributes
    ----------
    min_confidence : float
        Only samples predicted with at least this confidence, 0..1.
    classes : frozenset of int or None
        Only these classes; None accepts all.
    """

    min_confidence: float = 0.8
    classes: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.min_confidence <= 1.0:
            raise LabelError(
                f"A confidence of {self.min_confidence:g} does not exist.", "Choose one from 0 to 1."
            )

    @classmethod
    def of(cls, min_confidence: float = 0.8, classes: Iterable[int] | None = None) -> AcceptRule:
        """Make a rule from any collection of classes."""
        return cls(min_confidence, None if classes is None else frozenset(classes))

    def chosen(self, facies: Labels, confidence: npt.NDArray[np.uint8] | npt.NDArray[np.float32]) -> Mask:
        """Which samples the rule takes; see :func:`accept_prediction`."""
        least = self.min_confidence
        if confidence.dtype == np.uint8:
            # 254.6 of 255 was stored as 255: compare what was stored with what would have been.
            least = float(np.rint(least * 255.0))
        wanted = np.ones(256, np.bool_) if self.classes is None else np.zeros(256, np.bool_)
        if self.classes is not None:
            wanted[list(self.classes)] = True
        wanted[0] = False
        taken: Mask = wanted[facies] & (confidence >= least)
        return taken


def accept_prediction(
    key: SectionKey,
    facies: Labels,
    confidence: npt.NDArray[np.uint8] | npt.NDArray[np.float32],
    rule: AcceptRule,
    within: tuple[Box, Mask] | None = None,
) -> SectionEdit | None:
    """Turn the prediction of a section into proposed labels.

    Parameters
    ----------
    key : SectionKey
    facies : ndarray of uint8, shape (rows, columns)
        Predicted class ids, 0 = not predicted.
    confidence : ndarray of uint8 (0..255 for 0..1) or of float (0..1), shape (rows, columns)
    rule : AcceptRule
    within : (Box, ndarray of bool), optional
        Part of the section to stay in, as from :func:`~seisview.labels.strokes.polygon_mask`.

    Returns
    -------
    SectionEdit or None
        To be written with :attr:`Provenance.ACCEPTED`, which keeps what was painted by hand; None when the
        rule takes nothing.

    Raises
    ------
    LabelError
        If the shapes do not fit.
    """
    whole = Box.whole((facies.shape[0], facies.shape[1]))
    box, inside = within if within is not None else (whole, np.ones(whole.shape, np.bool_))
    if confidence.shape != facies.shape or inside.shape != box.shape:
        raise LabelError(f"A confidence of shape {confidence.shape} does not fit facies of {facies.shape}.")
    if box.is_empty:
        return None
    if not box.fits(whole.shape):
        raise LabelError("The area reaches outside the section.")
    taken = rule.chosen(facies[box.slices], confidence[box.slices]) & inside
    tight = Box.around(taken, box.row0, box.column0)
    if tight.is_empty:
        return None
    return SectionEdit(key, tight, taken[tight.slices_in(box)].copy(), facies[tight.slices].copy())


def count_changes(edit: SectionEdit, labels: Labels, origins: Labels) -> int:
    """Samples that an accepted prediction would label anew, given the labels of its box.

    Parameters
    ----------
    edit : SectionEdit
    labels, origins : ndarray of uint8, shape ``edit.box.shape``
        Labels there now and their :class:`~seisview.labels.provenance.Provenance`.
    """
    stored = np.where(origins == Provenance.HAND, 0, origins).astype(np.uint8)
    free = edit.mask & may_change(labels, stored, Provenance.ACCEPTED)
    same = (labels == edit.values) & (origins == Provenance.ACCEPTED)
    return int(np.count_nonzero(free & ~same))
