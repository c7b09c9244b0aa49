"""Surfaces of a class from the window: the form, what it writes, and what is refused."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.dialogs.surface_dialog import SurfaceDialog
from seisview.gui.exporting.surfaces_controller import SurfacesController
from seisview.labels.boxes import Box
from tests.gui.exporting.test_export_controller import GEOMETRY, KEY, Bench, bench

__all__ = ["bench"]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def control(bench: Bench) -> SurfacesController:
    made = SurfacesController(bench.jobs, bench.window, bench.state, bench.errors.append, bench.notes.append)
    made.set_session(bench.session)
    return made


@pytest.fixture
def dialog(qtbot: QtBot, bench: Bench, control: SurfacesController) -> SurfaceDialog:
    bench.predict()
    made = control.show()
    assert made is not None
    qtbot.waitExposed(made)
    return made


def choose(qtbot: QtBot, dialog: SurfaceDialog, name: str, text: str) -> None:
    combo = dialog.findChild(QComboBox, name)
    combo.setFocus()
    index = next(i for i in range(combo.count()) if text in combo.itemText(i))
    while combo.currentIndex() != index:
        qtbot.keyClick(combo, Qt.Key.Key_Down if combo.currentIndex() < index else Qt.Key.Key_Up)


def type_path(qtbot: QtBot, dialog: SurfaceDialog, path: Path) -> None:
    field = dialog.findChild(QLineEdit, "surface_path")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, str(path))


def export(qtbot: QtBot, bench: Bench, dialog: SurfaceDialog) -> None:
    with qtbot.waitSignal(bench.jobs.finished, timeout=20_000):
        qtbot.mouseClick(dialog.findChild(QPushButton, "surface_start"), LEFT)


def text(dialog: SurfaceDialog, name: str) -> str:
    return dialog.findChild(QLabel, name).text()


def test_the_top_of_a_class_as_points(
    qtbot: QtBot, bench: Bench, control: SurfacesController, dialog: SurfaceDialog, tmp_path: Path
) -> None:
    measured = []
    control.measured.connect(measured.append)
    choose(qtbot, dialog, "surface_class", "Chaos")
    assert "top of Chaos on every trace, in ms" in text(dialog, "surface_sentence")
    export(qtbot, bench, dialog)
    assert bench.errors == []
    out = tmp_path / "survey-chaos-top.csv"
    assert str(out) in bench.notes[-1]
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    facies = bench.facies()
    expected = [4.0 * np.argmax(trace == 2) for trace in facies.reshape(-1, 24) if (trace == 2).any()]
    assert [float(row["time_ms"]) for row in rows] == expected
    assert [surface.name for surface in measured] == ["top of Chaos"]


def test_thickness_of_painted_labels_as_a_grid(
    qtbot: QtBot, bench: Bench, control: SurfacesController, tmp_path: Path
) -> None:
    bench.predict()
    bench.session.labels.apply(KEY, Box(3, 5, 1, 4), np.ones((2, 3), np.bool_), 2)
    bench.session.labels.apply(KEY, Box(10, 15, 1, 2), np.ones((5, 1), np.bool_), 2)
    bench.state.set_active_class(2)
    dialog = control.show()
    choose(qtbot, dialog, "surface_source", "painted labels")
    choose(qtbot, dialog, "surface_kind", "Thickness")
    qtbot.mouseClick(dialog.findChild(QCheckBox, "surface_thickest"), LEFT, pos=QPoint(8, 8))
    type_path(qtbot, dialog, tmp_path / "thick.npy")
    assert dialog.findChild(QComboBox, "surface_format").currentData() == ".npy"
    export(qtbot, bench, dialog)
    assert bench.errors == []
    expected = np.full(GEOMETRY.shape[:2], np.nan)
    expected[2, 1:4] = [20, 8, 8]
    np.testing.assert_array_equal(np.load(tmp_path / "thick.npy"), expected)


def test_what_cannot_be_written_is_said_before(
    qtbot: QtBot, bench: Bench, dialog: SurfaceDialog, tmp_path: Path
) -> None:
    start = dialog.findChild(QPushButton, "surface_start")
    type_path(qtbot, dialog, tmp_path / "nowhere" / "a.csv")
    assert not start.isEnabled()
    assert "does not exist" in text(dialog, "surface_warning")
    type_path(qtbot, dialog, tmp_path / "a.doc")
    assert not start.isEnabled()
    assert ".csv" in text(dialog, "surface_warning")
    type_path(qtbot, dialog, tmp_path / "a.xyz")
    assert "no coordinates" in text(dialog, "surface_warning")
    (tmp_path / "b.csv").write_text("mine")
    type_path(qtbot, dialog, tmp_path / "b.csv")
    assert start.isEnabled()
    assert "will be replaced" in text(dialog, "surface_warning")


def test_the_project_is_never_written_into(
    qtbot: QtBot, bench: Bench, dialog: SurfaceDialog, tmp_path: Path
) -> None:
    inside = bench.session.project.folder / "a.csv"
    type_path(qtbot, dialog, inside)
    export(qtbot, bench, dialog)
    assert len(bench.errors) == 1
    assert not inside.exists()
    assert bench.notes == []


def test_an_absent_class_is_said(qtbot: QtBot, bench: Bench, control: SurfacesController) -> None:
    bench.session.labels.apply(SectionKey(Axis.INLINE, 0), Box(0, 1, 0, 1), np.ones((1, 1), np.bool_), 1)
    bench.state.set_active_class(2)
    dialog = control.show()
    export(qtbot, bench, dialog)
    assert "no Chaos in the labels" in bench.errors[0].message


def test_without_facies_and_labels_there_is_no_form(control: SurfacesController) -> None:
    assert control.show() is None
    control.set_session(None)
    assert control.show() is None
