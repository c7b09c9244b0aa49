"""Says which system packages to install when Qt cannot be loaded or cannot open a window.

Imports nothing of Qt: it is what remains when Qt does not load.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Callable

from seisview.errors import SeisviewError

# Library (as the loader names it) -> Debian and Ubuntu package.
DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_LIBRARY_NAME = re.compile(r"lib[\w.+-]*?\.so(?:\.\d+)*")


def explain_import_error(error: ImportError) -> SeisviewError:
    """Turn the failure to import Qt into a message with the package to install.

    Parameters
    ----------
    error : ImportError
        As raised by ``import PySide6.QtWidgets``, e.g. ``libEGL.so.1: cannot open shared object file``.
    """
    found = _LIBRARY_NAME.search(str(error))
    if found is None:
        return SeisviewError(
            f"The window toolkit Qt could not be loaded ({error}).",
            "Install seisview again: pip install --force-reinstall PySide6-Essentials",
        )
    # One missing library is seldom alone, and the loader names only the first.
    missing = sorted({found.group(), *missing_libraries()})
    return _packages_message("Qt could not be loaded", missing)


def missing_libraries(load: Callable[[str], object] = ctypes.CDLL) -> list[str]:
    """Those libraries of `DEBIAN_PACKAGES` that the loader does not find; empty except on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    return [name for name in DEBIAN_PACKAGES if not _loads(name, load)]


def _loads(name: str, load: Callable[[str], object]) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True


def check_display(load: Callable[[str], object] = ctypes.CDLL) -> None:
    """Check what Qt would otherwise abort the whole program for: no display, or no X11 libraries.

    Raises
    ------
    SeisviewError
        Naming what is missing and what to do.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    if not os.environ.get("DISPLAY"):
        raise SeisviewError(
            "There is no display to open a window on.",
            "Run seisview on a desktop, connect with ssh -X, or use its commands: seisview --help",
        )
    missing = missing_libraries(load)
    if missing:
        raise _packages_message("Qt cannot open a window", missing)


def _packages_message(what: str, missing: list[str]) -> SeisviewError:
    packages = sorted({DEBIAN_PACKAGES.get(name, "") for name in missing} - {""})
    unknown = [name for name in missing if name not in DEBIAN_PACKAGES]
    hint = f"On Debian or Ubuntu: sudo apt-get install {' '.join(packages)}" if packages else ""
    if unknown:
        hint = f"{hint}. Also install the package with {', '.join(unknown)}".removeprefix(". ")
    return SeisviewError(f"{what}: the system lacks {', '.join(missing)}.", hint)
