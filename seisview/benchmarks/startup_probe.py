"""Starts the window, says when it was painted and when all worked, what was loaded by then, and ends.

``python -m seisview.benchmarks.startup_probe [MODULE ...]`` imports the named modules first, as a program
would that loads everything when it starts. Imports nothing itself before the clock runs.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time


def main(eager: list[str]) -> None:
    """Print one JSON object."""
    began = time.perf_counter()
    for name in eager:
        importlib.import_module(name)
    import seisview.gui.app as program

    report: dict[str, object] = {"after_import": sorted(sys.modules)}
    qt = program.create_app()
    from seisview.gui.start.beginning import Beginning

    beginning = Beginning()

    def painted() -> None:
        report["painted_s"] = time.perf_counter() - began
        report["painted_processor_s"] = time.process_time()
        report["modules"] = sorted(sys.modules)

    def completed() -> None:
        report["ready_s"] = time.perf_counter() - began
        report["ready_processor_s"] = time.process_time()
        report["modules_ready"] = sorted(sys.modules)
        qt.quit()

    beginning.painted.connect(painted)
    beginning.completed.connect(completed)
    beginning.show()
    qt.exec()
    beginning.end()
    report["wait_policy"] = os.environ.get("OMP_WAIT_POLICY", "")
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1:])
