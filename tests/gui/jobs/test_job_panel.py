"""Esc in the job panel: stops the running job wherever the focus is, and takes it from nobody who uses it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QTabWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from seisview.gui.jobs.job_display import JobDisplay
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.main_window import MainWindow
from seisview.labels.facies import FaciesClass
from seisview.progress import Progress


class Scene:
    """The window with a job that runs until it is stopped."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.window, self.jobs = qtbot, MainWindow(), JobRunner()
        self.window.complete()
        qtbot.addWidget(self.window)
        JobDisplay(self.jobs, self.window)
        self.window.set_survey_shown(True)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.cancelled: list[str] = []
        self.jobs.cancelling.connect(self.cancelled.append)

    def start(self) -> None:
        wait = threading.Event()

        def work(progress: Progress) -> None:
            while not progress.is_cancelled:
                wait.wait(0.01)

        assert self.jobs.start("Counting", work, on_result=lambda _none: None)

    def escape(self, widget: QWidget) -> bool:
        """Press Esc in a widget; whether that stopped the job."""
        self.cancelled.clear()
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Escape)
        return bool(self.cancelled)

    def pages(self) -> Iterator[list[QWidget]]:
        """Bring page after page to the front: what can have the focus there."""
        tabs = self.window.findChild(QTabWidget, "work_tabs")
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            page = tabs.widget(number)
            reachable = [w for w in page.findChildren(QWidget) if w.isVisible() and w.isEnabled()]
            yield [w for w in reachable if w.focusPolicy() != Qt.FocusPolicy.NoFocus]


@pytest.fixture
def scene(qtbot: QtBot) -> Iterator[Scene]:
    made = Scene(qtbot)
    yield made
    assert made.jobs.shutdown()


def test_escape_stops_the_job_on_every_page_and_in_the_strip(scene: Scene) -> None:
    deaf, heard = [], 0
    for widgets in scene.pages():
        assert widgets
        for widget in widgets:
            if scene.jobs.busy is None:
                scene.start()
            if scene.escape(widget):
                heard += 1
                scene.qtbot.waitUntil(lambda: scene.jobs.busy is None)
            else:
                deaf.append(f"{type(widget).__name__} {widget.objectName()}")
    assert deaf == []
    assert heard > 20
    scene.start()
    assert scene.escape(scene.window.findChild(QToolButton, "job_cancel"))
    scene.qtbot.waitUntil(lambda: scene.jobs.busy is None)
    scene.start()
    assert scene.escape(scene.window.findChild(QTabWidget, "work_tabs").tabBar())


def test_the_strip_says_that_it_stops(scene: Scene) -> None:
    scene.start()
    cancel = scene.window.findChild(QToolButton, "job_cancel")
    next(scene.pages())
    scene.escape(scene.window.train_dock)
    assert not cancel.isEnabled()
    assert cancel.text() == "Stopping …"


def test_a_list_that_is_popped_up_keeps_its_escape(scene: Scene) -> None:
    scene.start()
    next(scene.pages())
    box = scene.window.findChild(QComboBox, "pretrain_task")
    scene.window.pretrain_offer.setVisible(True)
    box.setFocus()
    scene.qtbot.keyClick(box, Qt.Key.Key_F4)
    view = box.view()
    scene.qtbot.waitUntil(view.isVisible)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(lambda: not view.isVisible())
    assert scene.cancelled == []


def test_a_name_that_is_being_typed_is_given_up_and_the_job_goes_on(scene: Scene) -> None:
    scene.start()
    scene.window.show_page(scene.window.cluster_page)
    clusters = scene.window.cluster_page.list
    clusters.set_clusters((FaciesClass(1, "Cluster 1", "#0072b2"),), {1: 0.5}, frozenset())
    clusters.setFocus()
    scene.qtbot.keyClick(clusters, Qt.Key.Key_Down)
    scene.qtbot.keyClick(clusters, Qt.Key.Key_F2)
    scene.qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    editor = QApplication.focusWidget()
    QTest.keyClicks(editor, "Mud")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(lambda: clusters.findChild(QLineEdit) is None)
    assert scene.cancelled == []


def test_escape_elsewhere_leaves_the_job_alone(scene: Scene) -> None:
    scene.start()
    assert not scene.escape(scene.window.section_view.canvas)
    assert not scene.escape(scene.window.facies_dock)
