"""Feed 100,000 mutated files to a loader: ``python -m tests.robustness.fuzz --runs 100000 --target segy``.

With atheris installed (``pip install --group fuzz``; Linux only, needs no compiler) the coverage of the
code guides the mutations; without it, or with ``--plain``, they are drawn from a seed. Either way: no
exception but a SeisviewError, no input that takes longer than 2 s, and no memory beyond what small files
may need.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from seisview.benchmarks.memory import peak_mb
from tests.robustness.mutation import mutated

if TYPE_CHECKING:
    from tests.robustness.targets import Target

NAMES = ("segy", "project", "checkpoint", "labels", "patches", "models", "index")
_LONGEST_S = 2.0
_MOST_MEMORY_MB = 96.0


@contextmanager
def target_in_memory(name: str) -> Iterator[Target]:
    """The target, working on a file system in memory where there is one, so that a disk is not worn out."""
    from tests.robustness.targets import build

    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as folder:
        yield build(name, Path(folder))


def run_plain(name: str, runs: int, seed: int) -> str:
    """Seeded mutations; returns what to print, or raises at the first input that is not survived."""
    choose, n_accepted, slowest = random.Random(seed), 0, 0.0
    with target_in_memory(name) as target:
        for data in target.seeds:
            target.survives(data)
        before = peak_mb()
        for turn in range(runs):
            data = mutated(choose.choice(target.seeds), choose)
            began = time.process_time()
            try:
                n_accepted += target.survives(data)
            except BaseException:
                _keep(name, turn, data)
                raise
            slowest = max(slowest, time.process_time() - began)
            if slowest > _LONGEST_S or peak_mb() - before > _MOST_MEMORY_MB:
                _keep(name, turn, data)
                raise AssertionError(f"{slowest:.1f} s, {peak_mb() - before:.0f} MB more than before")
        more = peak_mb() - before
    return (
        f"{name}: {runs} inputs, {n_accepted} accepted, the others refused; "
        f"slowest {1000 * slowest:.0f} ms, {more:.0f} MB more at the peak"
    )


def run_atheris(name: str, runs: int, seed: int) -> None:
    """Mutations guided by coverage; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["seisview"]):
        from tests.robustness import targets  # noqa: F401 - loads what is to be instrumented
    with target_in_memory(name) as target, tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(target.seeds):
            (Path(corpus) / str(number)).write_bytes(data)

        def mutate(data: bytes, max_size: int, seed: int) -> bytes:
            choose = random.Random(seed)
            if choose.random() < 0.3:
                return bytes(atheris.Mutate(data, max_size))
            # What libraries in C read tells no coverage, so their files would shrink to nothing.
            base = choose.choice(target.seeds) if choose.random() < 0.6 else data
            return mutated(base, choose)[:max_size]

        def feed(data: bytes) -> None:
            target.survives(data)

        arguments = [
            sys.argv[0],
            corpus,
            f"-runs={runs}",
            f"-seed={seed + 1}",
            "-timeout=2",
            f"-rss_limit_mb={int(peak_mb() + 4096)}",  # the fuzzer itself grows
            "-malloc_limit_mb=256",
            f"-max_len={4 * max(map(len, target.seeds))}",
            f"-artifact_prefix={tempfile.gettempdir()}/seisview-fuzz-{name}-",
            "-print_final_stats=1",
        ]
        atheris.Setup(arguments, feed, custom_mutator=mutate)
        atheris.Fuzz()


def _keep(name: str, turn: int, data: bytes) -> None:
    path = Path(tempfile.gettempdir()) / f"seisview-fuzz-{name}-{turn}"
    path.write_bytes(data)
    print(f"input {turn} is kept in {path}", file=sys.stderr)


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=NAMES, default=None, help="default: all, one after another")
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plain", action="store_true", help="seeded mutations even where atheris is there")
    options = parser.parse_args()
    warnings.simplefilter("error")
    # the weights-only reader remarks on pickles that it then refuses
    warnings.filterwarnings("ignore", category=UserWarning, module="torch")
    if options.target and not options.plain and importlib.util.find_spec("atheris"):
        run_atheris(options.target, options.runs, options.seed)
    for name in [options.target] if options.target else NAMES:
        print(run_plain(name, options.runs, options.seed), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
