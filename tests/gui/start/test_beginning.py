"""The window as it comes up: painted first, completed then, and nothing lost or moved in between."""

from __future__ import annotations

import pytest
import segyio
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog, QPushButton, QTabWidget

from seisview.data.volume import HeaderBytes
from seisview.gui import application as application_module
from seisview.gui.start.beginning import Beginning
from tests.gui.survey_fixtures import write_segy

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def begin(qtbot):
    begun: list[Beginning] = []

    def start(*argv: str) -> Beginning:
        begun.append(Beginning(argv))
        return begun[-1]

    yield start
    for beginning in begun:
        beginning.end()
        beginning.window.deleteLater()


class Layouts(QObject):
    """Counts how often a widget was given another place."""

    def __init__(self, widget):
        super().__init__(widget)
        self.n = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched, event):  # noqa: N802
        self.n += event.type() in (QEvent.Type.Resize, QEvent.Type.Move)
        return False


def test_the_first_picture_stands_while_the_rest_is_made(qtbot, begin):
    beginning = begin()
    window = beginning.window
    moves, pictures = Layouts(window.welcome), []
    with qtbot.waitSignal(beginning.completed):
        beginning.painted.connect(lambda: pictures.append((moves.n, beginning.application)))
        beginning.show()
        qtbot.waitUntil(lambda: bool(pictures))
        before = window.welcome.grab().toImage()
    n_moves, made_when_painted = pictures[0]
    assert made_when_painted is None
    assert moves.n == n_moves
    assert window.welcome.grab().toImage() == before
    assert not window.facies_dock.isVisible()


def test_a_key_before_all_is_made_does_what_it_says(qtbot, begin):
    beginning = begin()
    window, made = beginning.window, []

    def press() -> None:
        made.append(beginning.application is not None)
        qtbot.keyClick(window, Qt.Key.Key_F1)

    beginning.painted.connect(lambda: QTimer.singleShot(0, press))
    beginning.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QDialog)))
    assert made == [False]


def test_a_click_before_all_is_made_does_what_it_says(qtbot, begin):
    beginning = begin()
    beginning.show()
    assert beginning.application is None
    button = beginning.window.welcome.findChild(QPushButton, "welcome_builtin")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert beginning.application.jobs.busy is not None
    beginning.application.jobs.cancel()


def test_the_first_picture_has_the_size_the_window_was_left_in(qtbot, begin):
    first = begin()
    first.complete()
    first.window.resize(780, 555)
    first.end()
    again = begin()
    sizes = []
    again.painted.connect(lambda: sizes.append(again.window.size().toTuple()))
    with qtbot.waitSignal(again.completed):
        again.show()
    assert [*sizes, again.window.size().toTuple()] == [(780, 555), (780, 555)]


def test_a_survey_comes_up_with_the_layout_it_was_left_in(qtbot, begin, tmp_path):
    survey = str(write_segy(tmp_path))

    def opened() -> Beginning:
        beginning = begin(survey)
        beginning.show()
        qtbot.waitUntil(
            lambda: beginning.application is not None and beginning.application.session is not None
        )
        qtbot.waitUntil(beginning.window.facies_dock.isVisible)
        return beginning

    first = opened()
    first.window.layers_dock.parentWidget().hide()
    first.end()
    again = opened()
    assert not again.window.layers_dock.isVisible()
    tabs = again.window.findChild(QTabWidget, "work_tabs")
    assert [tabs.tabText(n) for n in range(tabs.count())] == ["Train", "Clusters", "Matches", "Quality"]
    tabs.setCurrentIndex(2)
    assert again.window.match_page.isVisible()


def test_a_survey_is_read_by_the_header_bytes_that_were_named(qtbot, tmp_path):
    survey = write_segy(tmp_path)
    with segyio.open(survey, "r+", strict=False) as file:
        for trace, header in enumerate(file.header):
            header.update({9: 500 + trace // 16, 21: 700 + trace % 16})
    beginning = Beginning((str(survey),), HeaderBytes(9, 21))
    beginning.show()
    qtbot.waitUntil(lambda: beginning.application is not None and beginning.application.session is not None)
    assert beginning.application.session.geometry.inlines.first == 500
    assert beginning.application.session.geometry.crosslines.last == 715
    beginning.end()
    beginning.window.deleteLater()


def test_a_window_closed_at_once_is_not_completed(qtbot, begin):
    beginning = begin()
    beginning.show()
    beginning.window.close()
    beginning.end()
    beginning.complete()
    assert beginning.application is None


def test_what_cannot_be_made_ends_the_program(begin, monkeypatch):
    codes: list[int] = []

    def fail(*_arguments):
        raise RuntimeError("no window")

    monkeypatch.setattr(application_module, "build", fail)
    monkeypatch.setattr(QCoreApplication, "exit", codes.append)
    with pytest.raises(RuntimeError, match="no window"):
        begin().complete()
    assert codes == [1]
