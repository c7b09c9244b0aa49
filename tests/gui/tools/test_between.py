"""Filling between two horizons, by real mouse and key events on a real section view."""

from __future__ import annotations

from itertools import zip_longest

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from seisview.data.geometry import Axis
from seisview.gui.section import reflections
from seisview.gui.section.section_view import SectionView
from seisview.gui.tools.between import (
    FILL_HINT,
    FIRST_HINT,
    LOWER_HINT,
    MORE_HINT,
    NEXT_HINT,
    NO_HORIZON_HINT,
    NOTHING_HINT,
    SLICE_HINT,
    UPPER_HINT,
)
from tests.gui.section_pictures import drawn_anew, on_screen, picture
from tests.gui.tools.test_tools import LEFT, RIGHT, Canvas

SHAPE = (40, 60)
UPPER = 10 + 3 * np.sin(np.arange(60) / 6)
LOWER = UPPER + 16


class Hand(Canvas):
    """As the hand of the other tools, which also hears the hints."""

    def __init__(self, view: SectionView) -> None:
        super().__init__(view)
        self.hints: list[str] = []
        view.hint_given.connect(self.hints.append)

    def pick(self, rows: np.ndarray, columns: tuple[int, ...]) -> None:
        for column in columns:
            self.click(rows[column], column)

    def control_click(self, row: float, column: float) -> None:
        at = self.view.pixel_of(row, column)
        QTest.mouseClick(self.port, LEFT, Qt.KeyboardModifier.ControlModifier, at)

    def hover(self, row: float, column: float) -> None:
        at = QPointF(self.view.pixel_of(row, column))
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove,
            at,
            QPointF(self.port.mapToGlobal(at)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(self.port, event)

    def rows(self) -> dict[int, float]:
        """Row by column of the lines over the section; the handles of the picks are curves."""
        path = self.view._tools._outline.path
        ends = (QPainterPath.ElementType.MoveToElement, QPainterPath.ElementType.LineToElement)
        points = [path.elementAt(number) for number in range(path.elementCount())]
        line = [
            (one.x - 0.5, one.y - 0.5)
            for one, two in zip_longest(points, points[1:])
            if one.type in ends and (two is None or two.type in ends)
        ]
        if not line:
            return {}
        traces, rows = np.transpose(line)
        assert (np.diff(traces) > 0).all(), "more than one horizon"
        columns = np.arange(round(traces[0]), round(traces[-1]) + 1)
        return dict(zip(columns.tolist(), np.interp(columns, traces, rows).tolist(), strict=True))


def two_reflections() -> np.ndarray:
    """Peaks along both horizons, six samples' period."""
    samples = np.arange(SHAPE[0])[:, None]
    both = [(samples - rows) * 2 * np.pi / 6 for rows in (UPPER, LOWER)]
    return sum(np.cos(away) * np.exp(-(away**2) / 18) for away in both).astype(np.float32)


@pytest.fixture
def hand(qtbot) -> Hand:
    view = SectionView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.set_section(picture(amplitude=two_reflections()))
    view.set_active_class(2)
    view.set_tool("between")
    with qtbot.waitExposed(view):
        view.show()
    return Hand(view)


def test_what_lies_between_two_followed_reflections_is_painted_as_one_stroke(hand) -> None:
    hand.pick(UPPER, (2, 57))
    hand.key(Qt.Key.Key_Return)
    hand.pick(LOWER, (2, 30))
    hand.double_click(LOWER[57], 57)
    assert hand.log == [("started",), ("painted", 2), ("finished",)]
    painted = hand.labels == 2
    assert not painted[:, :2].any()
    assert not painted[:, 58:].any()
    for column in range(2, 58):
        rows = np.flatnonzero(painted[:, column])
        assert abs(rows[0] - UPPER[column]) <= 1
        assert abs(rows[-1] - LOWER[column]) <= 1
        assert len(rows) == rows[-1] - rows[0] + 1


def test_clicks_near_a_peak_are_taken_to_it_and_stay_on_its_side(hand) -> None:
    hand.click(round(UPPER[5]) + 1.3, 5)
    hand.click(round(UPPER[50]) + 2.4, 50)  # nearer to the trough below
    rows = hand.rows()
    assert abs(rows[5] - UPPER[5]) < 0.6
    assert abs(rows[50] - UPPER[50]) < 0.6


def test_ctrl_joins_straight_and_where_it_was_clicked(hand) -> None:
    hand.pick(UPPER, (2,))
    hand.control_click(14.5, 58)
    rows = hand.rows()
    assert abs(rows[58] - 14.5) < 0.2  # no peak or trough is looked for
    assert abs(rows[30] - (rows[2] + rows[58]) / 2) < 0.01


def test_the_line_to_the_pointer_is_drawn_while_the_mouse_moves(hand, qtbot) -> None:
    hand.pick(UPPER, (2,))
    for column in range(10, 56, 5):
        hand.hover(UPPER[column] + 1, column)
    qtbot.waitUntil(lambda: max(hand.rows()) == 55)  # it catches up by itself
    rows = hand.rows()
    assert max(abs(rows[column] - UPPER[column]) for column in range(2, 56)) <= 1
    assert hand.log == []


def test_following_leaves_pauses_while_the_mouse_moves(hand, monkeypatch, qtbot) -> None:
    calls = []
    follow = reflections.follow_reflection
    monkeypatch.setattr(reflections, "follow_reflection", lambda *call: calls.append(call) or follow(*call))
    hand.pick(UPPER, (2,))
    for column in range(8, 58):
        hand.hover(UPPER[column], column)
    assert len(calls) < 25
    qtbot.waitUntil(lambda: 57 in hand.rows())


def test_far_from_the_last_pick_the_line_is_straight_until_the_click(hand, monkeypatch, qtbot) -> None:
    monkeypatch.setattr(reflections, "_LONGEST_LIVE", 20)
    hand.pick(UPPER, (2,))
    hand.hover(UPPER[58], 58)
    qtbot.waitUntil(lambda: 58 in hand.rows())
    live = hand.rows()
    hand.click(UPPER[58], 58)
    assert abs(live[30] - (live[2] + live[58]) / 2) < 0.01
    rows = hand.rows()
    assert max(abs(rows[column] - UPPER[column]) for column in range(2, 59)) <= 1


@pytest.mark.parametrize("upper_is_missing", [True, False])
def test_enter_without_picks_means_the_end_of_the_section(hand, upper_is_missing) -> None:
    if upper_is_missing:
        hand.key(Qt.Key.Key_Return)
    hand.pick(UPPER, (0, 59))
    hand.key(Qt.Key.Key_Enter)
    if not upper_is_missing:
        hand.key(Qt.Key.Key_Enter)
    painted = hand.labels == 2
    assert painted[0].all() == upper_is_missing
    assert painted[-1].all() != upper_is_missing
    assert painted.any(axis=0).all()


def test_horizons_in_the_wrong_order_fill_the_same(hand) -> None:
    hand.pick(LOWER, (2, 57))
    hand.key(Qt.Key.Key_Return)
    hand.pick(UPPER, (2, 57))
    hand.key(Qt.Key.Key_Return)
    assert (hand.labels[[15, 20], 2:58] == 2).all()
    assert not hand.labels[:6].any()


def test_the_next_step_is_always_said(hand) -> None:
    hand.key(Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_Backspace)
    hand.click(UPPER[2], 2)
    hand.key(Qt.Key.Key_Return)
    assert hand.hints == [LOWER_HINT, NO_HORIZON_HINT, FIRST_HINT, MORE_HINT, MORE_HINT]
    hand.click(UPPER[20], 20)
    assert hand.hints[-1] == UPPER_HINT
    hand.key(Qt.Key.Key_Return)
    hand.pick(LOWER, (40, 50))
    assert hand.hints[-1] == FILL_HINT
    hand.key(Qt.Key.Key_Return)
    assert hand.hints[-1] == NOTHING_HINT
    assert hand.log == []
    hand.pick(LOWER, (5,))
    hand.key(Qt.Key.Key_Return)
    assert hand.hints[-1] == NEXT_HINT
    assert hand.kinds() == ["started", "painted", "finished"]


def test_backspace_and_the_right_button_take_picks_back_to_the_upper_horizon(hand) -> None:
    hand.pick(UPPER, (2, 30, 57))
    hand.click(5, 5, RIGHT)
    hand.key(Qt.Key.Key_Return)
    hand.pick(LOWER, (2,))
    for _ in range(2):  # the pick, then back to the upper horizon as it was
        hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Backspace)
    hand.pick(UPPER, (20,))
    hand.key(Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_Return)
    covered = np.flatnonzero(hand.labels.any(axis=0))
    assert (covered[0], covered[-1]) == (2, 20)


