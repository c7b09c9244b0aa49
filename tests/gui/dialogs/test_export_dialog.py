"""The export dialog: what it offers, what it says it will write, and what it asks for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.export.content import ContentKind
from seisview.gui.dialogs.export_dialog import ExportDialog
from seisview.gui.dialogs.export_request import ExportFormat, ExportOffer, ExportRequest

GEOMETRY = SurveyGeometry(LineNumbers.regular(100, 1, 6), LineNumbers.regular(40, 1, 9), 32, 0.0, 4.0)


@pytest.fixture
def offer(tmp_path: Path) -> ExportOffer:
    return ExportOffer(
        reasons={ContentKind.LABELS: "Nothing was painted yet."},
        sources={ContentKind.FACIES: "facies of tuned-3, 14:02"},
        geometry=GEOMETRY,
        survey="F3.sgy",
        survey_sample_format="4-byte IBM float",
        section_title="inline 103",
        drawn="amplitudes and facies",
        folder=tmp_path,
    )


@pytest.fixture
def dialog(qtbot: QtBot, offer: ExportOffer) -> ExportDialog:
    dialog = ExportDialog(offer)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def says(dialog: ExportDialog) -> str:
    return dialog.findChild(QLabel, "export_sentence").text()


def choose_format(dialog: ExportDialog, format_: ExportFormat) -> None:
    combo = dialog.findChild(QComboBox, "export_format")
    combo.setCurrentIndex(combo.findData(str(format_)))


def test_facies_as_segy_are_proposed_with_the_sample_format_stated(
    dialog: ExportDialog, tmp_path: Path
) -> None:
    assert dialog.request() == ExportRequest(
        ContentKind.FACIES, ExportFormat.SEGY, tmp_path / "F3-facies.sgy"
    )
    assert "facies of tuned-3, 14:02" in says(dialog)
    assert "6 inlines x 9 crosslines x 32 samples" in says(dialog)
    assert "all headers of F3.sgy" in says(dialog)
    assert "4-byte IBM float" in says(dialog)


def test_export_sends_the_request(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    combo = dialog.findChild(QComboBox, "export_sample_format")
    combo.setCurrentIndex(combo.findData(8))
    path = dialog.findChild(QLineEdit, "export_path")
    path.selectAll()
    qtbot.keyClicks(path, str(tmp_path / "mine.sgy"))
    with qtbot.waitSignal(dialog.export_requested) as asked:
        qtbot.mouseClick(dialog.findChild(QPushButton, "export_start"), Qt.MouseButton.LeftButton)
    assert asked.args == [ExportRequest(ContentKind.FACIES, ExportFormat.SEGY, tmp_path / "mine.sgy", 8)]


def test_what_is_not_there_says_why(dialog: ExportDialog) -> None:
    button = dialog.findChild(QRadioButton, "export_labels")
    assert not button.isEnabled()
    assert button.toolTip() == "Nothing was painted yet."


def test_another_format_changes_suffix_and_sentence(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    choose_format(dialog, ExportFormat.NPY)
    assert dialog.request().path == tmp_path / "F3-facies.npy"
    assert "uint8" in says(dialog)
    assert not dialog.findChild(QComboBox, "export_sample_format").isEnabled()
    choose_format(dialog, ExportFormat.PNG)
    assert dialog.request().path == tmp_path / "F3-inline-103.png"
    assert "inline 103 as drawn now: amplitudes and facies" in says(dialog)


def test_a_name_of_ones_own_survives_another_format(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    path = dialog.findChild(QLineEdit, "export_path")
    path.selectAll()
    qtbot.keyClicks(path, str(tmp_path / "mine.sgy"))
    choose_format(dialog, ExportFormat.ZARR)
    assert dialog.request().path == tmp_path / "mine.zarr"


def test_confidence_has_no_class_table(qtbot: QtBot, dialog: ExportDialog) -> None:
    dialog.findChild(QRadioButton, "export_confidence").click()
    combo = dialog.findChild(QComboBox, "export_format")
    assert combo.findData(str(ExportFormat.CSV)) == -1
    choose_format(dialog, ExportFormat.NPY)
    assert "confidence 0 to 1 as float32" in says(dialog)


@pytest.mark.parametrize("name", ["nowhere/out.sgy", ""])
def test_an_impossible_place_cannot_be_exported_to(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path, name: str
) -> None:
    path = dialog.findChild(QLineEdit, "export_path")
    path.selectAll()
    qtbot.keyClick(path, Qt.Key.Key_Delete)
    if name:
        qtbot.keyClicks(path, str(tmp_path / name))
    button = dialog.findChild(QPushButton, "export_start")
    assert not button.isEnabled()
    assert button.toolTip()
    with qtbot.assertNotEmitted(dialog.export_requested):
        dialog.accept()


def test_replacing_a_file_is_said_beforehand(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "old.sgy").write_text("x")
    path = dialog.findChild(QLineEdit, "export_path")
    path.selectAll()
    qtbot.keyClicks(path, str(tmp_path / "old.sgy"))
    assert dialog.findChild(QLabel, "export_warning").text() == "old.sgy exists and will be replaced."


def test_preset_what_and_as(qtbot: QtBot, offer: ExportOffer) -> None:
    dialog = ExportDialog(offer, ContentKind.CONFIDENCE, ExportFormat.PNG)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    assert (dialog.request().kind, dialog.request().format) == (ContentKind.CONFIDENCE, ExportFormat.PNG)


def test_a_section_without_facies_and_labels_can_still_be_drawn(qtbot: QtBot, offer: ExportOffer) -> None:
    nothing = replace(offer, reasons=dict.fromkeys(ContentKind, "There is none yet."))
    dialog = ExportDialog(nothing)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    assert not dialog.findChild(QPushButton, "export_start").isEnabled()
    choose_format(dialog, ExportFormat.PNG)
    assert dialog.findChild(QPushButton, "export_start").isEnabled()
