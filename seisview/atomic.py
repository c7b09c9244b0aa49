"""Writing a file or folder so that it is either whole or not there."""

from __future__ import annotations

import errno
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seisview.errors import ExportError
from seisview.processes import has_ended, process_tag

# .NAME~TAG~NUMBER[-old].SUFFIX: a file in the making, or what it is about to replace.
_TEMPORARY = re.compile(r"\.(?P<stem>.*)~(?P<tag>[0-9a-f-]+)~[0-9a-f]{8}(?P<old>-old)?(?P<suffix>\.[^.]*)?")

_MISSING = (errno.ENOENT, errno.ENOTDIR)
_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space or choose another folder."),
    errno.EDQUOT: ("the disk quota is used up", "Free some space or choose another folder."),
    errno.EACCES: ("writing is not permitted there", "Choose a folder you may write to."),
    errno.EPERM: ("writing is not permitted there", "Choose a folder you may write to."),
    errno.EROFS: ("the file system is read-only", "Choose a folder you may write to."),
    errno.ENOENT: ("the folder does not exist", "Create the folder or choose another."),
    errno.ENOTDIR: ("the folder does not exist", "Create the folder or choose another."),
    errno.EISDIR: ("there is a folder of that name", "Choose another name."),
    errno.EFBIG: ("the file is too large for the file system", "Choose another disk."),
}


def write_error(path: Path, error: OSError) -> ExportError:
    """The :class:`ExportError` that says why `path` could not be written and what to do."""
    reason, hint = write_problem(path.parent, error)
    return ExportError(f"{path} could not be written: {reason}.", hint)


def write_problem(folder: Path, error: OSError) -> tuple[str, str]:
    """Why nothing could be written in a folder, in words, and what to do about it."""
    if error.errno in _MISSING and folder.is_dir():
        # Folders that the system makes up, such as /proc, say that what is to be made does not exist.
        return f"{folder} cannot be written in", "Choose another folder."
    return _REASONS.get(error.errno or 0, (error.strerror or str(error), "Check the disk and try again."))


def temporary_name(path: Path, mark: str = "") -> Path:
    """Name beside `path`, with its suffix, that :func:`clear_leftovers` knows to be of this process."""
    return path.with_name(f".{path.stem}~{process_tag()}~{uuid.uuid4().hex[:8]}{mark}{path.suffix}")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write beside `path`, then replace it in one step; on any failure leave it as it was.

    What programs that were killed left behind in that folder is cleared away first.

    Parameters
    ----------
    path : Path
        Final place of a file or folder. A file there is replaced; a folder there is replaced whole.

    Yields
    ------
    Path
        Where to write: a name in the same folder that does not exist yet, with the same suffix.

    Raises
    ------
    ExportError
        If the disk is full, the folder is missing or not writable.
    """
    clear_leftovers(path.parent)
    temporary = temporary_name(path)
    try:
        yield temporary
        if temporary.is_dir() and path.is_dir():
            _exchange_folders(temporary, path)
        else:
            _flush_to_disk(temporary)
            temporary.replace(path)
        _flush_folder(path.parent)
    except ExportError:
        raise
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        # On a disk that is gone or read-only this fails too; the first error is the one to tell.
        with suppress(OSError):
            _discard(temporary)


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """Room on the disk of `beside`, gone afterwards; after a crash :func:`clear_leftovers` removes it.

    Raises
    ------
    ExportError
        If the folder cannot be made.
    """
    clear_leftovers(beside.parent)
    folder = temporary_name(beside.with_suffix(""))
    try:
        folder.mkdir()
    except OSError as error:
        raise write_error(beside, error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_leftovers(folder: Path) -> None:
    """Remove what killed programs left half-written in `folder`; of running programs, nothing.

    A folder that was about to be replaced when the program was killed gets its name back.
    """
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.startswith(".")]
    except OSError:
        return  # whoever writes there next says why it cannot be done
    for name in names:
        match = _TEMPORARY.fullmatch(name)
        if match is None or not has_ended(match["tag"]):
            continue
        path, original = folder / name, folder / f"{match['stem']}{match['suffix'] or ''}"
        with suppress(OSError):
            if match["old"] and not original.exists():
                path.rename(original)
            else:
                _discard(path)


def write_text_atomic(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` (UTF-8) in one step; see :func:`replacing`."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes_atomic(path: Path, content: bytes) -> None:
    """Replace the file at `path` by `content` in one step; see :func:`replacing`."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _exchange_folders(new: Path, path: Path) -> None:
    """Put `new` in the place of the folder at `path`; a crash in between is mended by clear_leftovers."""
    old = temporary_name(path, "-old")
    path.rename(old)
    try:
        new.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _flush_folder(folder: Path) -> None:
    """Bring the new name to disk; where folders cannot be opened (Windows) the system does so itself."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _flush_to_disk(path: Path) -> None:
    if path.is_dir():
        return
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _discard(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