@pytest.mark.parametrize("leave", ["escape", "tool", "section"])
def test_what_is_given_up_is_forgotten(hand, leave) -> None:
    hand.pick(UPPER, (2, 57))
    hand.key(Qt.Key.Key_Return)
    hand.pick(LOWER, (2, 57))
    if leave == "escape":
        hand.key(Qt.Key.Key_Escape)
    elif leave == "tool":
        hand.view.set_tool("pan")
    else:
        hand.view.set_section(picture(index=4, amplitude=two_reflections()))
    assert hand.rows() == {}
    assert hand.hints[-1] == FIRST_HINT
    hand.key(Qt.Key.Key_Return)
    assert hand.log == []


def test_on_a_slice_nothing_is_picked_and_it_is_said_why(hand) -> None:
    hand.view.set_section(picture(Axis.SAMPLE))
    assert hand.view.canvas.viewport().cursor().shape() is Qt.CursorShape.ForbiddenCursor
    hand.click(5, 5)
    assert hand.hints == [SLICE_HINT]
    hand.key(Qt.Key.Key_Return)
    assert hand.hints == [SLICE_HINT, SLICE_HINT]
    assert hand.rows() == {}


def test_picks_stay_where_they_are_when_zoomed_and_when_amplitudes_become_exact(hand) -> None:
    hand.pick(UPPER, (2, 57))
    before = hand.rows()
    hand.view.zoom(3)
    hand.view.set_exaggeration(5)
    hand.view.replace_amplitude(two_reflections() * 2)
    hand.hover(UPPER[30], 30)
    hand.key(Qt.Key.Key_Return)
    assert hand.rows() == pytest.approx(before)


