"""The Clusters page in windows of several sizes: everything is in sight, and nothing is cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QDoubleSpinBox,
    QLabel,
    QListWidget,
    QPushButton,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from seisview.gui.app import create_app
from seisview.gui.clusters.cluster_page import ClusterPage
from seisview.gui.main_window import MainWindow
from seisview.labels.facies import FaciesClass

ROW = "10.8  1290/4420/1272 ms"


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow()
    made.complete()
    qtbot.addWidget(made)
    made.set_survey_shown(True)
    with qtbot.waitExposed(made):
        made.show()
    return made


def clusters_page(window: MainWindow) -> ClusterPage:
    tabs = window.findChild(QTabWidget, "work_tabs")
    tabs.setCurrentIndex(next(n for n in range(tabs.count()) if tabs.tabText(n) == "Clusters"))
    page = window.findChild(ClusterPage)
    clusters = tuple(FaciesClass(n, f"Cluster {n}", "#112233") for n in range(1, 7))
    page.list.set_clusters(clusters, dict.fromkeys(range(1, 7), 1 / 6), frozenset())
    page.anomalies.set_anomalies([(ROW, "")] * 30, 0.02, 2.53)
    page.settings.set_tries([(3, "three"), (8, "eight")])
    page.settings.set_status("Stopped: the clusters are as before.")
    return page


def in_sight(part: QWidget, window: QWidget) -> bool:
    return bool(
        QRect(part.mapTo(window, QPoint()), part.size()).intersected(window.rect()).size() == part.size()
    )


@pytest.mark.parametrize("size", [(1280, 800), (1280, 740), (1366, 768), (1920, 1080)])
def test_the_whole_page_is_in_sight(qtbot: QtBot, window: MainWindow, size: tuple[int, int]) -> None:
    window.resize(*size)
    page = clusters_page(window)
    frame = page.parentWidget()
    qtbot.waitUntil(lambda: page.height() <= frame.height() and page.width() <= frame.width())
    for kind in (QAbstractButton, QDoubleSpinBox, QLabel):
        for part in page.findChildren(kind):
            if part.isVisible() and part.size().isValid():
                assert in_sight(part, frame), part.objectName()
                assert part.height() >= part.fontMetrics().height(), part.objectName()
    note = page.findChild(QLabel, "cluster_status")
    assert note.shown_text == note.text()
    rows = page.findChild(QListWidget, "cluster_anomalies")
    assert rows.viewport().width() >= rows.sizeHintForColumn(0)
    for name in ("cluster_merge", "cluster_unmerge", "cluster_color", "cluster_send"):
        button = page.findChild(QAbstractButton, name)
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()) + 8


def test_the_words_on_buttons_are_whole_however_narrow_the_page_is(qtbot: QtBot) -> None:
    create_app()
    page = ClusterPage()
    qtbot.addWidget(page)
    page.resize(page.minimumSizeHint())
    with qtbot.waitExposed(page):
        page.show()
    for button in page.findChildren(QPushButton):
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()) + 8, button.text()
