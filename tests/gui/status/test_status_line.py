"""Messages in the status line can be read whole."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from seisview.gui.status.status_line import CursorReadout, StatusLine
from seisview.gui.widgets.elided_label import ElidedLabel

LONG = "The file ends in the middle of a trace: its last 513 bytes are left out. It may have been cut off."


@pytest.fixture
def line(qtbot) -> StatusLine:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(1366, 26)
    line.show()
    return line


def note(line) -> ElidedLabel:
    return line.findChild(ElidedLabel, "status_note")


def test_a_message_has_the_whole_line_while_the_cursor_is_elsewhere(qtbot, line) -> None:
    line.set_note(LONG)
    qtbot.waitUntil(lambda: note(line).shown_text == LONG)


def test_a_message_that_does_not_fit_says_so_and_is_whole_on_hover(qtbot, line) -> None:
    line.set_note(f"{LONG} {LONG}")
    line.set_readout(CursorReadout(1, 2, "8 ms", (500000.0, 6000000.0), -2.5, "Salt", 0.5))
    qtbot.waitUntil(lambda: note(line).shown_text.endswith("\N{HORIZONTAL ELLIPSIS}"))
    assert note(line).toolTip() == f"{LONG} {LONG}"
    assert line.findChild(QLabel, "status_inline").isVisible()


def test_the_read_out_comes_back_with_the_cursor(line) -> None:
    line.set_note(LONG)
    assert not line.findChild(QLabel, "status_position").isVisible()
    line.set_readout(CursorReadout(1, 2, "8 ms"))
    assert line.findChild(QLabel, "status_position").isVisible()
    line.set_note("")
    line.set_readout(None)
    assert line.findChild(QLabel, "status_position").isVisible()
    assert note(line).toolTip() == "Messages"
