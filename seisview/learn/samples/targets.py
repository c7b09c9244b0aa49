"""Between class ids and what a network is trained on: the one place where they are converted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.errors import LabelError

IGNORE = 255
"""Target of a sample that teaches nothing: unlabelled, held out, or padding."""

Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ClassTargets:
    """Numbers the labelled classes from 0.

    Parameters
    ----------
    ids : tuple of int
        Class ids, any of 1..255, ascending; the position is the target.
    """

    ids: tuple[int, ...]

    @classmethod
    def of(cls, masks: Iterable[Mask]) -> ClassTargets:
        """Targets for all classes that occur in `masks` (0 = unlabelled).

        Raises
        ------
        LabelError
            If nothing is labelled, or only one class is: there is nothing to tell apart.
        """
        counts = np.zeros(256, np.int64)
        for mask in masks:
            counts += np.bincount(mask.ravel(), minlength=256)
        ids = tuple(int(i) for i in np.flatnonzero(counts[1:]) + 1)
        if not ids:
            raise LabelError(
                "There are no labels to learn from.", "Paint at least two classes on one section first."
            )
        if len(ids) == 1:
            raise LabelError(
                "Only one class is labelled, so there is nothing to tell apart.",
                "Paint at least two classes, for example a background class beside the one of interest.",
            )
        return cls(ids)

    def __len__(self) -> int:
        return len(self.ids)

    def encode(self, mask: Mask) -> Mask:
        """Targets of a label mask, same shape; :data:`IGNORE` where unlabelled or of an unknown class."""
        table = np.full(256, IGNORE, np.uint8)
        table[list(self.ids)] = np.arange(len(self.ids))
        encoded: Mask = table[mask]
        return encoded

    def decode_known(self, targets: Mask) -> Mask:
        """Class ids of targets, 0 where they are :data:`IGNORE`: the reverse of :meth:`encode`."""
        table = np.zeros(256, np.uint8)
        table[: len(self.ids)] = self.ids
        facies: Mask = table[targets]
        return facies

    def decode(self, targets: npt.NDArray[np.integer]) -> Mask:
        """Class ids of predicted targets, same shape."""
        facies: Mask = np.array(self.ids, np.uint8)[targets]
        return facies
