"""What goes wrong: a clear sentence each time, and the work stays."""

from __future__ import annotations

import errno
import json
import shutil
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog, QLabel, QLineEdit, QMessageBox

from seisview.atomic import write_error
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from tests.journeys.interpreter import CONTROL, Interpreter

LINE = [(20.0, 4.0), (20.0, 40.0)]


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("survey") / "synthetic.sgy"
    write_survey(synthesize(SyntheticConfig(n_inlines=8, n_crosslines=48, n_samples=64)), path)
    return path


def told(interpreter: Interpreter) -> str:
    """The error on screen, which is then closed; waits for it."""
    errors = interpreter.application.errors
    interpreter.wait_until(lambda: errors.current is not None)
    dialog = errors.current
    text = " ".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()
    interpreter.wait_until(lambda: errors.current is None)
    return text


def painted(interpreter: Interpreter) -> dict[int, int]:
    return interpreter.application.session.labels.counts()


def open_file(interpreter: Interpreter, path: Path) -> None:
    interpreter.application.open_path(path)


def test_files_that_are_no_surveys_are_refused_and_the_open_one_stays(
    interpreter: Interpreter, survey_path: Path, tmp_path: Path
) -> None:
    interpreter.open_survey(survey_path)
    interpreter.paint(Qt.Key.Key_1, LINE)
    before, session = painted(interpreter), interpreter.application.session
    content = survey_path.read_bytes()
    for name, wrong, sentence in (
        ("header only.sgy", content[:3000], "3000 bytes"),
        ("notes.sgy", b"shot point 1, shot point 2\n" * 400, "is a text file"),
        ("empty.sgy", b"", "0 bytes"),
        ("array.npy", b"\x93NUMPY and no more", "array.npy"),
    ):
        (tmp_path / name).write_bytes(wrong)
        open_file(interpreter, tmp_path / name)
        assert sentence in told(interpreter)
    open_file(interpreter, tmp_path / "moved.sgy")
    assert "There is no file" in told(interpreter)
    assert interpreter.application.session is session
    assert painted(interpreter) == before


def test_a_truncated_survey_opens_with_what_is_there(
    interpreter: Interpreter, survey_path: Path, tmp_path: Path
) -> None:
    content = survey_path.read_bytes()
    cut = tmp_path / "cut.sgy"
    cut.write_bytes(content[: 3600 + (240 + 4 * 64) * 48 * 5 + 100])
    interpreter.open_survey(cut)
    assert interpreter.application.session.geometry.shape == (5, 48, 64)
    assert "ends in the middle of a trace" in interpreter.text("status_note")


