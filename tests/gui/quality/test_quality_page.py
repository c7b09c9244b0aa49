"""The quality page: figures as they are, cells to click, and nothing to click where nothing is."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.quality.confusion_table import ConfusionTable
from seisview.gui.quality.quality_page import QualityPage
from seisview.gui.quality.quality_texts import quality_scores
from seisview.labels.facies import FaciesScheme
from seisview.workflows.facies.quality import assess

KEY = SectionKey(Axis.INLINE, 4)
SCHEME = FaciesScheme.named(["Mudstone", "Canyon", "Salt"])


def report():
    truth = np.ones((40, 50), np.uint8)
    truth[20:] = 2
    predicted = truth.copy()
    predicted[20:30, :10] = 3
    predicted[:4, 10:20] = 0
    return assess(((KEY, truth),), lambda _key: predicted, SCHEME.classes)


@pytest.fixture
def page(qtbot):
    made = QualityPage()
    qtbot.addWidget(made)
    made.resize(1000, 200)
    made.show()
    made.set_scores(quality_scores(report(), "tuned-3", "holdout", datetime.now().astimezone()))
    return made


def table(page) -> ConfusionTable:
    return page.findChild(ConfusionTable)


def text(page, name) -> str:
    return page.findChild(QLabel, name).text()


def test_scores_are_those_of_the_report(page):
    assert text(page, "quality_heading") == "tuned-3 on 1 held-out section"
    assert text(page, "quality_PA") == f"accuracy {report().matrix.pixel_accuracy:.2f}"
    assert text(page, "quality_mIoU") == f"mean IoU {report().matrix.mean_iou:.2f}"
    assert text(page, "quality_details").startswith("2,000 labelled samples, checked ")
    headings = [table(page).horizontalHeaderItem(c).text() for c in range(table(page).columnCount())]
    assert headings == [
        "Mudstone",
        "Canyon",
        "Salt",
        "not predicted",
        "IoU",
        "precision",
        "recall",
        "F1",
        "samples",
    ]
    canyon = [table(page).item(1, c).text() for c in range(table(page).columnCount())]
    assert canyon == ["", "90 %", "10 %", "", "0.90", "1.00", "0.90", "0.95", "1,000"]


def test_right_and_wrong_are_told_apart_and_shares_by_strength(page):
    shown = table(page)
    right, wrong = (shown.item(1, c).background().color() for c in (1, 2))
    assert right.blue() > right.red()
    assert wrong.red() > wrong.blue()
    base = shown.palette().base().color()
    distance = lambda c: abs(c.red() - base.red()) + abs(c.blue() - base.blue())  # noqa: E731
    assert distance(right) > distance(wrong)


def test_a_cell_with_samples_can_be_clicked_and_entered(qtbot, page):
    shown = table(page)
    with qtbot.waitSignal(page.cell_chosen) as chosen:
        qtbot.mouseClick(
            shown.viewport(), Qt.MouseButton.LeftButton, pos=shown.visualItemRect(shown.item(1, 2)).center()
        )
    assert chosen.args == [2, 3]
    with qtbot.assertNotEmitted(page.cell_chosen):
        qtbot.mouseClick(
            shown.viewport(), Qt.MouseButton.LeftButton, pos=shown.visualItemRect(shown.item(0, 1)).center()
        )
    shown.setCurrentCell(0, 3)
    with qtbot.waitSignal(page.cell_chosen) as chosen:
        qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert chosen.args == [1, 0]


def test_source_check_and_notice(qtbot, page):
    page.set_ready(False, "Hold a section out first.")
    check = page.findChild(QPushButton, "quality_check")
    assert not check.isEnabled()
    assert check.toolTip() == "Hold a section out first."
    page.set_ready(True)
    with qtbot.waitSignal(page.check_requested):
        qtbot.mouseClick(check, Qt.MouseButton.LeftButton)
    source = page.findChild(QComboBox, "quality_source")
    with qtbot.waitSignal(page.source_chosen) as chosen:
        qtbot.keyClick(source, Qt.Key.Key_Down)
    assert chosen.args == ["validation"]
    page.set_notice("Out of date.")
    assert text(page, "quality_notice") == "Out of date."


def test_colours_follow_the_theme(qtbot, page):
    before = table(page).item(1, 2).background().color()
    palette = table(page).palette()
    palette.setColor(palette.ColorRole.Base, QColor("#101010"))
    table(page).setPalette(palette)
    qtbot.waitUntil(lambda: table(page).item(1, 2).background().color() != before)
    assert table(page).item(1, 2).text() == "10 %"


def test_classes_that_begin_alike_are_told_apart_in_the_matrix(page):
    names = ["Slope Mudstone, upper A", "Slope Mudstone, upper B", "Submarine Canyon"]
    scheme = FaciesScheme.named(names)
    truth = np.repeat(np.array([[1], [2], [3]], np.uint8), 4, axis=1)
    made = assess(((KEY, truth),), lambda _key: truth, scheme.classes)
    page.set_scores(quality_scores(made, "tuned-3", "holdout", datetime.now().astimezone()))
    rows = [table(page).verticalHeaderItem(row) for row in range(3)]
    shown = [row.text() for row in rows]
    assert shown == ["Slope Muds…, upper A", "Slope Muds…, upper B", "Submarine Canyon"]
    assert [row.toolTip() for row in rows] == [f"Labelled {name}" for name in names]
    columns = [table(page).horizontalHeaderItem(column) for column in range(4)]
    assert [column.toolTip() for column in columns[:3]] == [f"Predicted as {name}" for name in names]
    assert columns[3].text() == "IoU"
    assert table(page).horizontalScrollBar().maximum() == 0  # all scores are in sight


def test_scores_are_words_and_their_short_names_are_on_hover(page):
    for name, short in (("PA", "PA"), ("MCA", "MCA"), ("mIoU", "mIoU"), ("FWIU", "FWIU")):
        label = page.findChild(QLabel, f"quality_{name}")
        assert not label.text().startswith(short)
        assert f"({short})" in label.toolTip()
