"""A window narrower than its pages: nothing lies outside the screen, nothing is out of reach."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QTabWidget

from seisview.gui.actions.table import ACTIONS
from seisview.gui.main_window import MainWindow
from seisview.gui.pretraining.pretrain_controller import _OFFER
from seisview.gui.widgets.sideways_scroll import SidewaysScroll


@pytest.fixture
def window(qtbot):
    widget = MainWindow()
    widget.complete()
    qtbot.addWidget(widget)
    widget.set_survey_shown(True)
    widget.resize(1280, 740)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def page_of(window, title):
    tabs = window.findChild(QTabWidget, "work_tabs")
    index = next(i for i in range(tabs.count()) if tabs.tabText(i) == title)
    tabs.setCurrentIndex(index)
    page = tabs.widget(index)
    assert isinstance(page, SidewaysScroll)
    return page


def test_fits_a_screen_of_1280(window):
    assert window.width() == 1280
    assert window.minimumSizeHint().width() <= 1280


@pytest.mark.parametrize("title", ["Train", "Clusters", "Matches", "Quality"])
def test_a_page_is_whole_in_height_and_can_be_scrolled_sideways(qtbot, window, title):
    page = page_of(window, title)
    content = page.widget()
    qtbot.waitUntil(lambda: content.height() <= page.viewport().height())
    bar = page.horizontalScrollBar()
    hidden = content.width() - page.viewport().width()
    assert bar.maximum() == max(hidden, 0)
    last = max(
        (b for b in content.findChildren(QPushButton) if b.isVisible()),
        key=lambda b: b.mapTo(content, QPoint()).x(),
        default=None,
    )
    bar.setValue(bar.maximum())
    if last is not None:
        right = last.mapTo(page.viewport(), QPoint(last.width(), 0)).x()
        assert right <= page.viewport().width()


def test_training_needs_no_scrolling(window):
    assert page_of(window, "Train").horizontalScrollBar().maximum() == 0


def test_the_button_that_stops_a_job_does_not_scroll_away(window):
    cancel = window.job_strip.findChild(QAbstractButton)
    right = cancel.mapTo(window, QPoint(cancel.width(), 0)).x()
    assert right <= window.width()
    assert not any(scroll.isAncestorOf(cancel) for scroll in window.findChildren(SidewaysScroll))


def test_a_sentence_that_does_not_fit_ends_in_an_ellipsis_and_is_whole_on_hover(qtbot, window):
    text = window.pretrain_offer.findChild(QLabel, "pretrain_text")
    window.pretrain_offer.set_state("Let a network learn. " * 12, can_resume=False)
    window.pretrain_offer.show()
    qtbot.waitUntil(lambda: text.width() > 0)
    assert text.shown_text.endswith("…")
    assert text.toolTip() == text.text()


def test_the_offer_of_pretraining_is_read_whole(qtbot, window):
    text = window.pretrain_offer.findChild(QLabel, "pretrain_text")
    window.pretrain_offer.set_state(_OFFER, can_resume=False)
    window.pretrain_offer.show()
    page_of(window, "Train")
    qtbot.waitUntil(lambda: text.width() > 200)
    assert text.shown_text == _OFFER


def test_a_page_comes_to_the_front_by_itself(window):
    for page in (window.match_page, window.cluster_page, window.quality_page):
        window.show_page(page)
        assert page.isVisible()


def test_no_menu_is_higher_than_a_small_screen(window):
    for path, menu in window.menus.by_path.items():
        assert menu.sizeHint().height() <= 740, path
    paths = {spec.menu for spec in ACTIONS}
    assert {"View", "View/Layers"} <= paths
    layers = window.menus.by_path["View/Layers"]
    assert window.actions_by_id["toggle_labels"] in layers.actions()
    assert layers.menuAction() in window.menus.by_path["View"].actions()
