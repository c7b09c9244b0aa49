"""Writing a file or folder so that it is either whole or not there."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seisview.errors import ExportError

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
    reason, hint = _REASONS.get(
        error.errno or 0, (error.strerror or str(error), "Check the disk and try again.")
    )
    return ExportError(f"{path} could not be written: {reason}.", hint)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write beside `path`, then replace it in one step; on any failure leave it as it was.

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
    temporary = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        yield temporary
        if temporary.is_dir() and path.is_dir():
            old = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}-old")
            path.replace(old)
            temporary.replace(path)
            shutil.rmtree(old, ignore_errors=True)
        else:
            _flush_to_disk(temporary)
            temporary.replace(path)
    except ExportError:
        raise
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        _discard(temporary)


def write_text_atomic(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` (UTF-8) in one step; see :func:`replacing`."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes_atomic(path: Path, content: bytes) -> None:
    """Replace the file at `path` by `content` in one step; see :func:`replacing`."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


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
