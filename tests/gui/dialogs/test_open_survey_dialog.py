"""The open dialog on real files: what it detects, how it answers other bytes, and its picture."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSpinBox, QTreeWidget
from pytestqt.qtbot import QtBot

from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.segy.write import create_segy
from seisview.data.volume import HeaderBytes, SourceInfo
from seisview.errors import VolumeError
from seisview.gui.dialogs.open_survey import OpenSurveyDialog
from seisview.gui.dialogs.preview_picture import PreviewPicture, grey_values
from seisview.gui.dialogs.survey_preview import SurveyChoice, facts, preview_survey

GEOMETRY = SurveyGeometry(LineNumbers.regular(100, 2, 6), LineNumbers.regular(40, 1, 9), 32, 1000.0, 4.0)


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    path = tmp_path / "small.sgy"
    rng = np.random.default_rng(0)
    sections = (rng.standard_normal((32, 9)).astype(np.float32) for _ in range(6))
    create_segy(path, sections, GEOMETRY, ["C 1 A SMALL SURVEY"])
    return path


@pytest.fixture
def line_without_numbers(survey: Path) -> Path:
    """The same file with every line number and coordinate wiped from the trace headers."""
    content = bytearray(survey.read_bytes())
    width = 240 + 4 * GEOMETRY.n_samples
    for start in range(3600, len(content), width):
        for byte in (5, 9, 17, 21, 73, 77, 181, 185, 189, 193):
            struct.pack_into(">i", content, start + byte - 1, 0)
    path = survey.with_name("line.sgy")
    path.write_bytes(content)
    return path


def shown(qtbot: QtBot, dialog: OpenSurveyDialog) -> OpenSurveyDialog:
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=5000)
    return dialog


@pytest.fixture
def dialog(qtbot: QtBot, survey: Path) -> OpenSurveyDialog:
    dialog = OpenSurveyDialog(SurveyChoice(survey))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog, before_close_func=lambda d: d.done(0))
    dialog.show()
    return shown(qtbot, dialog)


def fact(dialog: OpenSurveyDialog, name: str) -> str:
    return dialog.findChild(QLabel, f"fact_{name}").text()


def test_what_was_detected_is_listed_with_units(dialog: OpenSurveyDialog) -> None:
    assert fact(dialog, "inlines") == "100 to 110, step 2 (6)"
    assert fact(dialog, "crosslines") == "40 to 48, step 1 (9)"
    assert fact(dialog, "samples") == "32, every 4 ms"
    assert fact(dialog, "time") == "1000 to 1124 ms"
    assert fact(dialog, "sample_format") == "4-byte IEEE float"
    assert fact(dialog, "line_bytes") == "inline byte 189, crossline byte 193"
    assert fact(dialog, "traces_in_file") == "54, none missing"


def test_the_text_header_is_readable(dialog: OpenSurveyDialog) -> None:
    assert "A SMALL SURVEY" in dialog.findChild(QPlainTextEdit, "survey_text_header").toPlainText()


def test_the_picture_is_the_middle_inline(dialog: OpenSurveyDialog) -> None:
    picture = dialog.findChild(PreviewPicture)
    assert picture.section is not None
    assert picture.section.title.startswith("inline 106")
    assert picture.section.grey.shape == (32, 9)
    assert picture.section.along == ("crossline", "40", "48")
    colors = {
        picture.grab().toImage().pixel(x, picture.height() // 2) for x in range(70, picture.width() - 20)
    }
    assert len(colors) > 4  # drawn, not a flat field


def test_open_sends_the_path_and_leaves_detection_to_itself(
    qtbot: QtBot, dialog: OpenSurveyDialog, survey: Path
) -> None:
    with qtbot.waitSignal(dialog.survey_chosen) as chosen:
        qtbot.mouseClick(dialog.findChild(QPushButton, "survey_open"), Qt.MouseButton.LeftButton)
    assert chosen.args == [SurveyChoice(survey, HeaderBytes())]


def test_other_bytes_are_looked_at_and_sent(qtbot: QtBot, dialog: OpenSurveyDialog, survey: Path) -> None:
    for field, byte in (("inline", "189"), ("crossline", "21")):
        box = dialog.findChild(QSpinBox, f"byte_{field}")
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, byte)
    assert not dialog.findChild(QPushButton, "survey_open").isEnabled()  # before the new picture is there
    shown(qtbot, dialog)
    assert dialog.preview is not None
    assert dialog.preview.problem is None
    with qtbot.waitSignal(dialog.survey_chosen) as chosen:
        dialog.accept()
    assert chosen.args == [SurveyChoice(survey, HeaderBytes(189, 21))]


def test_candidates_are_listed_and_taken_by_a_click(qtbot: QtBot, dialog: OpenSurveyDialog) -> None:
    table = dialog.findChild(QTreeWidget, "byte_candidates")
    rows = {
        table.topLevelItem(row).text(0): table.topLevelItem(row) for row in range(table.topLevelItemCount())
    }
    assert table.topLevelItem(0).text(0) == "189 / 193"
    assert [rows["189 / 193"].text(column) for column in (1, 2)] == ["6 x 9", "100%"]
    place = table.visualItemRect(rows["9 / 21"]).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert dialog.findChild(QSpinBox, "byte_inline").value() == 9
    shown(qtbot, dialog)
    assert dialog.preview is not None
    assert dialog.preview.choice.header_bytes == HeaderBytes(9, 21)


def test_bytes_that_do_not_work_fall_back_to_detection_with_the_reason(
    qtbot: QtBot, dialog: OpenSurveyDialog, survey: Path
) -> None:
    dialog.set_choice(SurveyChoice(survey, HeaderBytes(inline=31, crossline=35)))
    shown(qtbot, dialog)
    assert "31" in dialog.findChild(QLabel, "survey_warnings").text()
    assert "as detected instead" in dialog.findChild(QLabel, "survey_warnings").text()
    assert fact(dialog, "inlines") == "100 to 110, step 2 (6)"
    with qtbot.waitSignal(dialog.survey_chosen) as chosen:
        dialog.accept()
    assert chosen.args == [SurveyChoice(survey)]


def test_a_file_without_line_numbers_opens_as_a_2d_line(
    qtbot: QtBot, dialog: OpenSurveyDialog, line_without_numbers: Path
) -> None:
    dialog.set_choice(SurveyChoice(line_without_numbers))
    shown(qtbot, dialog)
    assert fact(dialog, "inlines") == "one 2-D line"
    assert dialog.findChild(QPushButton, "survey_open").text() == "Open as a 2-D line"
    picture = dialog.findChild(PreviewPicture).section
    assert picture is not None
    assert picture.grey.shape == (32, 54)


def test_what_is_no_survey_says_so_and_cannot_be_opened(
    qtbot: QtBot, dialog: OpenSurveyDialog, tmp_path: Path
) -> None:
    path = tmp_path / "notes.sgy"
    path.write_bytes(b"these are notes")
    edit = dialog.findChild(QLineEdit, "survey_path")
    edit.selectAll()
    qtbot.keyClicks(edit, str(path))
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    picture = dialog.findChild(PreviewPicture)
    qtbot.waitUntil(lambda: "notes.sgy" in picture.message, timeout=5000)
    assert picture.section is None
    assert not dialog.findChild(QPushButton, "survey_open").isEnabled()
    with qtbot.assertNotEmitted(dialog.survey_chosen):
        dialog.accept()


def test_an_array_has_no_header_bytes_to_choose(
    qtbot: QtBot, dialog: OpenSurveyDialog, tmp_path: Path
) -> None:
    path = tmp_path / "cube.npy"
    np.save(path, np.random.default_rng(0).standard_normal((4, 5, 16)).astype(np.float32))
    dialog.set_choice(SurveyChoice(path))
    shown(qtbot, dialog)
    assert fact(dialog, "format") == "numpy array"
    assert not dialog.findChild(QSpinBox, "byte_inline").isVisible()


def test_the_reading_thread_ends_with_the_dialog(dialog: OpenSurveyDialog) -> None:
    thread = dialog._worker._thread
    assert thread.is_alive()
    dialog.reject()
    assert not thread.is_alive()


def test_a_look_leaves_the_file_alone(survey: Path) -> None:
    before = survey.read_bytes()
    preview = preview_survey(SurveyChoice(survey))
    assert dict(facts(preview.geometry, preview.info))["sorting"] == "inline"
    assert survey.read_bytes() == before


def test_a_missing_file_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(VolumeError) as caught:
        preview_survey(SurveyChoice(tmp_path / "gone.sgy"))
    assert caught.value.hint


def test_grey_values_are_symmetric_and_robust() -> None:
    section = np.tile(np.array([0.0, 1.0, -1.0, 0.5], np.float32), (30, 30))
    section[0, :2] = np.nan, 1e9
    grey = grey_values(section)
    assert grey[0, 0] == 128  # not a number: as quiet as zero
    assert grey[1, :4].tolist() == [128, 255, 1, 192]  # one spike does not darken the rest; positive is light
    assert section[0, 1] == np.float32(1e9)
    assert grey_values(np.zeros((4, 5000), np.float32)).shape == (4, 1667)


def test_lines_that_leave_some_out_are_not_said_to_have_no_gaps() -> None:
    lines = LineNumbers((100, 101, 102, 140, 141))
    geometry = SurveyGeometry(lines, LineNumbers.regular(1, 1, 4), 8, 0.0, 4.0)
    said = dict(facts(geometry, SourceInfo(Path("a.npy"), "npy", "float32", n_traces=20)))
    assert "irregular" in said["inlines"]
    assert said["traces in file"] == "20, none missing"
