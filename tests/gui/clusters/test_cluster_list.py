"""The list of clusters by keyboard: only names are typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from seisview.gui.clusters.cluster_list import COLOR, EYE, NAME, SHARE, ClusterList
from seisview.labels.facies import FaciesClass

CLUSTERS = tuple(FaciesClass(n, f"Cluster {n}", "#112233") for n in (1, 2, 3))


@pytest.fixture
def shown(qtbot: QtBot) -> ClusterList:
    made = ClusterList()
    qtbot.addWidget(made)
    made.set_clusters(CLUSTERS, {1: 0.5, 2: 0.33, 3: 0.17}, frozenset())
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    return made


def texts(shown: ClusterList, row: int) -> list[str]:
    item = shown.topLevelItem(row)
    return [item.text(column) for column in range(4)]


def type_name(qtbot: QtBot, shown: ClusterList, name: str) -> None:
    editor = shown.viewport().findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, name)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not any(e.isVisible() for e in shown.viewport().findChildren(QLineEdit)))


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Return])
@pytest.mark.parametrize("column", [None, COLOR, NAME, SHARE, EYE])
def test_keys_rename_whichever_column_is_current(
    qtbot: QtBot, shown: ClusterList, key: Qt.Key, column: int | None
) -> None:
    renamed = []
    shown.renamed.connect(lambda number, name: renamed.append((number, name)))
    if column is not None:
        shown.setCurrentItem(shown.topLevelItem(0), column)
    else:
        qtbot.keyClick(shown, Qt.Key.Key_Home)  # as a list is entered by the keyboard
    before = texts(shown, 1)
    qtbot.keyClick(shown, Qt.Key.Key_Down)
    qtbot.keyClick(shown, key)
    type_name(qtbot, shown, "Bright")
    assert renamed == [(2, "Bright")]
    assert texts(shown, 1) == before  # the record decides, not the list


def test_tab_from_a_name_goes_to_no_share_and_the_row_stays_after_a_name_was_taken(
    qtbot: QtBot, shown: ClusterList
) -> None:
    def take(number: int, name: str) -> None:
        renamed = tuple(FaciesClass(c.id, name if c.id == number else c.name, c.color) for c in CLUSTERS)
        shown.set_clusters(renamed, {1: 0.5, 2: 0.33, 3: 0.17}, frozenset())

    shown.renamed.connect(take)
    shown.setCurrentItem(shown.topLevelItem(1), SHARE)
    qtbot.keyClick(shown, Qt.Key.Key_F2)
    type_name(qtbot, shown, "Bright")
    assert texts(shown, 1) == ["", "Bright", "33 %", ""]
    assert shown.indexOfTopLevelItem(shown.currentItem()) == 1
    shown.edit(shown.model().index(1, SHARE))  # what Tab out of an editor does
    assert all(not editor.isVisible() for editor in shown.viewport().findChildren(QLineEdit))
