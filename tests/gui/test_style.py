"""What is drawn shows on a light window and on a dark one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFrame,
    QMainWindow,
    QPushButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from seisview.gui.app import create_app
from seisview.gui.docks.loss_curves import LEGEND
from seisview.gui.style import DISABLED_TEXT
from seisview.gui.view.mark_symbols import MARK_COLORS
from seisview.labels.facies import FaciesScheme
from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy

ROLE, GROUP = QPalette.ColorRole, QPalette.ColorGroup
LEGIBLE = 3.0
WINDOWS = {"light": ("#efefef", "#ffffff", "#000000"), "dark": ("#323232", "#242424", "#f0f0f0")}


def contrast(one: QColor | str, other: QColor | str) -> float:
    """The ratio of WCAG, 1 to 21; 3 is what it asks of graphics and large text."""

    def luminance(color: QColor) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (color.redF(), color.greenF(), color.blueF())
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def strongest(image: QImage, ground: str) -> float:
    """How far the clearest pixel of a picture stands out from the ground."""
    return max(
        contrast(image.pixelColor(x, y), ground) for x in range(image.width()) for y in range(image.height())
    )


@pytest.fixture(autouse=True)
def no_windows_of_other_tests(qapp: QApplication) -> None:
    """Closed ones are deleted later; until then every change of the style polishes all of them again."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[call-overload]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[tuple[str, str]]:
    """The system goes light or dark, as Qt's own palettes are; gives the ground of windows and of lists."""
    window, base, text = WINDOWS[request.param]
    app = create_app()
    system = app.palette()
    dark = QPalette(system)
    for group in (GROUP.Active, GROUP.Inactive, GROUP.Disabled):
        dark.setColor(group, ROLE.Window, QColor(window))
        dark.setColor(group, ROLE.Button, QColor(window))
        dark.setColor(group, ROLE.Base, QColor(base))
        dark.setColor(group, ROLE.Mid, QColor(window).darker(130))
        faint = QColor(text)
        faint.setAlpha(128)
        dark.setColor(group, ROLE.PlaceholderText, faint)
    app.setPalette(dark)
    yield window, base
    app.setPalette(QPalette())


def test_disabled_text_is_legible(theme: tuple[str, str], qtbot: QtBot) -> None:
    button = QPushButton("Cancel")
    qtbot.addWidget(button)
    button.setEnabled(False)
    for role in (ROLE.WindowText, ROLE.Text, ROLE.ButtonText):
        color = button.palette().color(GROUP.Disabled, role)
        assert color == QColor(DISABLED_TEXT)
        assert min(contrast(color, ground) for ground in theme) > LEGIBLE


def test_other_colours_are_those_of_the_system(qtbot: QtBot) -> None:
    app = create_app()
    mine, own = app.palette(), app.style().standardPalette()
    for role in (ROLE.Window, ROLE.WindowText, ROLE.Base, ROLE.Highlight):
        assert mine.color(GROUP.Active, role) == own.color(GROUP.Active, role)


def test_the_frame_that_files_are_dropped_on_shows(theme: tuple[str, str], qtbot: QtBot) -> None:
    frame = QFrame()
    frame.setObjectName("drop_target")
    frame.resize(60, 40)
    qtbot.addWidget(frame)
    assert strongest(frame.grab().toImage(), theme[0]) > LEGIBLE


def test_the_buttons_of_docks_show(theme: tuple[str, str], qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    dock = QDockWidget("Facies", window)
    dock.setWidget(QWidget())
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    with qtbot.waitExposed(window):
        window.show()
    for name in ("qt_dockwidget_closebutton", "qt_dockwidget_floatbutton"):
        button = dock.findChild(QWidget, name)
        assert button is not None
        assert strongest(button.grab().toImage(), theme[0]) > LEGIBLE


def test_curves_and_label_next_show_on_both() -> None:
    training = LEGEND.split("color:")[1][:7]
    for window, base, _text in WINDOWS.values():
        assert contrast(training, base) > LEGIBLE
        assert contrast(MARK_COLORS["next"], window) > LEGIBLE
        assert contrast(MARK_COLORS["next"], base) > LEGIBLE


def eye_of(tree: QTreeWidget) -> QImage:
    """The eye of the second row on the ground of a dark list."""
    eye = tree.topLevelItem(1).icon(tree.columnCount() - 1).pixmap(16, 16).toImage()
    drawn = QImage(eye.size(), QImage.Format.Format_RGB32)
    drawn.fill(QColor(WINDOWS["dark"][1]))
    painter = QPainter(drawn)
    painter.drawImage(0, 0, eye)
    painter.end()
    return drawn


def test_eyes_show_when_the_system_goes_dark_while_the_window_is_open(qtbot: QtBot, tmp_path: Path) -> None:
    app = create_app()
    system = app.palette()
    scene = Scene(qtbot, write_segy(tmp_path))
    clusters = scene.window.findChild(QTreeWidget, "cluster_list")
    clusters.set_clusters(FaciesScheme.named(["A", "B"]).classes, {}, frozenset())
    dark = QPalette(system)
    for role, name in ((ROLE.Window, 0), (ROLE.Base, 1), (ROLE.Text, 2), (ROLE.ButtonText, 2)):
        dark.setColor(role, QColor(WINDOWS["dark"][name]))
    try:
        app.setPalette(dark)
        for tree in (scene.window.findChild(QTreeWidget, "facies_list"), clusters):
            qtbot.waitUntil(lambda tree=tree: strongest(eye_of(tree), WINDOWS["dark"][1]) > LEGIBLE)
    finally:
        app.setPalette(system)
        scene.app.shutdown()
        scene.window.deleteLater()


def test_the_program_has_an_icon_of_its_own_in_task_bars(qtbot: QtBot) -> None:
    app = create_app()
    for size in (16, 64, 256):
        picture = app.windowIcon().pixmap(size, size).toImage()
        assert picture.width() == size, "drawn for this size"
        colours = {picture.pixelColor(size // 2, row).name() for row in range(size)}
        assert {"#f2f2ef", "#e69f00", "#0072b2"} <= colours
