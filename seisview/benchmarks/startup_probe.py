"""Starts the window, says when it was painted and what was loaded by then, and ends.

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
    from PySide6.QtCore import QEvent, QObject, QTimer

    from seisview.gui.application import build

    class Painted(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.Paint and "painted_s" not in report:
                report["painted_s"] = time.perf_counter() - began
                report["processor_s"] = time.process_time()
                report["modules"] = sorted(sys.modules)
                QTimer.singleShot(0, qt.quit)
            return False

    application = build()
    watcher = Painted()
    application.window.welcome.installEventFilter(watcher)
    application.show()
    qt.exec()
    application.shutdown()
    report["wait_policy"] = os.environ.get("OMP_WAIT_POLICY", "")
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1:])
