"""Every entry of every menu is picked by a letter of its own."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from seisview.gui.actions.qactions import fill_recent
from seisview.gui.main_window import MainWindow


def letter_of(text: str) -> str:
    """What picks an entry of an open menu; empty when nothing does."""
    return QKeySequence.mnemonic(text).toString().removeprefix("Alt+")


def test_every_menu_entry_has_a_letter_of_its_own(qtbot, tmp_path) -> None:
    window = MainWindow()
    window.complete()
    qtbot.addWidget(window)
    fill_recent(window.menus.recent, [tmp_path / f"survey {n} & more.sgy" for n in range(9)], print)
    menus = [window.menuBar(), *window.menuBar().findChildren(QMenu)]
    assert len(menus) > 12
    for menu in menus:
        entries = {a.text(): letter_of(a.text()) for a in menu.actions() if not a.isSeparator()}
        assert [text for text, letter in entries.items() if not letter] == [], menu.objectName()
        letters = list(entries.values())
        twice = [text for text, letter in entries.items() if letters.count(letter) > 1]
        assert twice == [], menu.objectName()
