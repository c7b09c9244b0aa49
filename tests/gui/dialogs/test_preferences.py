"""The preferences dialog, by mouse and keys: limits, what is kept, and the clip of a new survey."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QPushButton, QTreeWidget

from seisview.data.amplitude import measure_amplitudes
from seisview.data.cached_files import size_text
from seisview.data.opening import open_volume
from seisview.gui.application import build
from seisview.preferences import Preferences
from seisview.workflows.bricks import build_bricks
from seisview.workflows.caches import list_caches
from seisview.workflows.facies.dips import survey_dips
from tests.gui.survey_fixtures import write_segy

LEFT = Qt.MouseButton.LeftButton


class Scene:
    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.app = build()
        self.app.bricks.least_bytes = 0
        self.app.show()
        qtbot.waitExposed(self.app.window)

    def open_dialog(self):
        self.qtbot.keyClick(self.app.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        self.dialog = self.app.preferences_shown._dialog
        self.qtbot.waitExposed(self.dialog)
        self.kept = self.dialog.findChild(QTreeWidget, "pref_kept")

    def open_survey(self, path):
        self.app.open_path(path)
        self.wait(lambda: self.app.session is not None and self.app.session.volume.info.path == path)
        self.wait(
            lambda: self.app.session.fast.bricks is not None and self.app.session.fast.bricks.is_complete
        )
        self.wait(lambda: not self.app.bricks.is_building)

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=15_000)

    def rows(self):
        items = [self.kept.topLevelItem(i) for i in range(self.kept.topLevelItemCount())]
        return sorted((item.text(0), item.text(1), item.text(3) == "open") for item in items)

    def enter(self, name, number):
        box = self.dialog.findChild(QDoubleSpinBox, name)
        box.setFocus()
        box.selectAll()
        self.qtbot.keyClicks(box, str(number))
        self.qtbot.keyClick(box, Qt.Key.Key_Return)


@pytest.fixture
def scene(qtbot):
    made = Scene(qtbot)
    yield made
    made.app.shutdown()
    made.app.window.deleteLater()


def _with_copy(folder, name, seed):
    path = write_segy(folder, name, seed=seed)
    volume = open_volume(path)
    build_bricks(volume, measure_amplitudes(volume))
    volume.close()
    return path


def test_what_is_kept_is_shown_by_survey_and_deleted_but_not_what_is_open(scene, tmp_path):
    _with_copy(tmp_path, "old.sgy", 5)
    scene.open_survey(write_segy(tmp_path, "new.sgy", seed=6))
    scene.open_dialog()
    scene.wait(lambda: scene.rows() == [("new", "fast copy", True), ("old", "fast copy", False)])
    delete = scene.dialog.findChild(QPushButton, "pref_delete")
    assert not delete.isEnabled()
    scene.kept.setFocus()
    scene.qtbot.keyClick(scene.kept, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert [item.text(0) for item in scene.kept.selectedItems()] == ["old"]
    scene.qtbot.mouseClick(delete, LEFT)
    scene.wait(lambda: scene.rows() == [("new", "fast copy", True)])
    assert [item.survey for item in list_caches()] == ["new"]


def test_dips_of_other_surveys_are_shown_and_deleted(scene, tmp_path):
    for name, seed in (("old.sgy", 5), ("new.sgy", 6)):
        volume = open_volume(_with_copy(tmp_path, name, seed))
        survey_dips(volume)
        volume.close()
    scene.open_survey(tmp_path / "new.sgy")
    scene.open_dialog()
    mine = [("new", "dips", True), ("new", "fast copy", True)]
    scene.wait(lambda: scene.rows() == [*mine, ("old", "dips", False), ("old", "fast copy", False)])
    assert ", dips " in scene.dialog.findChild(QLabel, "pref_total").text()
    old = next(i for i in map(scene.kept.topLevelItem, range(4)) if (i.text(0), i.text(1)) == ("old", "dips"))
    place = scene.kept.visualItemRect(old).center()
    scene.qtbot.mouseClick(scene.kept.viewport(), LEFT, pos=place)
    scene.qtbot.mouseClick(scene.dialog.findChild(QPushButton, "pref_delete"), LEFT)
    scene.wait(lambda: scene.rows() == [*mine, ("old", "fast copy", False)])
    assert sorted(str(item.kind) for item in list_caches()) == ["dips", "fast copy", "fast copy"]


def test_smaller_limit_deletes_what_is_not_open_and_is_remembered(scene, tmp_path):
    for seed in (5, 6):
        _with_copy(tmp_path, f"old{seed}.sgy", seed)
    scene.open_survey(write_segy(tmp_path, "new.sgy", seed=7))
    scene.open_dialog()
    scene.wait(lambda: len(scene.rows()) == 3)
    scene.enter("pref_bricks", 0)
    scene.wait(lambda: scene.rows() == [("new", "fast copy", True)])
    assert scene.app.bricks.max_bytes == 0
    scene.app.shutdown()
    assert Preferences.load().max_bricks_gb == 0.0


def test_limit_holds_for_the_next_survey_that_is_opened(scene, tmp_path):
    _with_copy(tmp_path, "old.sgy", 5)
    scene.app.bricks.max_bytes = list_caches()[0].path.stat().st_size  # room for one
    scene.app.open_path(write_segy(tmp_path, "new.sgy", seed=6))
    scene.wait(lambda: scene.app.session is not None and scene.app.session.fast.bricks is not None)
    scene.wait(lambda: not scene.app.bricks.is_building)
    assert [item.survey for item in list_caches()] == ["new"]


def test_clip_of_a_new_survey_is_as_preferred_and_known_surveys_keep_theirs(scene, tmp_path):
    scene.app.open_path(write_segy(tmp_path, "a.sgy", seed=1))
    scene.wait(lambda: scene.app.session is not None)
    scene.app.view.choose_display(clip_percent=99.0)
    scene.open_dialog()
    scene.enter("pref_clip", 90)
    scene.app.open_path(write_segy(tmp_path, "b.sgy", seed=2))
    scene.wait(lambda: scene.app.session.name == "b")
    assert scene.app.state.display.clip_percent == 90.0
    scene.app.open_path(tmp_path / "a.sgy")
    scene.wait(lambda: scene.app.session.name == "a")
    assert scene.app.state.display.clip_percent == 99.0


def test_closing_the_dialog_leaves_no_thread_and_it_opens_again(scene):
    scene.open_dialog()
    scene.qtbot.keyClick(scene.dialog, Qt.Key.Key_Escape)
    assert scene.app.preferences_shown._worker is None
    scene.open_dialog()
    assert scene.dialog.isVisible()


def test_values_out_of_range_in_the_file_are_brought_to_the_nearest():
    stored = Preferences.model_validate({"max_bricks_gb": -3, "clip_percent": 12, "max_features_gb": "nan"})
    assert (stored.max_bricks_gb, stored.clip_percent, stored.max_features_gb) == (0.0, 80.0, 10_000.0)


@pytest.mark.parametrize(
    ("n_bytes", "text"), [(0, "0 MB"), (310_000_000, "310 MB"), (12_400_000_000, "12.4 GB")]
)
def test_size_text(n_bytes, text):
    assert size_text(n_bytes) == text