def enlarge_by_whole_pixels(hand) -> None:
    """Give every sample 9 x 11 pixels, whatever room fonts leave the canvas.

    Else the border between two samples may lie in the middle of a pixel, which Qt gives to one of them when
    it draws a part of the view and to the other when it draws all of it.
    """
    wanted = QSize(9 * SHAPE[1], 11 * SHAPE[0])
    hand.view.resize(hand.view.size() + wanted - hand.port.size())
    QApplication.processEvents()
    assert hand.port.size() == wanted
    assert hand.view.canvas.element_scale == (9.0, 11.0)


def test_the_line_is_told_from_the_reflection_it_lies_on(hand, qtbot) -> None:
    enlarge_by_whole_pixels(hand)
    hand.pick(UPPER, (2, 57))
    qtbot.waitUntil(lambda: on_screen(hand.view) == drawn_anew(hand.view))  # it catches up by a timer
    image = on_screen(hand.view)
    at = hand.port.mapTo(hand.view, hand.view.pixel_of(round(UPPER[30]), 30))
    seen = {image.pixelColor(at.x(), at.y() + off).name() for off in range(-6, 7)}
    assert "#ffe100" in seen


def test_clicks_beside_the_section_are_on_its_first_and_last_trace(hand) -> None:
    hand.view.zoom(0.5)
    hand.click(UPPER[0], -4)
    hand.click(UPPER[59], 64)
    hand.click(-8, 30)  # above it: nothing
    assert sorted(hand.rows()) == list(range(60))
    assert abs(hand.rows()[30] - UPPER[30]) <= 1


def test_horizons_are_picked_without_a_mouse(hand) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    canvas = hand.view.canvas
    QTest.keyClick(canvas, Qt.Key.Key_Down, both)  # shows the cross-hair in the middle
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Right, both)
    QTest.keyClick(canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Return)  # at the same place: ends it
    assert hand.hints[-1] == LOWER_HINT
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert hand.hints[-1] == FIRST_HINT
