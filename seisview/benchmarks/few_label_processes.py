"""Cells of the few-label table in processes of their own, some at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from seisview.benchmarks.few_label_bench import CellSpec
from seisview.progress import Progress

_LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class _Running:
    spec: CellSpec
    process: subprocess.Popen[bytes]
    errors: IO[bytes]


def run_in_processes(folder: Path, specs: list[CellSpec], jobs: int, progress: Progress) -> list[str]:
    """Work out cells, up to `jobs` at a time, each with one thread.

    Returns
    -------
    list of str
        What could not be worked out, and why.

    Raises
    ------
    Cancelled
        If it was interrupted; the processes are ended, finished cells stay.
    """
    waiting, failures = list(specs), []
    with _ended_at_last() as running:
        while waiting or running:
            while waiting and len(running) < max(1, jobs):
                running.append(_begin(folder, waiting.pop(0)))
            done = len(specs) - len(waiting) - len(running)
            names = ", ".join(f"{r.spec.method} n={r.spec.n} seed {r.spec.seed}" for r in running)
            progress.report(f"Few labels: {names}", done, len(specs))
            time.sleep(_LOOK_EVERY_S)
            for ended in [r for r in running if r.process.poll() is not None]:
                running.remove(ended)
                failures.extend(_failure(ended))
    return failures


def _begin(folder: Path, spec: CellSpec) -> _Running:
    # What is cached for one table stays in its folder.
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OMP_WAIT_POLICY": "passive",
        "SEISVIEW_CACHE_DIR": str(folder / "cache"),
    }
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
    command = [sys.executable, "-m", "seisview.benchmarks.few_label_cell", str(folder)]
    process = subprocess.Popen(
        [*command, json.dumps(asdict(spec))], env=environment, stdout=subprocess.DEVNULL, stderr=errors
    )
    return _Running(spec, process, errors)


def _failure(ended: _Running) -> list[str]:
    with ended.errors as file:
        file.seek(0)
        said = file.read().decode("utf-8", "replace").strip().splitlines()
    if ended.process.returncode == 0:
        return []
    return [f"{ended.spec.name}: {said[-1] if said else f'exit code {ended.process.returncode}'}"]


@contextmanager
def _ended_at_last() -> Iterator[list[_Running]]:
    running: list[_Running] = []
    try:
        yield running
    finally:
        for each in running:
            each.process.terminate()
        for each in running:
            each.process.wait()
            each.errors.close()
