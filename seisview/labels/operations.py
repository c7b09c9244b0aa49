"""Every way labels can change, as small frozen records that can be applied, inverted, stored and replayed."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.tiles import Labels

_OVERHEAD_BYTES = 400


@dataclass(frozen=True, slots=True)
class WriteSamples:
    """Some samples of a section get new values.

    Attributes
    ----------
    key, box
        Where.
    mask : bytes
        Which samples of the box: packed bits, compressed.
    values : int or bytes
        One value for all of them, or one each in row order, compressed.
    stored : bool
        Whether the section is kept among the painted ones afterwards.
    """

    key: SectionKey
    box: Box
    mask: bytes
    values: int | bytes
    stored: bool

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return len(self.mask) + (len(self.values) if isinstance(self.values, bytes) else 0) + _OVERHEAD_BYTES

    def unpack_mask(self) -> npt.NDArray[np.bool_]:
        """Which samples of the box change; bool array of the box's shape."""
        size = self.box.shape[0] * self.box.shape[1]
        bits = np.frombuffer(_inflate(self.mask, (size + 7) // 8), np.uint8)
        return np.unpackbits(bits, count=size).view(np.bool_).reshape(self.box.shape)

    def unpack_values(self, mask: npt.NDArray[np.bool_]) -> Labels | int:
        """New values: one for all, or an array of the box's shape that is right where `mask`."""
        if isinstance(self.values, int):
            return self.values
        spread = np.zeros(self.box.shape, np.uint8)
        spread[mask] = np.frombuffer(_inflate(self.values, int(np.count_nonzero(mask))), np.uint8)
        return spread


@dataclass(frozen=True, slots=True)
class ChangeScheme:
    """The classes change; samples of removed classes are cleared by separate writes."""

    scheme: FaciesScheme

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return _OVERHEAD_BYTES + 150 * len(self.scheme)


@dataclass(frozen=True, slots=True)
class ChangeHoldout:
    """The sections kept out of training change."""

    keys: frozenset[SectionKey]

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return _OVERHEAD_BYTES + 60 * len(self.keys)


Operation = WriteSamples | ChangeScheme | ChangeHoldout


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation in its place: the n-th ever, leading to labels known by a revision number."""

    sequence: int
    revision: int
    operation: Operation


def pack_mask(mask: npt.NDArray[np.bool_]) -> bytes:
    """Return a mask as :attr:`WriteSamples.mask`."""
    return zlib.compress(np.packbits(mask).tobytes(), 1)


def pack_values(values: Labels) -> int | bytes:
    """Return values (1-D, at least one) as :attr:`WriteSamples.values`."""
    first = int(values[0])
    return first if bool((values == first).all()) else zlib.compress(values.tobytes(), 1)


_AXES = tuple(Axis)
_ENTRY = struct.Struct("<QQB")
_WRITE = struct.Struct("<BIIIIIBBI")
_KINDS = {WriteSamples: 1, ChangeScheme: 2, ChangeHoldout: 3}


def encode(entry: Entry) -> bytes:
    """Return an entry as bytes for the journal."""
    operation = entry.operation
    head = _ENTRY.pack(entry.sequence, entry.revision, _KINDS[type(operation)])
    if isinstance(operation, WriteSamples):
        return head + _encode_write(operation)
    if isinstance(operation, ChangeScheme):
        return head + json.dumps(operation.scheme.to_dicts()).encode()
    return head + json.dumps(keys_to_lists(operation.keys)).encode()


def decode(payload: bytes) -> Entry:
    """Inverse of :func:`encode`.

    Raises
    ------
    LabelError
        If the bytes are not an entry.
    """
    try:
        sequence, revision, kind = _ENTRY.unpack_from(payload)
        body = payload[_ENTRY.size :]
        operation: Operation
        if kind == _KINDS[WriteSamples]:
            operation = _decode_write(body)
        elif kind == _KINDS[ChangeScheme]:
            operation = ChangeScheme(FaciesScheme.from_dicts(json.loads(body)))
        elif kind == _KINDS[ChangeHoldout]:
            operation = ChangeHoldout(keys_from_lists(json.loads(body)))
        else:
            raise ValueError(f"kind {kind}")
    except (struct.error, ValueError, TypeError, IndexError, RecursionError) as error:
        raise LabelError("A record of the label journal is damaged.") from error
    return Entry(sequence, revision, operation)


def keys_to_lists(keys: frozenset[SectionKey]) -> list[tuple[str, int]]:
    """Section keys for JSON, sorted."""
    return [(key.axis.value, key.index) for key in sorted(keys)]


def keys_from_lists(rows: list[tuple[str, int]]) -> frozenset[SectionKey]:
    """Inverse of :func:`keys_to_lists`; ValueError or TypeError when a row is not a key."""
    return frozenset(SectionKey(Axis(axis), int(index)) for axis, index in rows)


def _encode_write(write: WriteSamples) -> bytes:
    uniform = isinstance(write.values, int)
    flags = int(write.stored) | int(uniform) << 1
    value = write.values if isinstance(write.values, int) else 0
    box = write.box
    head = _WRITE.pack(
        _AXES.index(write.key.axis),
        write.key.index,
        *(box.row0, box.row1, box.column0, box.column1),
        *(flags, value, len(write.mask)),
    )
    return head + write.mask + (write.values if isinstance(write.values, bytes) else b"")


def _decode_write(body: bytes) -> WriteSamples:
    axis, index, row0, row1, column0, column1, flags, value, mask_length = _WRITE.unpack_from(body)
    mask = body[_WRITE.size : _WRITE.size + mask_length]
    values: int | bytes = value if flags & 2 else body[_WRITE.size + mask_length :]
    return WriteSamples(
        SectionKey(_AXES[axis], index), Box(row0, row1, column0, column1), mask, values, bool(flags & 1)
    )


def _inflate(data: bytes, size: int) -> bytes:
    """Decompress to exactly `size` bytes, and never to more, whatever the data claim."""
    inflater = zlib.decompressobj()
    try:
        result = inflater.decompress(data, size + 1)
    except zlib.error as error:
        raise LabelError("A record of the label journal is damaged.") from error
    if len(result) != size:
        raise LabelError("A record of the label journal is damaged.")
    return result
