"""The window as it is seen first: menus and welcome page, with what is remembered."""

from __future__ import annotations

from pathlib import Path

from seisview.gui.main_window import MainWindow
from seisview.gui.start.thumbnails import thumbnail
from seisview.gui.start.welcome_page import RecentItem
from seisview.gui.survey.label_memory import labels_text
from seisview.preferences import Preferences


class Frame:
    """The window before anything is behind it.

    Attributes
    ----------
    preferences : Preferences
        The stored ones.
    window : MainWindow
        Not shown, not completed.
    """

    def __init__(self) -> None:
        self.preferences = _stored_preferences()
        self.window = MainWindow()
        self.window.restore_geometry(self.preferences.window)
        show_recent(self.window, self.preferences)


def recent_paths(preferences: Preferences) -> list[Path]:
    """Surveys and projects opened lately that are still there."""
    return [path for path in map(Path, preferences.recent) if path.exists()]


def show_recent(window: MainWindow, preferences: Preferences) -> None:
    """List on the welcome page what was opened lately."""
    paths = recent_paths(preferences)
    window.welcome.set_recent(
        [RecentItem(path, _place(path, preferences), thumbnail(path)) for path in paths]
    )


def _place(path: Path, preferences: Preferences) -> str:
    kind = "project" if (path / "project.json").is_file() else "survey"
    labelled = labels_text(preferences, path)
    return f"{kind} in {path.parent}" + (f", {labelled}" if labelled else "")


def _stored_preferences() -> Preferences:
    try:
        return Preferences.load()
    except OSError:  # no folder to keep them in: begin with the defaults
        return Preferences()
