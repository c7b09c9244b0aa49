"""The window: layout only. Every part speaks by its own signals; controllers decide what they mean."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QWidget,
)

from seisview.gui.actions.qactions import Actions, build_menus
from seisview.gui.start.welcome_page import WelcomePage
from seisview.gui.status.status_line import StatusLine
from seisview.gui.style import StyledPalette

if TYPE_CHECKING:
    from seisview.gui.section.section_view import SectionView

_LAYOUT_VERSION = 2
_START_SIZE = QSize(1320, 720)
_RIGHT_WIDTH = 270
_RIGHT_HEIGHTS = [210, 300, 150]
_BOTTOM_HEIGHT = 210
_TOOLS = (
    *("tool_pan", "tool_brush", "tool_eraser", "tool_polygon", "tool_between"),
    *("tool_fill", "tool_wand", "tool_pick"),
)
_PANEL_TEXTS = {"facies": "&Facies", "layers": "&Layers", "work": "&Work", "label_next": "Label &next"}
_FINDING_TOOLS = ("tool_match", "tool_line")


class MainWindow(QMainWindow):
    """Welcome page or section in the middle, tools left, facies and layers right, work at the bottom.

    Made with menus and welcome page only, which is what is seen first; :meth:`complete` adds the rest.

    Signals
    -------
    files_dropped(list of Path)
        Files or folders were dropped on the window.
    theme_changed()
        The system went dark or light.
    """

    files_dropped = Signal(list)
    theme_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self._styled = StyledPalette(self)
        self.setAcceptDrops(True)
        self.may_close: Callable[[], bool] = lambda: True
        self.actions_by_id = Actions(self)
        self.menus = build_menus(self.menuBar(), self.actions_by_id)
        self.welcome = WelcomePage()
        self.status_line = StatusLine()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self.setCentralWidget(self._pages)
        self.setStatusBar(self.status_line)
        self._bars: list[QToolBar] = []
        self._docks: dict[str, QDockWidget] = {}
        self.resize(_START_SIZE)
        self.set_title("")

    def complete(self) -> None:
        """Add what is seen once a survey is open; hidden until then."""
        from seisview.gui.workspace import Workspace

        made = Workspace()
        self.panes, self.section_bar = made.panes, made.section_bar
        self.facies_dock, self.layers_dock = made.facies_dock, made.layers_dock
        self.train_dock, self.pretrain_offer = made.train_dock, made.pretrain_offer
        self.quality_page, self.cluster_page = made.quality_page, made.cluster_page
        self.match_page, self.label_next_dock = made.match_page, made.label_next_dock
        self.job_strip, self._work = made.job_strip, made.work
        self.actions_by_id.set_palette(self.palette())
        self._pages.addWidget(self.panes)
        self._bars = [self._top_bar(made.pane_counts), self._tool_strip()]
        self._docks = self._make_docks(made.bottom)
        self.set_survey_shown(False)

    def _top_bar(self, pane_counts: tuple[int, ...]) -> QToolBar:
        bar = self._bar("Survey and section", "top_bar", Qt.ToolBarArea.TopToolBarArea)
        for action_id in ("open_survey", "save", "undo", "redo"):
            bar.addAction(self.actions_by_id[action_id])
        bar.addSeparator()
        bar.addWidget(self.section_bar)
        for count in pane_counts:
            action = self.actions_by_id[f"panes_{count}"]
            action.setIconText(str(count))
            bar.addAction(action)
        self.actions_by_id.make_reachable(bar)
        return bar

    def _tool_strip(self) -> QToolBar:
        strip = self._bar("Tools", "tool_strip", Qt.ToolBarArea.LeftToolBarArea)
        strip.setIconSize(QSize(24, 24))
        for action_id in (*_TOOLS, *_FINDING_TOOLS):
            strip.addAction(self.actions_by_id[action_id])
        strip.addSeparator()
        for action_id in ("toggle_overlay", "fit", "go_to"):
            strip.addAction(self.actions_by_id[action_id])
        self.actions_by_id.make_reachable(strip)
        return strip

    def _bar(self, title: str, name: str, area: Qt.ToolBarArea) -> QToolBar:
        bar = QToolBar(title)
        bar.setObjectName(name)
        bar.setVisible(False)
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.actionTriggered.connect(lambda _action: self.panes.setFocus())
        self.addToolBar(area, bar)
        bar.toggleViewAction().setEnabled(False)
        return bar

    def _make_docks(self, bottom: QWidget) -> dict[str, QDockWidget]:
        right, below = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self.setCorner(Qt.Corner.BottomRightCorner, right)
        docks = {
            "facies": self._dock("Facies", "dock_facies", self.facies_dock, right),
            "layers": self._dock("Layers", "dock_layers", self.layers_dock, right),
            "work": self._dock("Work", "dock_work", bottom, below),
            "label_next": self._dock("Label next", "dock_label_next", self.label_next_dock, right),
        }
        docks["work"].setTitleBarWidget(QWidget())  # its tabs are title enough
        self.menus.by_path["View"].addSeparator()
        panels = self.menus.by_path["View"].addMenu("Pan&els")
        panels.setObjectName("menu_view_panels")
        for name, dock in docks.items():
            dock.toggleViewAction().setText(_PANEL_TEXTS[name])
            panels.addAction(dock.toggleViewAction())
        return docks

    def show_train_page(self) -> None:
        """Bring the training page to the front."""
        self._docks["work"].setVisible(True)
        self._work.setCurrentIndex(0)

    def _dock(self, title: str, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(name)
        dock.setVisible(False)  # the window may be on screen already
        dock.setWidget(content)
        dock.toggleViewAction().setObjectName(f"action_{name}")
        self.addDockWidget(area, dock)
        return dock

    @property
    def section_view(self) -> SectionView:
        """The section that has the tools and keys."""
        return self.panes.active.section_view

    @property
    def survey_shown(self) -> bool:
        """Whether the section is shown, rather than the welcome page."""
        return self._pages.currentWidget() is not self.welcome

    def set_survey_shown(self, shown: bool) -> None:
        """Show the section with its bars and docks, or the welcome page alone."""
        if shown == self.survey_shown and self._pages.property("placed"):
            return  # keeps closed what the user closed
        self._pages.setProperty("placed", True)
        self._pages.setCurrentWidget(self.panes if shown else self.welcome)
        for bar in self._bars:
            bar.setVisible(shown)
        for dock in self._docks.values():
            dock.setVisible(shown)
            dock.toggleViewAction().setEnabled(shown)
        if shown:
            self._size_docks()
            self.panes.setFocus()

    def _size_docks(self) -> None:
        """Share out the right side and the bottom; hidden docks would not take it."""
        column = [self._docks[name] for name in ("facies", "layers", "label_next")]
        self.resizeDocks(column, _RIGHT_HEIGHTS, Qt.Orientation.Vertical)
        self.resizeDocks(column[:1], [_RIGHT_WIDTH], Qt.Orientation.Horizontal)
        self.resizeDocks([self._docks["work"]], [_BOTTOM_HEIGHT], Qt.Orientation.Vertical)

    def show_page(self, page: QWidget) -> None:
        """Bring a page of the work panel to the front."""
        for number in range(self._work.count()):
            tab = self._work.widget(number)
            if tab is not None and tab.isAncestorOf(page):
                self._work.setCurrentIndex(number)

    def set_title(self, name: str) -> None:
        """Show the name of the survey or project in the title of the window."""
        self.setWindowTitle(f"{name} - seisview" if name else "seisview")

    def layout_state(self) -> dict[str, str]:
        """Geometry and docks as text, for the preferences."""
        state = {"geometry": _text(self.saveGeometry())}
        if self.survey_shown:
            state["docks"] = _text(self.saveState(_LAYOUT_VERSION))
        return state

    def restore_geometry(self, stored: dict[str, str]) -> None:
        """Give the window the size and place it had; ignored when it is not readable."""
        if (geometry := _bytes(stored.get("geometry", ""))) is not None:
            self.restoreGeometry(geometry)

    def restore_docks(self, stored: dict[str, str]) -> None:
        """Give the docks the places they had; ignored when they are not readable."""
        if (docks := _bytes(stored.get("docks", ""))) is not None:
            self.restoreState(docks, _LAYOUT_VERSION)

    def button_of(self, action_id: str) -> QToolButton | None:
        """Return the button that shows an action in the top bar or the tool strip, if there is one."""
        for bar in self._bars:
            widget = bar.widgetForAction(self.actions_by_id[action_id])
            if isinstance(widget, QToolButton):
                return widget
        return None

    def changeEvent(self, event: QEvent) -> None:
        """Tell that the colours of the system changed."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            if self._bars:  # else no icon is seen
                self.actions_by_id.set_palette(self.palette())
            self._styled.follow(QApplication.palette())
            self.theme_changed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close unless whoever set `may_close` says no."""
        if self.may_close():
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and folders."""
        if _paths(event):
            self.welcome.set_drop_shown(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show that nothing will be dropped."""
        self.welcome.set_drop_shown(False)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was dropped."""
        self.welcome.set_drop_shown(False)
        event.acceptProposedAction()
        self.files_dropped.emit(_paths(event))


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")


def _bytes(text: str) -> QByteArray | None:
    try:
        return QByteArray(base64.b64decode(text, validate=True)) if text else None
    except (binascii.Error, ValueError):
        return None
