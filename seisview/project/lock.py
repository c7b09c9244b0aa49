"""Makes sure that one project is written by one program at a time."""

from __future__ import annotations

import json
import os
import socket
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from seisview.atomic import temporary_name, write_error
from seisview.processes import is_alive, started

LOCK_FILE = "lock.json"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: process, computer, and when the process started (process ids are used again)."""

    pid: int
    host: str
    started: str

    @classmethod
    def this_process(cls) -> Holder:
        """Return the program that asks."""
        return cls(os.getpid(), socket.gethostname(), started(os.getpid()))

    @property
    def is_gone(self) -> bool:
        """Whether the process has certainly ended; on another computer nobody can tell."""
        if self.host != socket.gethostname():
            return False
        if not is_alive(self.pid):
            return True
        now_there = started(self.pid)
        return bool(now_there and self.started and now_there != self.started)


class ProjectLock:
    """The lock file of a project folder, held by this process until :meth:`release`."""

    def __init__(self, path: Path, content: str) -> None:
        self._path = path
        self._content = content

    @classmethod
    def acquire(cls, folder: Path) -> ProjectLock | None:
        """Take the lock, also over from a process that crashed; None when another process holds it.

        Raises
        ------
        ExportError
            If the folder cannot be written.
        """
        path = folder / LOCK_FILE
        content = json.dumps({**asdict(Holder.this_process()), "token": uuid.uuid4().hex})
        if _create(path, content):
            return cls(path, content)
        if not _remove_if_stale(path):
            return None
        return cls(path, content) if _create(path, content) else None

    def release(self) -> None:
        """Give the lock back, unless somebody took it over meanwhile."""
        if _read(self._path) == self._content:
            self._path.unlink(missing_ok=True)


def holder_of(folder: Path) -> Holder | None:
    """Who holds the lock of a project folder; None when nobody does or it cannot be told."""
    return _parse(_read(folder / LOCK_FILE))


def _create(path: Path, content: str) -> bool:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except FileExistsError:
        return False
    except OSError as error:
        raise write_error(path, error) from error
    try:
        os.write(descriptor, content.encode())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise write_error(path, error) from error
    finally:
        os.close(descriptor)
    return True


def _remove_if_stale(path: Path) -> bool:
    """Take a lock out of the way that nobody holds. Renaming first: of two who try, one gets it."""
    seen = _read(path)
    holder = _parse(seen)
    if holder is not None and not holder.is_gone:
        return False
    aside = temporary_name(path)
    try:
        path.rename(aside)
    except OSError:
        return False
    if _read(aside) != seen:
        aside.rename(path)  # somebody was faster and this is their fresh lock
        return False
    aside.unlink(missing_ok=True)
    return True


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _parse(content: str) -> Holder | None:
    try:
        data = json.loads(content)
        return Holder(int(data["pid"]), str(data["host"]), str(data["started"]))
    except (ValueError, KeyError, TypeError):
        return None