def test_a_line_and_a_single_sample_can_be_painted(interpreter: Interpreter, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name, shape in (("line.npy", (40, 30)), ("one.npy", (1, 1, 1))):
        np.save(tmp_path / name, rng.normal(size=shape).astype(np.float32))
        before = interpreter.application.session
        open_file(interpreter, tmp_path / name)
        interpreter.wait_until(lambda before=before: interpreter.application.session is not before)
        interpreter.wait_until(lambda: interpreter.section.key == interpreter.application.state.key)
        interpreter.paint(Qt.Key.Key_1, [(0, 0), (0, 0)])
        assert painted(interpreter)[1] > 0
        assert interpreter.application.errors.current is None


def test_a_survey_without_amplitudes_is_shown_as_a_gap(interpreter: Interpreter, tmp_path: Path) -> None:
    np.save(tmp_path / "nan.npy", np.full((4, 6, 8), np.nan, np.float32))
    open_file(interpreter, tmp_path / "nan.npy")
    interpreter.wait_until(lambda: interpreter.application.session is not None)
    interpreter.wait_until(lambda: interpreter.section.key is not None)
    assert interpreter.application.errors.current is None


def test_training_needs_two_classes_and_says_so_by_key_and_on_its_page(
    interpreter: Interpreter, survey_path: Path
) -> None:
    interpreter.open_survey(survey_path)
    assert "Nothing is labelled yet" in interpreter.text("train_reason")
    interpreter.qtbot.keyClick(interpreter.section.canvas, Qt.Key.Key_T, CONTROL)
    assert "two classes" in interpreter.text("status_note")
    interpreter.paint(Qt.Key.Key_1, LINE)
    interpreter.wait_until(lambda: "Only Facies 1 is labelled" in interpreter.text("train_reason"))
    interpreter.qtbot.keyClick(interpreter.section.canvas, Qt.Key.Key_T, CONTROL)
    assert interpreter.application.jobs.busy is None
    interpreter.paint(Qt.Key.Key_2, [(50, 4), (50, 40)])
    interpreter.wait_until(lambda: interpreter.text("train_reason") == "")


@pytest.mark.slow
def test_cancelling_at_any_stage_keeps_labels_and_refuses_a_second_job(
    interpreter: Interpreter, survey_path: Path
) -> None:
    interpreter.open_survey(survey_path)
    interpreter.paint(Qt.Key.Key_1, LINE)
    interpreter.paint(Qt.Key.Key_2, [(50, 4), (50, 40)])
    before = painted(interpreter)
    network = interpreter.find(QComboBox, "train_network")
    network.setCurrentIndex(network.findText("ResNet-10"))
    assert network.currentText() == "ResNet-10"
    jobs = interpreter.application.jobs
    for reached in ("Training", "step"):
        interpreter.qtbot.keyClick(interpreter.section.canvas, Qt.Key.Key_T, CONTROL)
        interpreter.wait_until(lambda reached=reached: reached in interpreter.text("job_name"), 60)
        open_file(interpreter, survey_path)
        assert "is running" in interpreter.text("status_note")
        assert not interpreter.window.actions_by_id["export_png"].isEnabled()
        interpreter.click("job_cancel")
        interpreter.wait_until(lambda: jobs.busy is None, 20)
        assert "Labels and facies are as before" in interpreter.text("train_status")
    assert painted(interpreter) == before
    assert interpreter.application.session.project.current_result is None
    assert interpreter.application.errors.current is None


def test_a_full_disk_leaves_nothing_half_written(
    interpreter: Interpreter, survey_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter.open_survey(survey_path)
    interpreter.paint(Qt.Key.Key_1, LINE)
    before = painted(interpreter)

    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("seisview.atomic.os.fsync", full)
    interpreter.choose_from_menu("export_labels_segy")
    dialog = interpreter.find(QDialog, "export_dialog")
    line = interpreter.find(QLineEdit, "export_path", dialog)
    line.selectAll()
    interpreter.qtbot.keyClicks(line, str(tmp_path / "labels.sgy"))
    interpreter.click("export_start", dialog)
    text = told(interpreter)
    assert "the disk is full" in text
    assert "Free some space" in text
    assert list(tmp_path.iterdir()) == []
    assert painted(interpreter) == before


def test_the_survey_itself_is_never_overwritten(interpreter: Interpreter, survey_path: Path) -> None:
    content = survey_path.read_bytes()
    interpreter.open_survey(survey_path)
    interpreter.paint(Qt.Key.Key_1, LINE)
    interpreter.choose_from_menu("export_labels_segy")
    dialog = interpreter.find(QDialog, "export_dialog")
    line = interpreter.find(QLineEdit, "export_path", dialog)
    line.selectAll()
    interpreter.qtbot.keyClicks(line, str(survey_path))
    interpreter.click("export_start", dialog)
    assert "never overwritten" in told(interpreter)
    assert survey_path.read_bytes() == content


def test_undo_follows_strokes_across_directions(interpreter: Interpreter, survey_path: Path) -> None:
    interpreter.open_survey(survey_path)
    interpreter.paint(Qt.Key.Key_1, LINE)
    first = interpreter.section.key
    interpreter.key(Qt.Key.Key_2, CONTROL)
    interpreter.wait_until(lambda: interpreter.section.key not in (None, first))
    interpreter.paint(Qt.Key.Key_2, [(40, 1), (40, 6)])
    second = interpreter.section.key
    interpreter.undo()
    assert painted(interpreter)[2] == 0
    assert interpreter.application.state.key == second
    interpreter.undo()
    interpreter.wait_until(lambda: interpreter.section.key == first)
    assert sum(painted(interpreter).values()) == 0


def test_labels_classes_and_section_come_back(qtbot, survey_path: Path) -> None:
    first = Interpreter(qtbot)
    first.open_survey(survey_path)
    first.paint(Qt.Key.Key_2, LINE)
    first.application.session.labels.rename_class(2, "Salt")
    first.key(Qt.Key.Key_D)
    first.wait_until(lambda: first.section.key == first.application.state.key)
    before, key = painted(first), first.application.state.key
    first.leave()
    again = Interpreter(qtbot)
    again.open_survey(survey_path)
    assert painted(again) == before
    assert again.application.session.labels.scheme.name_of(2) == "Salt"
    assert again.application.state.key == key
    again.leave()


def test_a_write_protected_project_is_shown_and_says_that_nothing_is_saved(
    interpreter: Interpreter, survey_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter.open_survey(survey_path)
    interpreter.paint(Qt.Key.Key_1, LINE)
    before, folder = painted(interpreter), interpreter.application.session.project.folder
    first = interpreter.application.session
    interpreter.application.surveys.close()

    def refused(_folder: Path) -> None:
        raise write_error(folder / "lock.json", OSError(errno.EROFS, "Read-only file system"))

    # Root may write everywhere: the refusal of the file system is put in where the lock is taken.
    monkeypatch.setattr("seisview.project.lock.ProjectLock.acquire", refused)
    open_file(interpreter, folder)
    interpreter.wait_until(lambda: interpreter.application.session not in (None, first))
    interpreter.wait_until(lambda: interpreter.section.key == interpreter.application.state.key)
    assert painted(interpreter) == before
    interpreter.wait_until(lambda: interpreter.text("status_saved") == "read only: nothing is saved")
    interpreter.paint(Qt.Key.Key_2, [(50, 4), (50, 40)])
    assert "write-protected" in interpreter.text("status_note")
    assert painted(interpreter) == before
    assert interpreter.application.errors.current is None


def test_a_project_that_another_window_works_on_says_nothing_of_a_recovery(
    interpreter: Interpreter, survey_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter.open_survey(survey_path)
    interpreter.paint(Qt.Key.Key_1, LINE)
    interpreter.wait_until(lambda: interpreter.text("status_saved").startswith("saved"))
    before, first = painted(interpreter), interpreter.application.session
    other = tmp_path / "other"
    shutil.copytree(first.project.folder, other)  # with edits that were not saved yet
    (other / "lock.json").unlink()

    def taken(_folder: Path) -> None:
        raise write_error(other / "lock.json", OSError(errno.EROFS, "Read-only file system"))

    monkeypatch.setattr("seisview.project.lock.ProjectLock.acquire", taken)
    open_file(interpreter, other)
    interpreter.wait_until(lambda: interpreter.application.session not in (None, first))
    assert interpreter.application.session.project.read_only
    assert painted(interpreter) == before
    interpreter.wait_until(lambda: "can only be looked at" in interpreter.text("status_note"))
    assert "Brought back" not in interpreter.text("status_note")


def project_with_labels(interpreter: Interpreter, survey_path: Path, folder: Path) -> None:
    """Paint, save the project twice so that there is a good copy, and close it."""
    interpreter.open_survey(survey_path)
    interpreter.paint(Qt.Key.Key_1, LINE)
    interpreter.application.prompts.project_to_save = lambda _proposed: folder
    interpreter.qtbot.keyClick(interpreter.window, Qt.Key.Key_S, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    interpreter.wait_until(lambda: interpreter.application.session.project.folder == folder)
    interpreter.wait_until(lambda: interpreter.application.labels._shown is not None)
    interpreter.qtbot.keyClick(interpreter.window, Qt.Key.Key_S, CONTROL)


@pytest.mark.parametrize("answer", ["restore_open", "restore_leave"])
def test_a_damaged_project_offers_its_last_good_state(
    interpreter: Interpreter, survey_path: Path, tmp_path: Path, answer: str
) -> None:
    folder = tmp_path / "canyon.seisview"
    project_with_labels(interpreter, survey_path, folder)
    before = painted(interpreter)
    interpreter.application.surveys.close()
    damage = b'{"version": 1, "name": "cany'
    (folder / "project.json").write_bytes(damage)
    saved = json.loads((folder / "project.backup.json").read_bytes())["saved"]
    moment = datetime.fromisoformat(saved).astimezone()
    open_file(interpreter, folder)
    interpreter.wait_until(lambda: interpreter.window.findChild(QMessageBox, "restore_question") is not None)
    box = interpreter.find(QMessageBox, "restore_question")
    assert "cannot be read" in box.text()
    offer = interpreter.find(QAbstractButton, "restore_open", box)
    assert offer.text() == f"Open the last good state of {moment:%H:%M}"
    assert interpreter.application.session is None
    interpreter.click(answer, box)
    if answer == "restore_leave":
        interpreter.wait_until(lambda: not box.isVisible())
        assert (folder / "project.json").read_bytes() == damage
        assert interpreter.application.session is None
        return
    interpreter.wait_until(lambda: interpreter.application.session is not None)
    assert interpreter.application.session.project.folder == folder
    assert painted(interpreter) == before
    assert "last good state" in interpreter.text("status_note")
    kept = list(folder.glob("project.damaged-*.json"))
    assert [path.read_bytes() for path in kept] == [damage]


def test_after_a_crash_what_was_brought_back_is_told_once(
    interpreter: Interpreter, survey_path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "canyon.seisview"
    project_with_labels(interpreter, survey_path, folder)
    interpreter.paint(Qt.Key.Key_2, [(50, 4), (50, 40)])
    project = interpreter.application.session.project
    interpreter.wait_until(lambda: not project.n_unsaved_edits)
    before, crashed = painted(interpreter), tmp_path / "crashed.seisview"
    shutil.copytree(folder, crashed)  # the files as a crash leaves them
    (crashed / "lock.json").unlink()
    open_file(interpreter, crashed)
    interpreter.wait_until(lambda: interpreter.window.findChild(QMessageBox, "recovered") is not None)
    box = interpreter.find(QMessageBox, "recovered")
    assert "brought back" in box.informativeText()
    interpreter.click("recovered_close", box)
    assert painted(interpreter) == before
    interpreter.wait_until(lambda: interpreter.window.findChild(QMessageBox, "recovered") is None)
    again = tmp_path / "crashed again.seisview"
    shutil.copytree(crashed, again)
    (again / "lock.json").unlink()
    open_file(interpreter, again)
    interpreter.wait_until(lambda: interpreter.application.session.project.folder == again)
    assert painted(interpreter) == before
    assert interpreter.window.findChild(QMessageBox, "recovered") is None
