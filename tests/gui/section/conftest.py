"""A section on screen, 700 x 500 pixels."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from seisview.gui.section.section_view import SectionView
from tests.gui.section_pictures import palette, picture


@pytest.fixture
def view(qtbot: QtBot) -> SectionView:
    view = SectionView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.set_palette(palette())
    view.set_section(picture())
    with qtbot.waitExposed(view):
        view.show()
    return view
