"""Starts the window. Imports nothing heavy, and nothing of Qt before its libraries were checked."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from seisview.errors import SeisviewError
from seisview.gui.start.system_libraries import check_display, explain_import_error

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from seisview.data.volume import HeaderBytes


def run(path: Path | None = None, header_bytes: HeaderBytes | None = None) -> int:
    """Open the window, on a survey or project if one is given, and return when it was closed.

    Parameters
    ----------
    path : Path, optional
        Survey or project to open.
    header_bytes : HeaderBytes, optional
        Of a SEG-Y survey, taken as they are; default: remembered or detected.

    Returns
    -------
    int
        Exit code, 0 unless Qt says otherwise.

    Raises
    ------
    SeisviewError
        If no window can be opened here: the hint names the packages that are missing.
    """
    qt = create_app()
    from seisview.gui.start.beginning import Beginning

    beginning = Beginning(() if path is None else (str(path),), header_bytes)
    signal.signal(signal.SIGINT, lambda *_: beginning.window.close())
    beginning.show()
    try:
        return qt.exec()
    finally:
        beginning.end()


def create_app() -> QApplication:
    """Return the QApplication, made now if there is none yet, with name and style.

    Raises
    ------
    SeisviewError
        If Qt cannot be loaded or cannot open a window.
    """
    # Read by OpenMP when torch loads it: idle threads must not spin while the window draws.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        raise explain_import_error(error) from error
    existing = QApplication.instance()
    if existing is None:
        check_display()
    from seisview.gui.style import apply_style, program_icon

    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("seisview")
    app.setApplicationDisplayName("seisview")
    app.setDesktopFileName("seisview")
    app.setWindowIcon(program_icon())
    apply_style(app)
    return app


__all__ = ["SeisviewError", "create_app", "run"]
