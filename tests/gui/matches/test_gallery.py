"""Numbers below the pictures of hits, and the words of the page, are whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from seisview.gui.app import create_app
from seisview.gui.matches.gallery import GalleryItem, MatchGallery
from seisview.gui.matches.gallery_cells import CellPainter
from seisview.gui.matches.match_page import MatchPage


@pytest.mark.parametrize("text", ["1  0.979  45 %", "10  0.940  19 %", "50  0.888  88 %", "120  0.888  88 %"])
def test_the_score_of_every_hit_is_whole(qtbot: QtBot, text: str) -> None:
    create_app()
    gallery = MatchGallery()
    qtbot.addWidget(gallery)
    gallery.resize(560, 170)
    gallery.set_items([GalleryItem(text, "", "open")])
    painter = gallery.itemDelegate()
    assert isinstance(painter, CellPainter)
    room = painter.text_area(QRect(gallery.rect().topLeft(), gallery.gridSize()))
    assert room.width() >= gallery.fontMetrics().horizontalAdvance(text)


def test_names_of_files_do_not_take_the_room_of_pictures(qtbot: QtBot) -> None:
    gallery = MatchGallery()
    qtbot.addWidget(gallery)
    gallery.resize(560, 170)
    gallery.set_items([GalleryItem("a-very-long-name-of-an-image-in-a-folder-0001.png", "", "open")])
    assert gallery.gridSize().width() < 140


def test_the_words_beside_the_search_are_whole(qtbot: QtBot) -> None:
    create_app()
    page = MatchPage()
    qtbot.addWidget(page)
    page.resize(QSize(1040, 180))
    page.show()
    for box in page.findChildren(QCheckBox):
        assert box.width() >= box.sizeHint().width(), box.text()
