"""Labels that a computation proposes for sections, frozen until the main thread writes them."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.labels.boxes import Box
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore
from seisview.labels.tiles import Labels


@dataclass(frozen=True, slots=True, eq=False)
class SectionEdit:
    """Classes for some samples of a section.

    Attributes
    ----------
    key : SectionKey
    box : Box
        Part of the section.
    mask : ndarray of bool, shape ``box.shape``
        Which of its samples.
    values : ndarray of uint8, shape ``box.shape``
        Class ids, 0 clears; read where `mask`.
    """

    key: SectionKey
    box: Box
    mask: npt.NDArray[np.bool_]
    values: Labels


def write_edits(store: LabelStore, edits: Iterable[SectionEdit], provenance: Provenance) -> int:
    """Write proposed labels, undone in one step; samples of classes that are gone by now are left out.

    Returns
    -------
    int
        How many samples have this provenance more than before (fewer: negative), each counted once.

    Raises
    ------
    LabelError
        If an edit does not fit the survey, or the labels can only be looked at.
    """
    before = store.provenance_counts()[provenance]
    for _ in writing_edits(store, edits, provenance):
        pass
    return store.provenance_counts()[provenance] - before


def writing_edits(
    store: LabelStore, edits: Iterable[SectionEdit], provenance: Provenance
) -> Generator[int, None, None]:
    """Write proposed labels one section at a time, yielding how many are written, as one step to undo.

    Between two sections a window can draw. What is painted then belongs to the same step; closing the
    generator ends it.
    """
    with store.grouped():
        for done, edit in enumerate(edits, start=1):
            known = np.zeros(256, np.bool_)
            known[[0, *store.scheme.ids]] = True
            store.write(edit.key, edit.box, edit.mask & known[edit.values], edit.values, provenance)
            yield done
