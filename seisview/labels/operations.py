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
    origins : int or bytes
        Where the samples come from (see :mod:`seisview.labels.provenance`), in the form of `values`.
    derived : bool
        Whether afterwards nothing but interpolation was ever written to the section itself.
    """

    key: SectionKey
    box: Box
    mask: bytes
    values: int | bytes
    stored: bool
    origins: int | bytes = 0
    derived: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        held = (self.mask, self.values, self.origins)
        return sum(len(part) for part in held if isinstance(part, bytes)) + _OVERHEAD_BYTES

    def unpack_mask(self) -> npt.NDArray[np.bool_]:
        """Which samples of the box change; bool array of the box's shape."""
        size = self.box.shape[0] * self.box.shape[1]
        bits = np.frombuffer(_inflate(self.mask, (size + 7) // 8), np.uint8)
        return np.unpackbits(bits, count=size).view(np.bool_).reshape(self.box.shape)

    def unpack_values(self, mask: npt.NDArray[np.bool_]) -> Labels | int:
        """New values: one for all, or an array of the box's shape that is right where `mask`."""
        return _spread(self.values, mask)

    def unpack_origins(self, mask: npt.NDArray[np.bool_]) -> Labels | int:
        """New origins, in the form of :meth:`unpack_values`."""
        return _spread(self.origins, mask)


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
_LENGTH = struct.Struct("<I")
_STORED, _ONE_VALUE, _DERIVED, _MANY_ORIGINS, _ORIGIN_SHIFT = 1, 2, 4, 8, 4
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
    except (struct.error, ValueError, TypeError, IndexError, OverflowError, RecursionError) as error:
        raise LabelError("A record of the label journal is damaged.") from error
    return Entry(sequence, revision, operation)


def keys_to_lists(keys: frozenset[SectionKey]) -> list[tuple[str, int]]:
    """Section keys for JSON, sorted."""
    return [(key.axis.value, key.index) for key in sorted(keys)]


def keys_from_lists(rows: list[tuple[str, int]]) -> frozenset[SectionKey]:
    """Inverse of :func:`keys_to_lists`; ValueError or TypeError when a row is not a key."""
    return frozenset(SectionKey(Axis(axis), int(index)) for axis, index in rows)


def _encode_write(write: WriteSamples) -> bytes:
    value = write.values if isinstance(write.values, int) else 0
    box = write.box
    head = _WRITE.pack(
        _AXES.index(write.key.axis),
        write.key.index,
        *(box.row0, box.row1, box.column0, box.column1),
        *(_flags_of(write), value, len(write.mask)),
    )
    origins = b""
    if isinstance(write.origins, bytes):
        origins = _LENGTH.pack(len(write.origins)) + write.origins
    return head + write.mask + origins + (write.values if isinstance(write.values, bytes) else b"")


def _flags_of(write: WriteSamples) -> int:
    """Files of version 1 know the first two bits only; the others are 0 for labels painted by hand."""
    flags = _STORED * write.stored | _DERIVED * write.derived
    if isinstance(write.values, int):
        flags |= _ONE_VALUE
    if isinstance(write.origins, int):
        return flags | write.origins << _ORIGIN_SHIFT
    return flags | _MANY_ORIGINS


def _decode_write(body: bytes) -> WriteSamples:
    axis, index, row0, row1, column0, column1, flags, value, mask_length = _WRITE.unpack_from(body)
    mask, rest = body[_WRITE.size : _WRITE.size + mask_length], body[_WRITE.size + mask_length :]
    origins: int | bytes = flags >> _ORIGIN_SHIFT
    if flags & _MANY_ORIGINS:
        (length,) = _LENGTH.unpack_from(rest)
        origins, rest = rest[_LENGTH.size : _LENGTH.size + length], rest[_LENGTH.size + length :]
    return WriteSamples(
        SectionKey(_AXES[axis], index),
        Box(row0, row1, column0, column1),
        mask,
        value if flags & _ONE_VALUE else rest,
        bool(flags & _STORED),
        origins,
        bool(flags & _DERIVED),
    )


def _spread(packed: int | bytes, mask: npt.NDArray[np.bool_]) -> Labels | int:
    if isinstance(packed, int):
        return packed
    spread = np.zeros(mask.shape, np.uint8)
    spread[mask] = np.frombuffer(_inflate(packed, int(np.count_nonzero(mask))), np.uint8)
    return spread


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
