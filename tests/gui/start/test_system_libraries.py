"""A machine without Qt's system libraries gets the names of the packages, not a traceback."""

from __future__ import annotations

import pytest

from seisview.errors import SeisviewError
from seisview.gui.start import system_libraries
from seisview.gui.start.system_libraries import check_display, explain_import_error, missing_libraries

linux_only = pytest.mark.skipif("sys.platform != 'linux'", reason="system packages are a Linux matter")


def test_missing_library_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(system_libraries, "missing_libraries", list)
    error = explain_import_error(
        ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    )
    assert "libEGL.so.1" in error.message
    assert error.hint == "On Debian or Ubuntu: sudo apt-get install libegl1"


def test_unknown_library_is_named_too(monkeypatch):
    monkeypatch.setattr(system_libraries, "missing_libraries", list)
    error = explain_import_error(ImportError("libweird-2.so.7: cannot open shared object file"))
    assert error.hint == "Also install the package with libweird-2.so.7"


def test_import_error_without_a_library_says_reinstall():
    error = explain_import_error(ImportError("No module named 'PySide6'"))
    assert "pip install" in error.hint


def loader_without(*missing: str):
    def load(name: str) -> object:
        if name in missing:
            raise OSError(f"{name}: cannot open shared object file")
        return object()

    return load


@linux_only
def test_all_missing_libraries_are_told_at_once(monkeypatch):
    for variable in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(SeisviewError) as raised:
        check_display(loader_without("libxcb-cursor.so.0", "libxkbcommon-x11.so.0"))
    assert "libxcb-cursor0 libxkbcommon-x11-0" in raised.value.hint
    check_display(loader_without())


@linux_only
def test_no_display_is_told_before_qt_aborts(monkeypatch):
    for variable in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(SeisviewError, match="no display"):
        check_display()


@linux_only
def test_the_real_loader_is_asked_by_default():
    assert "libX11.so.6" not in missing_libraries()
    assert missing_libraries(loader_without("libEGL.so.1")) == ["libEGL.so.1"]
