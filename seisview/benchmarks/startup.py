"""Target F1: the window's first paint, against the same with everything imported before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from seisview.benchmarks.report import BenchmarkOptions
from seisview.benchmarks.targets import TargetTable
from seisview.benchmarks.timing import Timing, in_turns
from seisview.errors import SeisviewError

HEAVY = ("torch", "torchvision", "sklearn", "umap", "numba", "scipy")
"""What must not be loaded when the window is first painted."""

# The backbone brings torchvision in, guarded where its build lacks operators.
_EAGER = ("torch", "seisview.learn.networks.backbone", "sklearn.cluster", "umap")
_LIMIT, _LIMIT_MS = 0.2, 1000.0


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the window.

    Attributes
    ----------
    painted_ms, processor_ms : float
        From the begin of the program to the first paint; processor time counts no other programs.
    ready_ms, ready_processor_ms : float
        The same to when everything behind the window is made.
    modules, modules_ready, after_import : tuple of str
        Loaded at the first paint, when all was made, and before Qt was asked for.
    wait_policy : str
        What OpenMP will be told once torch loads it.
    """

    painted_ms: float
    processor_ms: float
    ready_ms: float
    ready_processor_ms: float
    modules: tuple[str, ...]
    modules_ready: tuple[str, ...]
    after_import: tuple[str, ...]
    wait_policy: str


def start_window(eager: tuple[str, ...] = ()) -> Start:
    """Start the window in a process of its own, on empty user folders.

    Parameters
    ----------
    eager : tuple of str
        Modules to import first.

    Raises
    ------
    SeisviewError
        If it did not start.
    """
    command = [sys.executable, "-m", "seisview.benchmarks.startup_probe", *eager]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            **{f"SEISVIEW_{name}_DIR": folder for name in ("DATA", "CACHE", "CONFIG")},
        }
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        if environment.pop("PYTHONDONTWRITEBYTECODE", ""):  # an installed program has its files compiled
            environment["PYTHONPYCACHEPREFIX"] = _compiled_files().name
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=120, check=False, env=environment
        )
    if ended.returncode:
        last = ended.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise SeisviewError(f"The window did not start: {last[0]}", "Start it with `seisview`.")
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return Start(
        1e3 * found["painted_s"],
        1e3 * found["painted_processor_s"],
        1e3 * found["ready_s"],
        1e3 * found["ready_processor_s"],
        tuple(found["modules"]),
        tuple(found["modules_ready"]),
        tuple(found["after_import"]),
        found["wait_policy"],
    )


@cache
def _compiled_files() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="seisview-compiled-")


def measure_startup(table: TargetTable, options: BenchmarkOptions) -> None:
    """Add F1 to a table."""
    options.progress.report("Starting the window")
    eager = ("scipy.ndimage",) if options.is_quick else _EAGER
    starts: dict[str, list[Start]] = {"seisview": [], "eager": []}
    modules: dict[str, tuple[str, ...]] = {"seisview": (), "eager": eager}
    for name in starts:
        start_window(modules[name])  # compiles and caches files

    def start(name: str, _turn: int) -> None:
        starts[name].append(start_window(modules[name]))

    actions = {name: partial(start, name) for name in starts}
    in_turns(actions, 1 if options.is_quick else 5, options.progress)
    ours, theirs = (Timing(tuple(s.painted_ms for s in starts[name])) for name in ("seisview", "eager"))
    names = "scipy" if options.is_quick else "torch, torchvision, sklearn, umap"
    table.ratio("F1", "window painted", ours, f"the same after importing {names}", theirs, _LIMIT)
    table.below("F1", "window painted", ours.median, _LIMIT_MS)
    ready = Timing(tuple(s.ready_ms for s in starts["seisview"])).median
    table.below("F1", "everything behind the window made", ready, _LIMIT_MS)
    painted, made = (
        Timing(tuple(getattr(s, f"{name}processor_ms") for s in starts["seisview"])).median
        for name in ("", "ready_")
    )
    table.note(
        f"F1: {painted:.0f} and {made:.0f} ms are processor time, which is what is left on an idle machine."
    )
    loaded = sorted(set(HEAVY) & set(starts["seisview"][-1].modules_ready))
    table.fact("F1", f"none of {', '.join(HEAVY)} loaded once the window is ready", not loaded, "yes")
