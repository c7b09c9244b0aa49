"""Runs every benchmark here, or those named: ``python -m tests.benchmarks [drawing gui_timer ...]``.

Each runs in a process of its own, one after the other, so that none sees another's threads or caches.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# Takes many minutes and real seismic: run it by name.
BY_NAME_ONLY = {"parihaka_job"}


def main(names: list[str]) -> int:
    known = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    unknown = set(names) - set(known)
    if unknown:
        print(
            f"error: no benchmark {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr
        )
        return 2
    chosen = names or [name for name in known if name not in BY_NAME_ONLY]
    failures = 0
    for name in chosen:
        print(f"== {name}", flush=True)
        failures += (
            subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False).returncode != 0
        )
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
