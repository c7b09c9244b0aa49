"""Sections kept in memory while they are likely to be looked at again."""

from __future__ import annotations

import threading
from collections import OrderedDict

from seisview.data.geometry import SectionKey
from seisview.data.volume import FloatArray, Volume


class SectionCache:
    """The sections read last, up to a number of bytes; safe from several threads.

    Parameters
    ----------
    volume : Volume
    max_bytes : int
        Sections that were not used for longest are dropped beyond this; a larger section is never kept.
    """

    def __init__(self, volume: Volume, max_bytes: int = 512 << 20) -> None:
        self._volume = volume
        self._max_bytes = max_bytes
        self._sections: OrderedDict[SectionKey, FloatArray] = OrderedDict()
        self._n_bytes = 0
        self._lock = threading.Lock()

    @property
    def volume(self) -> Volume:
        """The survey that is read."""
        return self._volume

    @property
    def n_bytes(self) -> int:
        """Bytes held."""
        return self._n_bytes

    def __contains__(self, key: SectionKey) -> bool:
        with self._lock:
            return key in self._sections

    def section(self, key: SectionKey) -> FloatArray:
        """Return a section, from memory or read now.

        Returns
        -------
        ndarray of float32, shape ``geometry.section_shape(key.axis)``
            Read-only, because it is shared.

        Raises
        ------
        GeometryError, VolumeError
            As :meth:`seisview.data.volume.Volume.read_section`.
        """
        with self._lock:
            kept = self._sections.get(key)
            if kept is not None:
                self._sections.move_to_end(key)
                return kept
        section = self._volume.read_section(key)
        section.flags.writeable = False
        self._keep(key, section)
        return section

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._sections.clear()
            self._n_bytes = 0

    def _keep(self, key: SectionKey, section: FloatArray) -> None:
        if section.nbytes > self._max_bytes:
            return
        with self._lock:
            previous = self._sections.pop(key, None)
            self._n_bytes += section.nbytes - (previous.nbytes if previous is not None else 0)
            self._sections[key] = section
            while self._n_bytes > self._max_bytes:
                _, dropped = self._sections.popitem(last=False)
                self._n_bytes -= dropped.nbytes
