"""Reading bytes of a file from several threads at once, without its position and without a surprise.

Reads go through ``pread`` where the system has it, hints (``posix_fadvise``) are given for everything that
will be read next, and every failure of the disk becomes a :class:`~seisview.errors.VolumeError`.
"""

from __future__ import annotations

import mmap
import os
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.errors import VolumeError

ByteArray = npt.NDArray[np.uint8]

_MAPPED_WHOLE = 2 << 30


class _Descriptor:
    """An open file that closes itself once no reader uses it, so no read meets a reused number."""

    def __init__(self, path: Path) -> None:
        self.number = -1
        self.number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))

    def __del__(self) -> None:
        if self.number >= 0:
            with suppress(OSError):
                os.close(self.number)


class ByteReader:
    """Positioned, thread-safe reading of one file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    VolumeError
        If the file is missing, a folder, or not readable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            raise VolumeError(f"{path} is a folder, not a file.", "Choose the SEG-Y file inside it.")
        if path.exists() and not path.is_file():
            raise VolumeError(f"{path} is a device or pipe, not a file.", "Choose a SEG-Y file.")
        try:
            self._descriptor: _Descriptor | None = _Descriptor(path)
            self.size = os.fstat(self._descriptor.number).st_size
        except (OSError, ValueError) as error:
            raise _open_error(path, error) from error
        self._lock = threading.Lock()
        self._mapping: ByteArray | None = None

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes from `offset`.

        Raises
        ------
        VolumeError
            If the file ends earlier, the disk fails, or the reader was closed.
        """
        parts: list[bytes] = []
        remaining = length
        try:
            while remaining > 0:
                part = self._pread(remaining, offset + length - remaining)
                if not part:
                    raise self.shortened()
                parts.append(part)
                remaining -= len(part)
        except OSError as error:
            raise self._failed(error) from error
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def read_each(self, offsets: list[int], length: int) -> bytearray:
        """Return `length` bytes from each offset, one after the other; see :meth:`read`."""
        if hasattr(os, "pread"):
            descriptor = self._open()  # held, so that its number stays open
            read, number = os.pread, descriptor.number
            try:
                content = bytearray().join([read(number, length, offset) for offset in offsets])
            except OSError as error:
                raise self._failed(error) from error
            if len(content) == length * len(offsets):
                return content
        return bytearray().join([self.read(offset, length) for offset in offsets])

    def will_need_each(self, offsets: list[int], lengths: list[int]) -> None:
        """Tell the system that these pieces are read soon; does nothing where it cannot be told."""
        if hasattr(os, "posix_fadvise"):
            descriptor = self._open()  # held, so that its number stays open
            advise, number, will_need = os.posix_fadvise, descriptor.number, os.POSIX_FADV_WILLNEED
            with suppress(OSError):
                for offset, length in zip(offsets, lengths, strict=True):
                    advise(number, offset, length, will_need)

    @property
    def stamp(self) -> tuple[int, int]:
        """Size in bytes and time of the last change, in ns, as the system tells them now.

        Raises
        ------
        VolumeError
            If the disk is gone or the reader was closed.
        """
        try:
            status = os.fstat(self._open().number)
        except OSError as error:
            raise self._failed(error) from error
        return status.st_size, status.st_mtime_ns

    def will_need(self, offset: int, length: int) -> None:
        """Tell the system that these bytes are read soon; does nothing where it cannot be told."""
        if hasattr(os, "posix_fadvise"):
            with suppress(OSError):
                os.posix_fadvise(self._open().number, offset, length, os.POSIX_FADV_WILLNEED)

    def mapped(self, offset: int, length: int) -> ByteArray:
        """Bytes ``offset .. offset + length`` as a read-only array, for touching a few of them.

        A file of moderate size is mapped once, a larger one piece by piece, which bounds the memory that
        the mapping occupies.
        """
        descriptor = self._open()
        self._check_still_whole(descriptor, offset + length)
        try:
            if self.size > _MAPPED_WHOLE:
                return _map(descriptor, offset, length)
            with self._lock:
                if self._mapping is None:
                    self._mapping = _map(descriptor, 0, self.size)
                return self._mapping[offset : offset + length]
        except (OSError, ValueError, OverflowError):
            # no mapping here (32 bits, an odd file system): read
            return np.frombuffer(self.read(offset, length), np.uint8)

    def close(self) -> None:
        """Let go of the file; reads under way still end well. Closing twice is fine."""
        self._descriptor = None
        self._mapping = None

    def _pread(self, length: int, offset: int) -> bytes:
        descriptor = self._open()
        if hasattr(os, "pread"):
            return os.pread(descriptor.number, length, offset)
        with self._lock:
            os.lseek(descriptor.number, offset, os.SEEK_SET)
            return os.read(descriptor.number, length)

    def _open(self) -> _Descriptor:
        descriptor = self._descriptor
        if descriptor is None:
            raise VolumeError(f"{self.path.name} was closed.", "Open the survey again.")
        return descriptor

    def _check_still_whole(self, descriptor: _Descriptor, end: int) -> None:
        """Touching a mapping beyond the end of a file that was cut ends the process: look first."""
        try:
            if os.fstat(descriptor.number).st_size < end:
                raise self.shortened()
        except OSError as error:
            raise self._failed(error) from error

    def shortened(self) -> VolumeError:
        """The error for a file that was cut after it was opened."""
        return VolumeError(
            f"{self.path.name} is shorter than it was when it was opened.",
            "Something cut the file: check it, copy it again, then open it again.",
        )

    def _failed(self, error: OSError) -> VolumeError:
        return VolumeError(
            f"{self.path.name} can no longer be read: {error.strerror or error}.",
            "Check the disk or the network connection, then open the survey again.",
        )


def _open_error(path: Path, error: OSError | ValueError) -> VolumeError:
    if isinstance(error, FileNotFoundError):
        return VolumeError(f"There is no file {path}.", "Check the name; was it moved or renamed?")
    if isinstance(error, PermissionError):
        return VolumeError(f"{path} may not be read.", "Ask its owner for permission, or copy it.")
    return VolumeError(
        f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.", "Check the disk and the name."
    )


def _map(descriptor: _Descriptor, offset: int, length: int) -> ByteArray:
    start = offset - offset % mmap.ALLOCATIONGRANULARITY
    mapping = mmap.mmap(descriptor.number, length + offset - start, access=mmap.ACCESS_READ, offset=start)
    return np.frombuffer(mapping, np.uint8, length, offset - start)
