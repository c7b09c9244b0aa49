"""The one truth about every sample of the survey, held as the sections that were painted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.labels.boxes import Box, crossed_range, crossing
from seisview.labels.tiles import Labels, TiledMask

DEFAULT_WORKING_BYTES = 24 * 2**20


class SharedSamples:
    """Labels of a whole survey; sections that cross always agree on the samples they share.

    Only painted sections are stored. A write goes to the section it names and to the shared lines of all
    stored sections that cross it, so every stored section is always right; a section that is not stored is
    put together from those that cross it.

    Parameters
    ----------
    geometry : SurveyGeometry
    working_bytes : int
        Sections are packed, longest unused first, while they hold more than this.
    """

    def __init__(self, geometry: SurveyGeometry, working_bytes: int = DEFAULT_WORKING_BYTES) -> None:
        self._geometry = geometry
        self._working_bytes = working_bytes
        self._sections: dict[Axis, dict[int, TiledMask]] = {axis: {} for axis in Axis}
        self._unpacked: dict[SectionKey, int] = {}
        self._unpacked_bytes = 0

    @property
    def nbytes(self) -> int:
        """Bytes held by all sections."""
        return sum(tiled.nbytes for sections in self._sections.values() for tiled in sections.values())

    def __contains__(self, key: SectionKey) -> bool:
        return key.index in self._sections[key.axis]

    def __iter__(self) -> Iterator[SectionKey]:
        for axis in Axis:
            for index in sorted(self._sections[axis]):
                yield SectionKey(axis, index)

    def labelled(self) -> tuple[SectionKey, ...]:
        """Stored sections that hold at least one labelled sample, by axis and index."""
        return tuple(key for key in self if self._sections[key.axis][key.index].any())

    def read(self, key: SectionKey, box: Box | None = None) -> Labels:
        """Copy of a box of a section, by default of all of it; stored or not."""
        stored = self._sections[key.axis].get(key.index)
        if stored is not None:
            return stored.read(box)
        box = box or Box.whole(self._geometry.section_shape(key.axis))
        labels = np.zeros(box.shape, np.uint8)
        for _, tiled, line, line_there in self._crossing(key, box):
            target = labels[line.slices_in(box)]
            target[...] = tiled.read(line_there).reshape(target.shape)
        return labels

    def write(self, key: SectionKey, box: Box, mask: npt.NDArray[np.bool_], values: Labels | int) -> None:
        """Replace the samples of `box` where `mask`; a section that is not stored stays so.

        Parameters
        ----------
        values : ndarray of uint8 with the box's shape, or int
        """
        values = np.broadcast_to(np.asarray(values, np.uint8), box.shape)
        stored = self._sections[key.axis].get(key.index)
        if stored is not None:
            stored.write(box, mask, values)
            self._note_use(key, stored)
        for other, tiled, line, line_there in self._crossing(key, box):
            here = line.slices_in(box)
            shape = line_there.shape
            if mask[here].any():
                tiled.write(line_there, mask[here].reshape(shape), values[here].reshape(shape))
                self._note_use(other, tiled)
        self._pack_idle()

    def store(self, key: SectionKey) -> None:
        """Begin to store a section, from what crosses it."""
        if key not in self:
            tiled = TiledMask.from_array(self.read(key))
            self._sections[key.axis][key.index] = tiled
            self._note_use(key, tiled)

    def forget(self, key: SectionKey) -> None:
        """Stop storing a section: samples on no other stored section become unlabelled."""
        if self._sections[key.axis].pop(key.index, None) is not None:
            self._unpacked_bytes -= self._unpacked.pop(key, 0)

    def share(self) -> dict[SectionKey, TiledMask]:
        """Frozen twins of the labelled sections, safe to read in another thread."""
        return {key: self._sections[key.axis][key.index].share() for key in self.labelled()}

    def twin(self) -> SharedSamples:
        """Return a frozen copy of everything, safe to read in another thread; takes next to no time."""
        twin = SharedSamples(self._geometry)
        for axis, sections in self._sections.items():
            twin._sections[axis] = {index: tiled.share() for index, tiled in sections.items()}
        return twin

    def _crossing(self, key: SectionKey, box: Box) -> Iterator[tuple[SectionKey, TiledMask, Box, Box]]:
        """Stored sections that meet `box`, with the shared line here and there."""
        for axis, sections in self._sections.items():
            span = crossed_range(key, box, axis)
            indices = [i for i in span if i in sections] if len(span) < len(sections) else list(sections)
            for index in indices:
                other = SectionKey(axis, index)
                lines = crossing(key, box, other)
                if lines is not None:
                    yield other, sections[index], *lines

    def _note_use(self, key: SectionKey, tiled: TiledMask) -> None:
        """Move a section to the end of the queue for packing and account for its size."""
        self._unpacked_bytes -= self._unpacked.pop(key, 0)
        self._unpacked[key] = tiled.nbytes
        self._unpacked_bytes += tiled.nbytes

    def _pack_idle(self) -> None:
        while self._unpacked_bytes > self._working_bytes and len(self._unpacked) > 1:
            key = next(iter(self._unpacked))
            self._unpacked_bytes -= self._unpacked.pop(key)
            self._sections[key.axis][key.index].pack()
