"""One section's labels in little memory, with fast access to any box of it."""

from __future__ import annotations

import itertools
import zlib

import numpy as np
import numpy.typing as npt

from seisview.labels.boxes import Box

Labels = npt.NDArray[np.uint8]

TILE = 16
_FIRST_SLOT = 256
_VERSIONS = itertools.count()


class TiledMask:
    """A uint8 section cut into tiles of 16 x 16; a tile of one value costs four bytes.

    A line or a brush's box of it is read and written without touching the rest. A section that is not
    being worked on can be packed, which compresses the tiles of several values as well.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the section.

    Attributes
    ----------
    version : int
        Another one after every write; twins that were not written to have the same.
    """

    __slots__ = ("_codes", "_free", "_packed", "_pool", "_shared", "shape", "version")

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        # A code below 256 is the value of the whole tile, any other a slot of the pool.
        self._codes = np.zeros((-(-shape[0] // TILE), -(-shape[1] // TILE)), np.int32)
        self._pool = np.empty((0, TILE, TILE), np.uint8)
        self._free: list[int] = []
        self._packed: bytes | None = None
        self._shared = False
        self.version = next(_VERSIONS)

    @classmethod
    def from_array(cls, labels: Labels) -> TiledMask:
        """Hold a copy of a whole section."""
        tiled = cls((labels.shape[0], labels.shape[1]))
        if not labels.any():
            return tiled
        box = Box.whole(tiled.shape)
        tiled.write(box, np.ones(box.shape, np.bool_), labels)
        return tiled

    @property
    def nbytes(self) -> int:
        """Bytes held, give or take object headers."""
        mixed = len(self._packed) if self._packed is not None else self._pool.nbytes
        return self._codes.nbytes + mixed + 8 * len(self._free) + 300

    @property
    def is_packed(self) -> bool:
        """Whether the tiles of several values are compressed."""
        return self._packed is not None

    def any(self) -> bool:
        """Whether any sample is labelled."""
        return bool(self._codes.any())

    def read(self, box: Box | None = None) -> Labels:
        """Copy of a box, by default of the whole section."""
        box = box or Box.whole(self.shape)
        tiles, origin = _tiles_around(box)
        return np.ascontiguousarray(_join(self._blocks(tiles))[box.slices_in(origin)])

    def write(self, box: Box, mask: npt.NDArray[np.bool_], values: Labels | int) -> None:
        """Replace the samples of `box` where `mask` by `values`: one, or an array of the box's shape."""
        self._make_writable()
        tiles, origin = _tiles_around(box)
        image = _join(self._blocks(tiles))
        np.copyto(image[box.slices_in(origin)], np.asarray(values, np.uint8), where=mask)
        self._store(tiles, image)
        self.version = next(_VERSIONS)

    def pack(self) -> None:
        """Compress; reading still works, at a higher price, and writing unpacks."""
        if self._packed is None:
            pool = self._live_pool()
            self._packed = zlib.compress(pool.tobytes(), 1)
            self._pool = np.empty((0, TILE, TILE), np.uint8)
            self._shared = False

    def share(self) -> TiledMask:
        """Return a frozen twin in constant time: whichever of the two is written to first takes a copy."""
        twin = TiledMask.__new__(TiledMask)
        twin.shape, twin._codes, twin._pool, twin._packed = self.shape, self._codes, self._pool, self._packed
        twin._free, twin.version = list(self._free), self.version
        self._shared = twin._shared = True
        return twin

    def _blocks(self, tiles: tuple[slice, slice]) -> Labels:
        codes = self._codes[tiles]
        blocks = np.empty((*codes.shape, TILE, TILE), np.uint8)
        blocks[...] = (codes & 0xFF).astype(np.uint8)[:, :, None, None]
        mixed = codes >= _FIRST_SLOT
        if mixed.any():
            blocks[mixed] = self._readable_pool()[codes[mixed] - _FIRST_SLOT]
        return blocks

    def _store(self, tiles: tuple[slice, slice], image: Labels) -> None:
        codes = self._codes[tiles]
        self._free.extend((codes[codes >= _FIRST_SLOT] - _FIRST_SLOT).tolist())
        mixed = _mixed_tiles(image)
        new_codes = image[::TILE, ::TILE].astype(np.int32)
        n_mixed = int(np.count_nonzero(mixed))
        if n_mixed:
            slots = self._take_slots(n_mixed)
            blocks = image.reshape(codes.shape[0], TILE, codes.shape[1], TILE).swapaxes(1, 2)
            self._pool[slots] = blocks[mixed]
            new_codes[mixed] = slots + _FIRST_SLOT
        self._codes[tiles] = new_codes

    def _take_slots(self, count: int) -> npt.NDArray[np.int32]:
        missing = count - len(self._free)
        if missing > 0:
            size = len(self._pool)
            grown = np.empty((size + missing + size // 4, TILE, TILE), np.uint8)
            grown[:size] = self._pool
            self._pool = grown
            self._free.extend(range(len(grown) - 1, size - 1, -1))
        slots = np.array(self._free[-count:], np.int32)
        del self._free[-count:]
        return slots

    def _make_writable(self) -> None:
        if self._packed is not None:
            self._pool, self._packed = self._readable_pool().copy(), None
        elif self._shared:
            self._pool = self._pool.copy()
        if self._shared:
            self._codes = self._codes.copy()
            self._shared = False

    def _readable_pool(self) -> Labels:
        if self._packed is None:
            return self._pool
        return np.frombuffer(zlib.decompress(self._packed), np.uint8).reshape(-1, TILE, TILE)

    def _live_pool(self) -> Labels:
        """The used tiles only; renumbers the codes to match."""
        mixed = self._codes >= _FIRST_SLOT
        pool = self._pool[self._codes[mixed] - _FIRST_SLOT]
        codes = self._codes.copy()
        codes[mixed] = np.arange(len(pool), dtype=np.int32) + _FIRST_SLOT
        self._codes, self._free = codes, []
        return pool


def _tiles_around(box: Box) -> tuple[tuple[slice, slice], Box]:
    """Tiles that a box touches, and the box they cover."""
    rows = slice(box.row0 // TILE, -(-box.row1 // TILE))
    columns = slice(box.column0 // TILE, -(-box.column1 // TILE))
    return (rows, columns), Box(
        rows.start * TILE, rows.stop * TILE, columns.start * TILE, columns.stop * TILE
    )


def _mixed_tiles(image: Labels) -> npt.NDArray[np.bool_]:
    """Which tiles of an image hold several values; eight samples are compared at a time."""
    n_rows, n_columns = image.shape[0] // TILE, image.shape[1] // TILE
    words = image.view(np.uint64).reshape(n_rows, TILE, n_columns, TILE // 8)
    corners = image[::TILE, ::TILE].astype(np.uint64) * np.uint64(0x0101010101010101)
    mixed: npt.NDArray[np.bool_] = (words != corners[:, None, :, None]).any(axis=(1, 3))
    return mixed


def _join(blocks: Labels) -> Labels:
    """Tiles of shape (m, n, TILE, TILE) side by side, as one array (m * TILE, n * TILE) of its own."""
    return blocks.swapaxes(1, 2).reshape(blocks.shape[0] * TILE, blocks.shape[1] * TILE)
