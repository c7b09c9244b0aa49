"""Where a prediction from the command line is kept while it is made, so that the same command goes on."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from seisview.atomic import scratch_folder
from seisview.data.cached_files import (
    LEFTOVER_S,
    building_alone,
    cache_subfolder,
    has_room,
    mark_used,
)
from seisview.errors import ExportError
from seisview.project.results import FaciesResult, open_results, remove_unbegun

_FOLDER = "predictions"
_KEPT_S = 14 * LEFTOVER_S


def unfinished_key(*facts: object) -> str:
    """Name of a prediction: the same survey, models and settings have the same one."""
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()[:24]


@contextmanager
def unfinished_room(key: str, n_bytes: int, beside: Path) -> Iterator[Path]:
    """Folder for what is predicted; kept when the job is stopped or fails, gone when it ends well.

    Where the cache has no room, or another program makes the same, it lies beside the output and goes in any
    case.

    Parameters
    ----------
    key : str
        See :func:`unfinished_key`.
    n_bytes : int
        Room that the prediction takes.
    beside : Path
        The output.
    """
    with ExitStack() as stack:
        folder = _cached(key, n_bytes)
        if folder is None or not stack.enter_context(building_alone(folder)):
            yield stack.enter_context(scratch_folder(beside))
            return
        try:
            yield folder
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            _keep_what_counts(folder)


def unfinished_result(folder: Path, fingerprint: str) -> FaciesResult | None:
    """What was predicted there before, complete or not; None when there is nothing."""
    results, _messages = open_results(folder, fingerprint)
    for other in results[:-1]:
        other.close()
    return results[-1] if results else None


def _cached(key: str, n_bytes: int) -> Path | None:
    try:
        parent = cache_subfolder(_FOLDER)
        _clean(parent)
        folder = parent / key
        if not folder.exists() and not has_room(parent, n_bytes):
            return None
        folder.mkdir(exist_ok=True)
    except (OSError, ExportError):
        return None
    mark_used(folder)
    return folder


def _keep_what_counts(folder: Path) -> None:
    """Remove a prediction of which no section is done."""
    remove_unbegun(folder)
    with suppress(OSError):
        if not any(folder.iterdir()):
            folder.rmdir()
    if not folder.exists():
        folder.with_suffix(".lock").unlink(missing_ok=True)


def _clean(parent: Path) -> None:
    """Remove what nobody went on with for two weeks."""
    for folder in parent.iterdir():
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime < _KEPT_S:
                continue
            if folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)
            else:
                folder.unlink()
