"""Labels that a computation proposes for sections, frozen until the main thread writes them."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.errors import Cancelled, SeisviewError
from seisview.labels.boxes import Box, crossing
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


def outside_holdout(
    mask: npt.NDArray[np.bool_], key: SectionKey, box: Box, holdout: Iterable[SectionKey]
) -> npt.NDArray[np.bool_]:
    """Leave the lines out on which held-out sections cross: what is computed there would measure no model.

    Parameters
    ----------
    mask : ndarray of bool, shape ``box.shape``
    key, box
        The section, and the part of it that the mask is of.
    holdout : iterable of SectionKey

    Returns
    -------
    ndarray of bool
        `mask` itself where nothing crosses, else a copy.
    """
    lines = [line[0] for held in holdout if (line := crossing(key, box, held)) is not None]
    if not lines:
        return mask
    kept = mask.copy()
    for part in lines:
        kept[part.slices_in(box)] = False
    return kept


def without_holdout(edit: SectionEdit, holdout: Iterable[SectionKey]) -> SectionEdit:
    """Take the lines of held-out sections out of an edit; see :func:`outside_holdout`."""
    return replace(edit, mask=outside_holdout(edit.mask, edit.key, edit.box, holdout))


def write_edits(store: LabelStore, edits: Iterable[SectionEdit], provenance: Provenance) -> int:
    """Write proposed labels, undone in one step; samples of classes that are gone by now are left out.

    So are the lines on which held-out sections cross. When making the edits fails or is cancelled, what was
    written is taken back.

    Returns
    -------
    int
        How many samples have this provenance more than before (fewer: negative), each counted once.

    Raises
    ------
    LabelError
        If an edit does not fit the survey, or the labels can only be looked at.
    """
    before, revision = store.provenance_counts()[provenance], store.revision
    try:
        for _ in writing_edits(store, edits, provenance):
            pass
    except (Cancelled, SeisviewError):
        if store.revision != revision:
            store.undo()
        raise
    return store.provenance_counts()[provenance] - before


def writing_edits(
    store: LabelStore, edits: Iterable[SectionEdit], provenance: Provenance, only_free: bool = False
) -> Generator[int, None, None]:
    """Write proposed labels one section at a time, yielding how many are written, as one step to undo.

    Between two sections a window can draw. What is painted then belongs to the same step; closing the
    generator ends it. `only_free`: what is labelled already stays, wherever it comes from.
    """
    with store.grouped():
        for done, proposed in enumerate(edits, start=1):
            edit = without_holdout(proposed, store.holdout)
            known = np.zeros(256, np.bool_)
            known[[0, *store.scheme.ids]] = True
            mask = edit.mask & known[edit.values]
            if only_free:
                mask &= store.section(edit.key, edit.box) == 0
            store.write(edit.key, edit.box, mask, edit.values, provenance)
            yield done
