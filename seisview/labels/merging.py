"""Turns the many small writes of a stroke into one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.labels.boxes import Box
from seisview.labels.history import Edit, EditGroup
from seisview.labels.operations import WriteSamples, pack_mask, pack_values

_Mask = npt.NDArray[np.bool_]


def merged(group: EditGroup) -> EditGroup:
    """Return a group with one edit in place of many writes to one section, for quick undo in little memory.

    A group of anything else comes back as it is.
    """
    writes = _writes_to_one_section(group)
    if len(writes) < 2:
        return group
    box = writes[0][0].box
    for forward, _ in writes:
        box = box.union(forward.box)
    mask = np.zeros(box.shape, np.bool_)
    old, new = _Samples(box.shape), _Samples(box.shape)
    for forward, inverse in writes:
        here = forward.box.slices_in(box)
        written = forward.unpack_mask()
        old.take(inverse, here, written, written & ~mask[here])
        new.take(forward, here, written, written)
        mask[here] |= written
    (_, first), (last, _) = writes[0], writes[-1]
    bits = pack_mask(mask)
    edit = Edit(new.as_write(last, box, bits, mask), old.as_write(first, box, bits, mask))
    whole = EditGroup(group.revision_before, group.revision_after)
    whole.add(edit, group.revision_after)
    return whole


class _Samples:
    """Labels and origins of a box, gathered from writes."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._values, self._origins = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)

    def take(self, write: WriteSamples, here: tuple[slice, slice], written: _Mask, where: _Mask) -> None:
        values, origins = write.unpack_values(written), write.unpack_origins(written)
        np.copyto(self._values[here], values, where=where, casting="unsafe")
        np.copyto(self._origins[here], origins, where=where, casting="unsafe")

    def as_write(self, like: WriteSamples, box: Box, bits: bytes, mask: _Mask) -> WriteSamples:
        values, origins = pack_values(self._values[mask]), pack_values(self._origins[mask])
        return WriteSamples(like.key, box, bits, values, like.stored, origins, like.derived)


def _writes_to_one_section(group: EditGroup) -> list[tuple[WriteSamples, WriteSamples]]:
    """Forward and inverse writes of a group, in order; empty unless all go to one section."""
    writes: list[tuple[WriteSamples, WriteSamples]] = []
    for edit in group.edits:
        if not (isinstance(edit.forward, WriteSamples) and isinstance(edit.inverse, WriteSamples)):
            return []
        if writes and edit.forward.key != writes[0][0].key:
            return []
        writes.append((edit.forward, edit.inverse))
    return writes
