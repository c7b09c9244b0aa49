"""Kill -9 at random moments of real work, and look at what is left: ``python -m tests.robustness.kill_run``.

Each run is a process of its own, forked from one that has everything imported but did nothing, because
starting torch anew would take most of the time. Another process opens what is left. One project lives
through all runs, so leftovers would pile up.
"""

from __future__ import annotations

import argparse
import collections
import importlib
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.robustness.inspection import inspect
from tests.robustness.scripted_work import STAGES, prepare, work

_HEAVY = (
    "zarr",
    "PIL.Image",
    "seisview.learn.samples.labelled",
    "seisview.learn.segmentation.fitting",
    "seisview.learn.segmentation.predictor",
    "seisview.learn.segmentation.checkpoint",
)
_LONGEST_S = 60.0
_SAFE_AFTER_S = 1.0


class Victim:
    """A forked process that works and says what it does."""

    def __init__(self, folder: Path) -> None:
        self._read, write = os.pipe()
        self.pid = _forked(lambda: work(folder, lambda text: _say(write, text)))
        os.close(write)
        self.edits: list[tuple[float, int]] = []
        self.stage = "opening"
        self._rest = b""

    def listen(self, until: float) -> Iterator[str]:
        """What the process says until then."""
        while (left := until - time.monotonic()) > 0:
            if not select.select([self._read], [], [], left)[0]:
                return
            data = os.read(self._read, 1 << 16)
            assert data, "the process ended by itself"
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in map(bytes.decode, lines):
                word, _, what = line.partition(" ")
                if word == "edit":
                    self.edits.append((time.monotonic(), int(what)))
                elif word == "stage":
                    self.stage = what
                yield line

    def kill(self) -> float:
        """Kill -9; returns when."""
        when = time.monotonic()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._read)
        return when


def _say(pipe: int, text: str) -> None:
    os.write(pipe, f"{text}\n".encode())


def _forked(call: Callable[[], object]) -> int:
    """Run a call in a process of its own, which ends with 0 when it returned; returns its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        call()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def kill_once(folder: Path, choose: random.Random) -> tuple[str, int, int]:
    """One run, one kill, one look; returns the stage it was killed in and edits told and found.

    Half of the kills are spread over time, half over stages, so that short ones get their share.
    """
    victim = Victim(folder)
    for line in victim.listen(time.monotonic() + _LONGEST_S):
        if line == "ready":
            break
    stage = choose.choice([*STAGES, *[""] * len(STAGES)])
    if stage:
        for line in victim.listen(time.monotonic() + _LONGEST_S):
            if line == f"stage {stage}":
                break
    for _ in victim.listen(time.monotonic() + choose.uniform(0.0, 0.08 if stage else 2.5)):
        pass
    killed = victim.kill()
    n_told = max((n for when, n in victim.edits if when < killed - _SAFE_AFTER_S), default=0)
    reading, writing = os.pipe()
    looker = _forked(lambda: _say(writing, str(inspect(folder, n_told))))
    os.close(writing)
    _, status = os.waitpid(looker, 0)
    found = os.read(reading, 100)
    os.close(reading)
    if status:
        raise AssertionError(f"after a kill while {victim.stage} (see above)")
    return victim.stage, n_told, int(found)


def main() -> int:
    """Kill as often as asked for and print what was found; 1 at the first loss, the folder is kept then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for module in _HEAVY:
        importlib.import_module(module)
    folder, choose = Path(tempfile.mkdtemp(prefix="seisview-kills-")), random.Random(options.seed)
    stages: collections.Counter[str] = collections.Counter()
    began, n_edits = time.monotonic(), 0
    if os.waitpid(_forked(lambda: prepare(folder)), 0)[1]:
        return 1
    for turn in range(options.kills):
        try:
            stage, _told, n_edits = kill_once(folder, choose)
        except AssertionError as error:
            print(f"kill {turn + 1}: {error}; everything is kept in {folder}")
            return 1
        stages[stage] += 1
    shutil.rmtree(folder)
    print(f"{options.kills} kills in {time.monotonic() - began:.0f} s, {n_edits} edits, nothing lost.")
    print("killed while: " + ", ".join(f"{stage} {count}" for stage, count in stages.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
