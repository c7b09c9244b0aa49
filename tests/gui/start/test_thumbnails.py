"""Thumbnails are a convenience: a disk that takes none neither complains nor costs the one before."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from seisview.gui.start.thumbnails import THUMBNAIL_SIZE, save_thumbnail, thumbnail


def picture(color: Qt.GlobalColor) -> QPixmap:
    made = QPixmap(400, 300)
    made.fill(color)
    return made


def shown(path: Path) -> QColor:
    found = thumbnail(path)
    assert found is not None
    return found.toImage().pixelColor(5, 5)


def test_a_thumbnail_comes_back_sharp(qtbot: QtBot, tmp_path: Path) -> None:
    save_thumbnail(tmp_path / "s.sgy", picture(Qt.GlobalColor.red))
    found = thumbnail(tmp_path / "s.sgy")
    assert found is not None
    assert found.deviceIndependentSize().toSize() == THUMBNAIL_SIZE
    assert found.devicePixelRatio() == 2
    assert thumbnail(tmp_path / "other.sgy") is None


def test_a_full_disk_is_quiet_and_keeps_the_one_before(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    survey = tmp_path / "s.sgy"
    save_thumbnail(survey, picture(Qt.GlobalColor.red))
    capfd.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr("seisview.atomic.os.fsync", full)
        save_thumbnail(survey, picture(Qt.GlobalColor.blue))
    assert capfd.readouterr().err == ""
    assert shown(survey) == QColor(Qt.GlobalColor.red)
