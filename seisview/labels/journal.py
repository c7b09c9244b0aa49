"""An append-only file of every edit, so that a crash loses less than a second of work.

A file is a header and records; each record carries a mark, its length and a checksum. Files are never
rewritten: a new one is begun on every start and every save, named after the edit it continues from.
"""

from __future__ import annotations

import os
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from enum import StrEnum
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from seisview.atomic import write_bytes_atomic, write_error
from seisview.errors import ExportError, LabelError
from seisview.labels.operations import Entry, decode, encode

# 1 knew no provenance: all its labels are read as painted by hand.
VERSION = 2
_MAGIC = b"SVJRNL\r\n"
_HEADER = struct.Struct("<8sIQI")
_MARK = b"\xa5SVR"
_RECORD = struct.Struct("<4sII")
_SYNC_AFTER_S = 0.3
_RETRY_AFTER_S = 1.0
_SCAN_BYTES = 64 * 2**20


class Journal:
    """Writes entries to a new file in a thread of its own.

    Parameters
    ----------
    path : Path
        Must not exist.
    base : int
        Sequence number of the last edit before this journal.

    Raises
    ------
    ExportError
        If the file cannot be created.
    """

    def __init__(self, path: Path, base: int) -> None:
        self.path = path
        if path.exists():
            raise ExportError(f"{path} exists already.", "Move it out of the project folder.")
        head = _HEADER.pack(_MAGIC, VERSION, base, 0)[:-4]
        write_bytes_atomic(path, head + struct.pack("<I", zlib.crc32(head)))
        self._file: FileIO = path.open("r+b", buffering=0)
        self._good_size = self._file.seek(0, os.SEEK_END)
        self._changed = threading.Condition()
        self._waiting: list[bytes] = []
        self._appended = self._synced = 0
        self._wanted = 0
        self._stopping = False
        self._failure: ExportError | None = None
        self._synced_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="label journal", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> ExportError | None:
        """Why edits cannot be written at present; they are kept in memory and tried again every second."""
        return self._failure

    @property
    def n_pending(self) -> int:
        """Edits that are not safely on disk yet."""
        return self._appended - self._synced

    def append(self, entry: Entry) -> None:
        """Hand over an edit; returns at once. It is on disk within a second."""
        payload = encode(entry)
        checksum = zlib.crc32(payload, zlib.crc32(struct.pack("<I", len(payload))))
        with self._changed:
            if self._stopping:
                raise ExportError("The label journal is closed already.", "Open the project again.")
            if not self.n_pending:
                self._synced_at = time.monotonic()
            self._waiting.append(_RECORD.pack(_MARK, len(payload), checksum) + payload)
            self._appended += 1
            self._changed.notify_all()

    def flush(self, timeout_s: float = 30.0) -> None:
        """Return once everything handed over so far is on disk.

        Raises
        ------
        ExportError
            If it cannot be written, or takes longer than `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        with self._changed:
            goal = self._wanted = self._appended
            self._failure = None
            self._changed.notify_all()
            while self._synced < goal:
                if self._failure is not None:
                    raise self._failure
                if not self._changed.wait(deadline - time.monotonic()):
                    raise ExportError(f"{self.path} could not be written in time.", "Check the disk.")

    def close(self) -> None:
        """Write what waits, stop the thread and close the file. Closing twice is fine.

        Raises
        ------
        ExportError
            If the last edits could not be written.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()
        self._file.close()
        if self.n_pending:
            raise self._failure or ExportError(f"{self.path} could not be written.", "Check the disk.")

    def _run(self) -> None:
        unsynced, batch = 0, b""
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work, self._patience(unsynced, batch))
                stopping, hurry = self._stopping, self._stopping or self._wanted > self._synced
                batch += b"".join(self._waiting)
                unsynced += len(self._waiting)
                self._waiting.clear()
            try:
                self._write(batch)
                batch = b""
                if unsynced and (hurry or time.monotonic() - self._synced_at >= _SYNC_AFTER_S):
                    os.fsync(self._file.fileno())
                    self._note_synced(unsynced)
                    unsynced = 0
            except OSError as error:
                self._note_failure(error)
            if stopping and (not unsynced or self._failure is not None):
                return

    def _has_work(self) -> bool:
        if self._stopping:
            return True
        return self._failure is None and (bool(self._waiting) or self._wanted > self._synced)

    def _patience(self, unsynced: int, batch: bytes) -> float | None:
        if self._failure is not None or batch:
            return _RETRY_AFTER_S
        return _SYNC_AFTER_S if unsynced else None

    def _write(self, batch: bytes) -> None:
        """Append a batch of whole records, or leave the file as it was."""
        if not batch:
            return
        self._file.seek(self._good_size)
        view = memoryview(batch)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            self._file.truncate(self._good_size)
            raise
        self._good_size += len(batch)

    def _note_synced(self, count: int) -> None:
        with self._changed:
            self._synced += count
            self._failure = None
            self._synced_at = time.monotonic()
            self._changed.notify_all()

    def _note_failure(self, error: OSError) -> None:
        with self._changed:
            self._failure = write_error(self.path, error)
            self._changed.notify_all()


