"""The last steps of a command in a file of the project, so that a window opened later can take them back.

``labels/undo.bin`` belongs to the labels after one edit, known by its number: after any other it is ignored.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from seisview.atomic import write_bytes_atomic
from seisview.errors import LabelError
from seisview.labels.history import Edit, EditGroup
from seisview.labels.operations import Entry, Operation, decode, encode
from seisview.labels.state import LabelState

UNDO_FILE = "undo.bin"
VERSION = 1
MOST_BYTES = 64 * 2**20
"""What steps may take in memory to be kept; the oldest are left out."""

_MAGIC = b"SVUNDO\r\n"
_HEADER = struct.Struct("<8sIQQI")
_GROUP = struct.Struct("<QQI")
_LENGTH = struct.Struct("<I")


def write_steps(folder: Path, state: LabelState, groups: Sequence[EditGroup]) -> None:
    """Keep steps, oldest first, that led to the labels as they are; without any, the file goes.

    Raises
    ------
    ExportError
        If the folder cannot be written.
    """
    if not groups:
        drop_steps(folder)
        return
    body = zlib.compress(b"".join(_encoded(group) for group in groups), 1)
    head = _HEADER.pack(_MAGIC, VERSION, state.sequence, state.revision, zlib.crc32(body))
    write_bytes_atomic(folder / UNDO_FILE, head + body)


def read_steps(folder: Path, state: LabelState) -> tuple[EditGroup, ...]:
    """Steps that lead to these very labels, oldest first; none when there are none that can be read."""
    try:
        content = (folder / UNDO_FILE).read_bytes()
        magic, version, sequence, revision, checksum = _HEADER.unpack_from(content)
        body = content[_HEADER.size :]
        fits = (magic, version, sequence, revision) == (_MAGIC, VERSION, state.sequence, state.revision)
        if not fits or zlib.crc32(body) != checksum:
            return ()
        return tuple(_decoded(zlib.decompressobj().decompress(body, 2 * MOST_BYTES)))
    except (OSError, struct.error, zlib.error, LabelError):
        return ()


def drop_stale_steps(folder: Path, state: LabelState) -> None:
    """Remove steps that lead to other labels than these."""
    with suppress(OSError, struct.error):
        with (folder / UNDO_FILE).open("rb") as file:
            sequence = _HEADER.unpack(file.read(_HEADER.size))[2]
        if sequence != state.sequence:
            drop_steps(folder)


def drop_steps(folder: Path) -> None:
    """Remove the steps that are kept."""
    with suppress(OSError):  # what is left does no harm: its number is that of other labels
        (folder / UNDO_FILE).unlink()


def _encoded(group: EditGroup) -> bytes:
    parts = [_GROUP.pack(group.revision_before, group.revision_after, len(group.edits))]
    for edit in group.edits:
        for operation in (edit.forward, edit.inverse):
            payload = encode(Entry(0, 0, operation))
            parts += [_LENGTH.pack(len(payload)), payload]
    return b"".join(parts)


def _decoded(body: bytes) -> Iterator[EditGroup]:
    at = 0
    while at < len(body):
        before, after, n_edits = _GROUP.unpack_from(body, at)
        at += _GROUP.size
        group = EditGroup(before, before)
        for _ in range(n_edits):
            forward, at = _operation(body, at)
            inverse, at = _operation(body, at)
            group.add(Edit(forward, inverse), after)
        yield group


def _operation(body: bytes, at: int) -> tuple[Operation, int]:
    (length,) = _LENGTH.unpack_from(body, at)
    begin = at + _LENGTH.size
    return decode(body[begin : begin + length]).operation, begin + length
