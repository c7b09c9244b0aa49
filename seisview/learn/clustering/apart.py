"""Work that cannot be interrupted, in a process of its own: cancelling ends it at once and drops its answer.

UMAP and HDBSCAN compute for seconds without looking up, hold the interpreter's lock meanwhile, and UMAP
compiles itself when it is first imported. Beside a window they make it stutter and cannot be stopped.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.errors import ModelError
from seisview.progress import Progress

Arrays = dict[str, npt.NDArray[Any]]

ASKED, ANSWERED = "asked", "answered"
_LOOK_EVERY_S = 0.05
_MODULE = "seisview.learn.clustering.apart_tasks"


def run_apart(
    task: str, arrays: Mapping[str, npt.NDArray[Any]], options: Mapping[str, Any], progress: Progress
) -> Arrays:
    """Run a task of :mod:`seisview.learn.clustering.apart_tasks` and wait for it.

    Parameters
    ----------
    task : str
        Its name.
    arrays : mapping of str to ndarray
        What it works on; handed over as ``.npy`` files.
    options : mapping
        JSON values.
    progress : Progress
        Only its wish to cancel is heard.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ModelError
        If the task fails.
    Cancelled
        At once when the job is cancelled; the process is gone then.
    """
    with tempfile.TemporaryDirectory(prefix="seisview-") as name:
        folder = Path(name)
        write_arrays(folder / ASKED, arrays)
        (folder / "task.json").write_text(
            json.dumps({"task": task, "options": dict(options)}), encoding="utf-8"
        )
        _wait_for([sys.executable, "-m", _MODULE, name], folder / "errors.txt", task, progress)
        return read_arrays(folder / ANSWERED)


def _wait_for(command: list[str], errors: Path, task: str, progress: Progress) -> None:
    with errors.open("wb") as file:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        try:
            while True:
                progress.check()
                try:
                    code = process.wait(_LOOK_EVERY_S)
                    break
                except subprocess.TimeoutExpired:
                    continue
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if code != 0:
        lines = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        reason = lines[-1][:200] if lines else f"exit code {code}"
        raise ModelError(f"{task.upper()} failed: {reason}.", "Try the PCA embedding or K-Means instead.")


def write_arrays(folder: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write arrays as ``NAME.npy`` into a new folder."""
    folder.mkdir()
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)


def read_arrays(folder: Path) -> Arrays:
    """Read what :func:`write_arrays` wrote."""
    return {path.stem: np.load(path, allow_pickle=False) for path in sorted(folder.glob("*.npy"))}
