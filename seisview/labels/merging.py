"""Turns the many small writes of a stroke into one."""

from __future__ import annotations

import numpy as np

from seisview.labels.history import Edit, EditGroup
from seisview.labels.operations import WriteSamples, pack_mask, pack_values


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
    old, new = np.zeros(box.shape, np.uint8), np.zeros(box.shape, np.uint8)
    for forward, inverse in writes:
        here = forward.box.slices_in(box)
        written = forward.unpack_mask()
        np.copyto(old[here], inverse.unpack_values(written), where=written & ~mask[here], casting="unsafe")
        np.copyto(new[here], forward.unpack_values(written), where=written, casting="unsafe")
        mask[here] |= written
    (_, first), (last, _) = writes[0], writes[-1]
    bits = pack_mask(mask)
    edit = Edit(
        WriteSamples(first.key, box, bits, pack_values(new[mask]), last.stored),
        WriteSamples(first.key, box, bits, pack_values(old[mask]), first.stored),
    )
    whole = EditGroup(group.revision_before, group.revision_after)
    whole.add(edit, group.revision_after)
    return whole


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
