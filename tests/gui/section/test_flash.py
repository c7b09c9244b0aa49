"""A box that shows where to look: on screen, in sight, gone after a while or with the section."""

from __future__ import annotations

import pytest

from seisview.gui.section.section_view import SectionView
from seisview.labels.boxes import Box
from tests.gui.section_pictures import picture


@pytest.fixture
def view(qtbot):
    made = SectionView()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.set_section(picture(index=1))
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_box_is_drawn_where_it_is(view):
    box = Box(10, 30, 20, 40)
    before = view.canvas.grab().toImage()
    view.flash_box(box)
    assert view.flashed_box == box
    after = view.canvas.grab().toImage()
    edge, middle = view.canvas.pixel_of(10, 30), view.canvas.pixel_of(20, 30)
    rows = range(edge.y() - 20, edge.y() + 8)
    assert any(after.pixelColor(edge.x(), y) != before.pixelColor(edge.x(), y) for y in rows)
    assert after.pixelColor(middle) == before.pixelColor(middle)


def test_another_section_takes_it_away_and_the_same_one_does_not(view):
    view.flash_box(Box(0, 10, 0, 10))
    view.set_section(picture(index=1))
    assert view.flashed_box is not None
    view.set_section(picture(index=2))
    assert view.flashed_box is None
    view.flash_box(Box(0, 10, 0, 10))
    view.clear("")
    assert view.flashed_box is None


def test_it_goes_by_itself(qtbot, view):
    view._flash._timer.setInterval(20)
    view.flash_box(Box(0, 10, 0, 10))
    qtbot.waitUntil(lambda: view.flashed_box is None)


def test_a_place_out_of_sight_is_brought_into_sight(view):
    view.zoom(8)
    box = Box(0, 8, 0, 8)
    assert not view.canvas.viewport().rect().contains(view.canvas.pixel_of(4, 4))
    view.flash_box(box)
    assert view.canvas.viewport().rect().contains(view.canvas.pixel_of(4, 4))
