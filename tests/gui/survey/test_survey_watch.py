"""A survey whose file goes away is noticed while it is open, not when it is too late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from seisview.data.opening import open_volume
from seisview.gui.survey.survey_watch import SurveyWatch


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[SimpleNamespace]:
    np.save(tmp_path / "s.npy", np.zeros((4, 5, 6), np.float32))
    opened = open_volume(tmp_path / "s.npy")
    yield SimpleNamespace(info=replace(opened.info, warnings=()))
    opened.close()


@pytest.fixture
def scene(qtbot: QtBot) -> Iterator[SimpleNamespace]:
    notes: list[str] = []
    warnings: list[tuple[str, ...]] = []
    watch = SurveyWatch(notes.append, interval_ms=20)
    watch.warnings_changed.connect(warnings.append)
    yield SimpleNamespace(watch=watch, notes=notes, warnings=warnings)
    assert watch.shutdown()


def test_a_deleted_file_is_told_once_and_taken_back_when_it_returns(
    qtbot: QtBot, scene: SimpleNamespace, volume: SimpleNamespace
) -> None:
    path = volume.info.path
    scene.watch.set_session(SimpleNamespace(volume=volume))
    assert scene.warnings == [()]
    aside = path.rename(path.with_name("elsewhere.npy"))
    qtbot.waitUntil(lambda: len(scene.warnings) == 2)
    [told] = scene.warnings[1]
    assert told.startswith(f"s.npy is not in {path.parent} any more")
    assert "bring the file back before you close" in told
    assert scene.notes == [told]
    aside.rename(path)
    qtbot.waitUntil(lambda: len(scene.warnings) == 3)
    assert scene.warnings[2] == ()
    assert len(scene.notes) == 1


def test_what_was_found_on_opening_stays(
    qtbot: QtBot, scene: SimpleNamespace, volume: SimpleNamespace
) -> None:
    info = replace(volume.info, warnings=("It is cut off.",))
    scene.watch.set_session(SimpleNamespace(volume=SimpleNamespace(info=info)))
    info.path.unlink()
    qtbot.waitUntil(lambda: len(scene.warnings) == 2)
    assert scene.warnings[0] == ("It is cut off.",)
    assert scene.warnings[1][1:] == ("It is cut off.",)
    scene.watch.set_session(None)
    assert scene.warnings[-1] == ()
