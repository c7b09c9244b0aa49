"""How the fast copy of a survey is laid out in its file: one header, tables, a coarse level, then bricks.

Bricks are 64 x 64 x 64 samples of one byte. Inside a brick the samples lie outermost, so that the 64 x 64
part of a time slice is one page of 4096 bytes. Bricks follow each other along the sample axis, then along the
minor axis, then along the major axis, which is the one the source stores line by line: one pass over the
source fills the file from its beginning to its end.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import asdict, dataclass
from typing import Any

from seisview.data.geometry import Axis
from seisview.errors import VolumeError

EDGE = 64
PLANE_BYTES = EDGE * EDGE
BRICK_BYTES = EDGE**3
HEADER_BYTES = 4096
ENTRY_BYTES = 16
SUM_BYTES = 8
VERSION = 1

_MAGIC = b"SEISBRCK"
_PREFIX = struct.Struct("<8sIII")
_SLAB_BYTES = 64 << 20
_COARSE_BYTES = 64 << 20
_COARSE_STEPS = (8, 16, 32, 64)


@dataclass(frozen=True, slots=True)
class BrickLayout:
    """What the header of the file says; everything else follows from it.

    Attributes
    ----------
    shape : tuple of int
        (n_inlines, n_crosslines, n_samples) of the survey.
    fingerprint : str
        Of the source; the file belongs to no other.
    clip : float
        Absolute amplitude at the ends of the code range.
    major : str
        ``"inline"`` or ``"crossline"``: the axis that bricks advance along last.
    source : str
        Path of the source when the file was begun.
    stamp : tuple of int
        Size and modification time (ns) of the source then; zeros where unknown.
    """

    shape: tuple[int, int, int]
    fingerprint: str
    clip: float
    major: str = Axis.INLINE.value
    source: str = ""
    stamp: tuple[int, int] = (0, 0)

    @property
    def grid(self) -> tuple[int, int, int]:
        """(n_major, n_minor, n_samples): the shape of the survey in the order of the file."""
        n_inlines, n_crosslines, n_samples = self.shape
        if self.major == Axis.INLINE:
            return n_inlines, n_crosslines, n_samples
        return n_crosslines, n_inlines, n_samples

    @property
    def bricks(self) -> tuple[int, int, int]:
        """Number of bricks along (major, minor, sample)."""
        n_major, n_minor, n_samples = (-(-count // EDGE) for count in self.grid)
        return n_major, n_minor, n_samples

    @property
    def slab_columns(self) -> int:
        """Bricks along the minor axis that are built together; bounds the memory of building."""
        _, n_minor, n_samples = self.bricks
        return min(n_minor, max(1, _SLAB_BYTES // (n_samples * BRICK_BYTES)))

    @property
    def slabs_per_row(self) -> int:
        """Slabs along the minor axis."""
        return -(-self.bricks[1] // self.slab_columns)

    @property
    def n_slabs(self) -> int:
        """Number of parts that are built, completed and checked one by one."""
        return self.bricks[0] * self.slabs_per_row

    @property
    def coarse_step(self) -> int:
        """The coarse level holds every `coarse_step`-th trace along both axes."""
        n_major, n_minor, n_samples = self.grid
        for step in _COARSE_STEPS:
            if -(-n_major // step) * -(-n_minor // step) * n_samples <= _COARSE_BYTES:
                return step
        return _COARSE_STEPS[-1]

    @property
    def coarse_grid(self) -> tuple[int, int, int]:
        """(n_samples, n_major, n_minor) of the coarse level, in its own axis order."""
        n_major, n_minor, n_samples = self.grid
        return n_samples, -(-n_major // self.coarse_step), -(-n_minor // self.coarse_step)

    @property
    def entries_offset(self) -> int:
        """Where the completion table begins: one entry per slab, and a last one for the coarse level."""
        return HEADER_BYTES

    @property
    def coarse_sums_offset(self) -> int:
        """Where the checksums of the coarse level begin, one per sample."""
        return _page(self.entries_offset + (self.n_slabs + 1) * ENTRY_BYTES)

    @property
    def coarse_offset(self) -> int:
        """Where the coarse level begins."""
        return _page(self.coarse_sums_offset + self.grid[2] * SUM_BYTES)

    @property
    def sums_offset(self) -> int:
        """Where the checksums of the bricks begin, one per brick and sample."""
        n_samples, n_major, n_minor = self.coarse_grid
        return _page(self.coarse_offset + n_samples * n_major * n_minor)

    @property
    def bricks_offset(self) -> int:
        """Where the bricks begin."""
        return _page(self.sums_offset + self.n_bricks * EDGE * SUM_BYTES)

    @property
    def n_bricks(self) -> int:
        """Number of bricks."""
        n_major, n_minor, n_samples = self.bricks
        return n_major * n_minor * n_samples

    @property
    def file_bytes(self) -> int:
        """Size of the file."""
        return self.bricks_offset + self.n_bricks * BRICK_BYTES

    def slab_place(self, slab: int) -> tuple[int, range]:
        """Row of bricks of a slab, and its columns."""
        row, part = divmod(slab, self.slabs_per_row)
        first = part * self.slab_columns
        return row, range(first, min(first + self.slab_columns, self.bricks[1]))

    def first_brick(self, row: int, column: int) -> int:
        """Number of the first brick at (major, minor) brick indices; those below it follow."""
        return (row * self.bricks[1] + column) * self.bricks[2]

    def header(self) -> bytes:
        """Return the header page."""
        text = json.dumps(asdict(self)).encode()
        if len(text) > HEADER_BYTES - _PREFIX.size:
            raise VolumeError("The path of the survey is too long for the header of its fast copy.")
        prefix = _PREFIX.pack(_MAGIC, VERSION, len(text), zlib.crc32(text))
        return (prefix + text).ljust(HEADER_BYTES, b"\0")

    @classmethod
    def from_header(cls, page: bytes) -> BrickLayout:
        """Return the layout that a header page describes.

        Raises
        ------
        VolumeError
            If it is no header, is damaged, or was written by another version.
        """
        if len(page) < HEADER_BYTES or page[:8] != _MAGIC:
            raise VolumeError("This is no fast copy of a survey.")
        _, version, length, checksum = _PREFIX.unpack_from(page)
        if version != VERSION:
            raise VolumeError(
                f"The fast copy has version {version}; this program writes version {VERSION}.",
                "It is made again from the survey.",
            )
        text = page[_PREFIX.size : _PREFIX.size + length]
        if zlib.crc32(text) != checksum:
            raise VolumeError("The header of the fast copy is damaged.", "It is made again from the survey.")
        return cls(**_plain(json.loads(text)))


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    shape, stamp = fields["shape"], fields["stamp"]
    return {**fields, "shape": tuple(shape), "stamp": tuple(stamp)}


def _page(offset: int) -> int:
    return -(-offset // HEADER_BYTES) * HEADER_BYTES
