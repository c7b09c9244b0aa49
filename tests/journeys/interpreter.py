"""An interpreter at the window: finds things by what they are called, and uses mouse and keys only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QSpinBox,
    QWidget,
)

from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.gui.application import Application, build

NO_MODIFIER = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def write_synthetic(folder: Path, n_inlines: int) -> Path:
    """Write a SEG-Y of 64 crosslines and 96 samples with known facies; return its path."""
    path = folder / "synthetic.sgy"
    write_survey(synthesize(SyntheticConfig(n_inlines=n_inlines, n_crosslines=64, n_samples=96)), path)
    return path


class Interpreter:
    """Drives one window.

    Parameters
    ----------
    qtbot : QtBot
    screenshots : Path or None
        Folder for a picture of each stage.
    """

    def __init__(self, qtbot, screenshots: Path | None = None) -> None:
        self.qtbot = qtbot
        self.screenshots = screenshots
        self.application: Application = build()
        self.window = self.application.window
        self.section = self.window.section_view
        self.window.resize(1366, 768)
        self.application.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def leave(self) -> None:
        self.application.shutdown()
        self.window.deleteLater()

    def wait_until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        self.qtbot.waitUntil(condition, timeout=int(seconds * 1000))

    def find(self, kind: type, name: str, within: QWidget | None = None):
        found = (within or self.window).findChild(kind, name)
        assert found is not None, f"there is no {kind.__name__} called {name}"
        return found

    def picture(self, name: str) -> QImage:
        image = self.window.grab().toImage()
        if self.screenshots is not None:
            assert image.save(str(self.screenshots / f"{name}.png"))
        return image

    def section_picture(self) -> QImage:
        return self.section.canvas.grab().toImage()

    def undo(self) -> None:
        """Ctrl+Z, until what it takes back is back: large edits go between the window's events."""
        self._step(Qt.Key.Key_Z)

    def redo(self) -> None:
        """Ctrl+Y, until it is done."""
        self._step(Qt.Key.Key_Y)

    def _step(self, key: Qt.Key) -> None:
        self.key(key, Qt.KeyboardModifier.ControlModifier)
        self.wait_until(lambda: self.application.session.labels.moved is None)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER, times: int = 1) -> None:
        for _ in range(times):
            self.qtbot.keyClick(self.section.canvas, key, modifier)

    def click(self, name: str, within: QWidget | None = None) -> None:
        button = self.find(QAbstractButton, name, within)
        assert button.isEnabled(), f"{name} is disabled: {button.toolTip()}"
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def choose_from_menu(self, action_id: str) -> None:
        """Open the menu that holds an action, and click the action in it."""
        action = self.window.actions_by_id[action_id]
        assert action.isEnabled(), f"{action_id} is disabled: {action.toolTip()}"
        menu = next(o for o in action.associatedObjects() if isinstance(o, QMenu))
        menu.popup(self.window.mapToGlobal(self.window.rect().center()))
        self.qtbot.waitExposed(menu)
        self.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())

    def open_survey(self, path: Path) -> None:
        """Ctrl+O; the system's own file dialog is answered for."""
        self.application.prompts.survey_to_open = lambda: path
        self.qtbot.keyClick(self.window, Qt.Key.Key_O, CONTROL)
        self.wait_until(lambda: self.application.session is not None and self.section.key is not None)

    def go_to_line(self, number: int) -> None:
        """Type a line number into the box beside the slider."""
        box = self.find(QAbstractSpinBox, "section_number")
        box.setFocus()
        box.selectAll()
        self.qtbot.keyClicks(box, str(number))
        self.qtbot.keyClick(box, Qt.Key.Key_Return)
        geometry = self.application.session.volume.geometry
        self.wait_until(lambda: geometry.number_of(self.section.key) == number)

    def paint(self, class_key: Qt.Key, places: Iterable[tuple[float, float]]) -> None:
        """Press a class key and drag the brush through (row, column) places."""
        self.key(Qt.Key.Key_B)
        self.key(class_key)
        viewport = self.section.canvas.viewport()
        pixels = [self.section.pixel_of(row, column) for row, column in places]
        self.qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=pixels[0])
        for pixel in pixels[1:]:
            self.qtbot.mouseMove(viewport, pixel)
        self.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=pixels[-1])

    def paint_three_classes(self, n_places: int = 12) -> None:
        """Zigzags of classes 1, 2 and 3, one below the other, on a section of 96 samples."""
        for key, row in ((Qt.Key.Key_1, 15), (Qt.Key.Key_2, 48), (Qt.Key.Key_3, 80)):
            self.paint(key, [(row + 4 * (i % 2), 4 + 5 * i) for i in range(n_places)])

    def set_training(self, steps: int) -> None:
        """Unfold the settings of training and ask for a number of steps."""
        self.click("train_settings_fold")
        unit = self.find(QComboBox, "train_budget_unit")
        unit.setFocus()
        self.qtbot.keyClick(unit, Qt.Key.Key_Down)
        box = self.find(QSpinBox, "train_steps")
        box.setFocus()
        box.selectAll()
        self.qtbot.keyClicks(box, str(steps))
        self.qtbot.keyClick(box, Qt.Key.Key_Return)
        self.section.canvas.setFocus()

    def wait_for_job(self, seconds: float) -> None:
        self.wait_until(lambda: self.application.jobs.busy is None, seconds)

    def export(self, action_id: str, path: Path) -> None:
        """Choose an export from the menu, type the file name, press Export."""
        self.choose_from_menu(action_id)
        dialog = self.find(QDialog, "export_dialog")
        line = self.find(QLineEdit, "export_path", dialog)
        line.setFocus()
        line.selectAll()
        self.qtbot.keyClicks(line, str(path))
        self.click("export_start", dialog)
        self.wait_until(lambda: path.exists() and self.application.jobs.busy is None, 30)

    def text(self, name: str) -> str:
        return self.find(QLabel, name).text()