class Damage(StrEnum):
    """What is wrong with a journal file."""

    TORN = "torn"
    """It ends in the middle of a record, as after a crash: at most the last second is missing."""
    CORRUPT = "corrupt"
    """It was altered before its end; what follows cannot be trusted."""


class JournalReader:
    """Reads a journal from the beginning to the end or to the first damage.

    Attributes
    ----------
    path : Path
    base : int
        Sequence number of the last edit before this journal.
    damage : Damage or None
        Known after iterating.
    lost_bytes : int
        Bytes after the last good record.

    Raises
    ------
    LabelError
        If the file is no journal, its header is damaged, or a newer version wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damage: Damage | None = None
        self.lost_bytes = 0
        with path.open("rb") as file:
            head = file.read(_HEADER.size)
        if len(head) < _HEADER.size or head[:8] != _MAGIC:
            raise LabelError(f"{path.name} is not a label journal.")
        _, version, self.base, checksum = _HEADER.unpack(head)
        if zlib.crc32(head[:-4]) != checksum:
            raise LabelError(f"The beginning of {path.name} is damaged.")
        if version > VERSION:
            raise LabelError(
                f"{path.name} was written by a newer seisview.", "Update seisview to open this project."
            )

    def __iter__(self) -> Iterator[Entry]:
        """Yield the good entries; memory is bounded by the largest."""
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            position = file.seek(_HEADER.size)
            while position < size:
                entry = _read_record(file, size - position)
                if entry is None:
                    self.lost_bytes = size - position
                    file.seek(position)
                    self.damage = _kind_of_damage(file)
                    return
                yield entry
                position = file.tell()


def _read_record(file: BinaryIO, remaining: int) -> Entry | None:
    """Next entry, or None when what is there is not a whole good record."""
    head = file.read(_RECORD.size)
    if len(head) < _RECORD.size:
        return None
    mark, length, checksum = _RECORD.unpack(head)
    if mark != _MARK or length > remaining - _RECORD.size:
        return None
    payload = file.read(length)
    if zlib.crc32(payload, zlib.crc32(struct.pack("<I", length))) != checksum:
        return None
    try:
        return decode(payload)
    except LabelError:
        return None


def _kind_of_damage(file: BinaryIO) -> Damage:
    """Torn when no good record follows the bad one (searched for in the next megabytes)."""
    rest = file.read(_SCAN_BYTES)
    position = rest.find(_MARK, 1)
    while position >= 0:
        if len(rest) - position >= _RECORD.size:
            _, length, checksum = _RECORD.unpack_from(rest, position)
            payload = rest[position + _RECORD.size : position + _RECORD.size + length]
            whole = len(payload) == length
            if whole and zlib.crc32(payload, zlib.crc32(struct.pack("<I", length))) == checksum:
                return Damage.CORRUPT
        position = rest.find(_MARK, position + 1)
    return Damage.TORN
