"""The tools, driven by real mouse and key events on a real section view."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from seisview.gui.section.section_view import CursorPosition, SectionView
from seisview.gui.tools.toolbox import make_tool
from tests.gui.section_pictures import drawn_anew, on_screen, picture
from tests.gui.shown_widget import shown_widget

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHAPE = (40, 60)


class Canvas:
    """A hand on the mouse over a section view, and a record of what the view announced."""

    def __init__(self, view: SectionView) -> None:
        self.view = view
        self.port = view.canvas.viewport()
        self.log: list[tuple] = []
        self.labels = np.zeros(SHAPE, np.uint8)
        view.stroke_started.connect(lambda: self.log.append(("started",)))
        view.stroke_finished.connect(lambda: self.log.append(("finished",)))
        view.stroke_painted.connect(self._painted)
        view.fill_requested.connect(lambda *at: self.log.append(("fill", *at)))
        view.class_picked.connect(lambda *at: self.log.append(("pick", *at)))

    def _painted(self, box, mask, class_id) -> None:
        assert mask.dtype == bool
        assert mask.shape == box.shape
        self.labels[box.slices][mask] = class_id
        self.log.append(("painted", class_id))

    def press(self, row, column, button=LEFT) -> None:
        QTest.mousePress(self.port, button, pos=self.view.pixel_of(row, column))

    def move(self, row, column, button=LEFT) -> None:
        # QTest.mouseMove carries no buttons.
        at = QPointF(self.view.pixel_of(row, column))
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove,
            at,
            QPointF(self.port.mapToGlobal(at)),
            Qt.MouseButton.NoButton,
            button,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(self.port, event)

    def release(self, row, column, button=LEFT) -> None:
        QTest.mouseRelease(self.port, button, pos=self.view.pixel_of(row, column))

    def drag(self, *path, button=LEFT) -> None:
        self.press(*path[0], button)
        for at in path[1:]:
            self.move(*at, button)
        self.release(*path[-1], button)

    def click(self, row, column, button=LEFT) -> None:
        QTest.mouseClick(self.port, button, pos=self.view.pixel_of(row, column))

    def double_click(self, row, column) -> None:
        self.click(row, column)
        QTest.mouseDClick(self.port, LEFT, pos=self.view.pixel_of(row, column))

    def key(self, key) -> None:
        QTest.keyClick(self.view.canvas, key)

    def kinds(self) -> list[str]:
        return [entry[0] for entry in self.log]


@pytest.fixture
def canvas(qtbot) -> Canvas:
    view = SectionView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.set_section(picture())
    view.set_active_class(2)
    view.set_brush_diameter(6)
    with qtbot.waitExposed(view):
        view.show()
    return Canvas(view)


def test_a_dab_paints_the_active_class_round_on_screen(canvas) -> None:
    canvas.view.set_tool("brush")
    canvas.view.set_brush_diameter(24)
    canvas.click(20, 30)
    assert canvas.log == [("started",), ("painted", 2), ("finished",)]
    rows, columns = np.nonzero(canvas.labels)
    scale_x, scale_y = canvas.view.canvas.transform().m11(), canvas.view.canvas.transform().m22()
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert height in (24, 25)
    assert abs(height * scale_y - width * scale_x) <= 2 * max(scale_x, scale_y)
    assert canvas.labels[20, 30] == 2


def test_a_fast_stroke_has_no_holes_and_is_one_group(canvas) -> None:
    canvas.view.set_tool("brush")
    canvas.drag((10, 5), (10, 50), (35, 50))
    assert (canvas.labels[10, 5:51] == 2).all()
    assert (canvas.labels[10:36, 50] == 2).all()
    assert canvas.kinds().count("started") == canvas.kinds().count("finished") == 1
    assert canvas.kinds()[0] == "started"
    assert canvas.kinds()[-1] == "finished"


def test_the_right_button_erases(canvas) -> None:
    canvas.view.set_tool("brush")
    canvas.labels[:] = 1
    canvas.drag((10, 10), (10, 30), button=RIGHT)
    assert (canvas.labels[10, 10:31] == 0).all()
    assert {entry[1] for entry in canvas.log if entry[0] == "painted"} == {0}


def test_the_eraser_erases_with_the_left_button(canvas) -> None:
    canvas.view.set_tool("eraser")
    canvas.labels[:] = 1
    canvas.drag((10, 10), (10, 30))
    assert (canvas.labels[10, 10:31] == 0).all()


def test_another_button_during_a_stroke_is_ignored(canvas) -> None:
    canvas.view.set_tool("brush")
    canvas.press(10, 10)
    canvas.press(10, 10, RIGHT)
    canvas.release(10, 10, RIGHT)
    canvas.move(10, 20)
    canvas.release(10, 20)
    assert (canvas.labels[10, 10:21] == 2).all()
    assert canvas.kinds().count("started") == canvas.kinds().count("finished") == 1


def test_a_stroke_may_leave_the_section(canvas) -> None:
    canvas.view.set_tool("brush")
    canvas.view.zoom(0.5)
    canvas.drag((20, 55), (20, 90), (38, 90), (38, 55))
    assert (canvas.labels[20, 55:] == 2).all()
    assert (canvas.labels[38, 55:] == 2).all()
    assert (canvas.labels[29, 55:58] == 0).all()


def test_showing_another_section_ends_the_stroke_first(canvas) -> None:
    canvas.view.set_tool("brush")
    canvas.press(10, 10)
    canvas.view.set_section(picture(index=4))
    assert canvas.kinds() == ["started", "painted", "finished"]
    canvas.move(30, 30)
    canvas.release(30, 30)
    assert canvas.kinds() == ["started", "painted", "finished"]


def test_the_brush_outline_surrounds_what_a_dab_paints(canvas) -> None:
    canvas.view.set_tool("brush")
    canvas.view.set_brush_diameter(9)
    canvas.view.zoom(3.0)
    QTest.mouseMove(canvas.port, canvas.view.pixel_of(20, 30))
    outline = next(i for i in canvas.view.canvas.items() if type(i).__name__ == "ToolOutline")
    bounds = outline.path.boundingRect()
    canvas.click(20, 30)
    rows, columns = np.nonzero(canvas.labels)
    assert (bounds.top(), bounds.bottom()) == (rows.min(), rows.max() + 1)
    assert (bounds.left(), bounds.right()) == (columns.min(), columns.max() + 1)


@pytest.mark.parametrize("diameter", [1, 9])
def test_moving_the_mouse_leaves_no_trail(canvas, diameter) -> None:
    canvas.view.set_tool("brush")
    canvas.view.set_brush_diameter(diameter)
    for column in range(5, 55, 3):
        QTest.mouseMove(canvas.port, canvas.view.pixel_of(20, column))
        on_screen(canvas.view)
    assert on_screen(canvas.view) == drawn_anew(canvas.view)
    canvas.view.set_tool("polygon")
    for corner in ((10, 10), (10, 40), (30, 40)):
        canvas.click(*corner)
        QTest.mouseMove(canvas.port, canvas.view.pixel_of(35, corner[1]))
        on_screen(canvas.view)
    assert on_screen(canvas.view) == drawn_anew(canvas.view)


def test_a_polygon_is_closed_by_a_double_click(canvas) -> None:
    canvas.view.set_tool("polygon")
    canvas.click(10, 10)
    canvas.click(10, 40)
    canvas.double_click(30, 40)
    assert canvas.kinds() == ["started", "painted", "finished"]
    assert canvas.labels[12, 30] == 2
    assert canvas.labels[28, 39] == 2
    assert canvas.labels[28, 12] == 0


def test_a_polygon_is_closed_by_enter_and_backspace_takes_a_corner_back(canvas) -> None:
    canvas.view.set_tool("polygon")
    for corner in ((10, 10), (10, 40), (30, 40), (39, 59)):
        canvas.click(*corner)
    canvas.key(Qt.Key.Key_Backspace)
    canvas.click(30, 10)
    canvas.key(Qt.Key.Key_Return)
    expected = np.zeros(SHAPE, bool)
    expected[11:30, 11:40] = True
    assert (canvas.labels[expected] == 2).all()
    assert canvas.labels[32:].max() == 0
    assert canvas.labels[:, 42:].max() == 0


def test_escape_gives_a_polygon_up(canvas) -> None:
    canvas.view.set_tool("polygon")
    for corner in ((10, 10), (10, 40), (30, 40)):
        canvas.click(*corner)
    canvas.key(Qt.Key.Key_Escape)
    canvas.key(Qt.Key.Key_Return)
    assert canvas.log == []


def test_a_polygon_of_two_corners_paints_nothing(canvas) -> None:
    canvas.view.set_tool("polygon")
    canvas.click(10, 10)
    canvas.click(10, 40)
    canvas.key(Qt.Key.Key_Return)
    assert canvas.log == []


def test_keys_of_a_polygon_under_way_come_before_shortcuts_of_the_window(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    view = SectionView()
    window.setCentralWidget(view)
    window.resize(700, 500)
    action = QAction("stop", window)
    action.setShortcut(Qt.Key.Key_Escape)
    window.addAction(action)
    triggered = []
    action.triggered.connect(lambda: triggered.append(True))
    view.set_section(picture())
    view.set_tool("polygon")
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    canvas = Canvas(view)
    canvas.click(10, 10)
    canvas.key(Qt.Key.Key_Escape)
    assert triggered == []
    canvas.key(Qt.Key.Key_Escape)  # nothing under way: the window's turn
    assert triggered == [True]


@pytest.mark.parametrize(("tool", "kind"), [("fill", "fill"), ("pick", "pick")])
def test_fill_and_pick_say_where(canvas, tool, kind) -> None:
    canvas.view.set_tool(tool)
    canvas.click(12, 34)
    canvas.double_click(7, 8)
    assert canvas.log == [(kind, 12, 34), (kind, 7, 8)]


@pytest.mark.parametrize("tool", ["fill", "pick"])
def test_fill_and_pick_ignore_clicks_beside_the_section(canvas, tool) -> None:
    canvas.view.set_tool(tool)
    canvas.view.zoom(0.5)
    QTest.mouseClick(canvas.port, LEFT, pos=QPoint(3, 3))
    assert canvas.log == []


def test_without_a_section_tools_do_nothing(canvas) -> None:
    canvas.view.clear("Nothing here.")
    canvas.view.set_tool("brush")
    QTest.mouseClick(canvas.port, LEFT, pos=QPoint(100, 100))
    canvas.key(Qt.Key.Key_Right)
    assert canvas.log == []


def test_the_cursor_is_announced_by_element_and_none_off_the_section(canvas) -> None:
    seen = []
    canvas.view.cursor_moved.connect(seen.append)
    canvas.view.zoom(0.5)
    QTest.mouseMove(canvas.port, canvas.view.pixel_of(39, 59))
    assert seen[-1] == CursorPosition(39, 59)
    QTest.mouseMove(canvas.port, QPoint(2, 2))
    assert seen[-1] is None


def test_an_unknown_tool_is_refused() -> None:
    with pytest.raises(ValueError, match="hammer"):
        make_tool("hammer")


@pytest.fixture
def layered(qtbot):
    """Flat layers of amplitude 0, 1, 0.8 and -1, ten rows each, with a hole in the second."""
    amplitude = np.repeat(np.array([0.0, 1.0, 0.8, -1.0], np.float32), 10)[:, None] * np.ones(60, np.float32)
    amplitude[10:20, 30] = -1.0
    widget = shown_widget(qtbot, SectionView(), 700, 500)
    widget.set_section(picture(amplitude=amplitude))
    widget.set_tool("wand")
    widget.set_active_class(2)
    return Canvas(widget)


def test_wand_takes_what_is_alike_and_connected_as_one_stroke(layered) -> None:
    layered.press(15, 10)
    layered.release(15, 10)
    expected = np.zeros(SHAPE, np.uint8)
    expected[10:20, :30] = 2
    np.testing.assert_array_equal(layered.labels, expected)
    assert layered.log == [("started",), ("painted", 2), ("finished",)]


def test_wand_takes_more_while_it_is_dragged_away_and_less_on_the_way_back(layered) -> None:
    layered.press(15, 10)
    layered.move(15, 22)  # some hundred pixels: 0.8 is like 1.0 then
    layered.release(15, 22)
    assert (layered.labels[10:30, :30] == 2).all()
    assert (layered.labels[20:30] == 2).all()  # around the hole
    assert (layered.labels[10:20, 31:] == 2).all()
    assert not layered.labels[:10].any()
    layered.labels[:] = 0
    layered.press(15, 10)
    layered.move(15, 22)
    layered.move(15, 10)
    layered.release(15, 10)
    assert not layered.labels[20:].any()


def test_wand_says_how_to_take_more_when_it_is_pressed(layered) -> None:
    hints: list[str] = []
    layered.view.hint_given.connect(hints.append)
    layered.press(15, 10)
    assert [hint for hint in hints if "drag away for more" in hint]


def test_wand_stays_out_of_other_classes_and_escape_gives_it_up(layered) -> None:
    painted = np.zeros(SHAPE, np.uint8)
    painted[:, 5] = 3
    layered.view.set_labels(painted)
    layered.press(15, 2)
    layered.release(15, 2)
    assert layered.labels[10:20, :5].all()
    assert not layered.labels[:, 5:].any()
    layered.log.clear()
    layered.press(5, 10)
    QTest.keyClick(layered.view.canvas, Qt.Key.Key_Escape)
    layered.release(5, 10)
    assert layered.log == []
