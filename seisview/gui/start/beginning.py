"""The first second: the window is painted, then everything behind it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

from seisview.gui.start.frame import Frame

if TYPE_CHECKING:
    from seisview.data.volume import HeaderBytes
    from seisview.gui.application import Application

_LATEST_MS = 1000
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.Shortcut,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
        QEvent.Type.ContextMenu,
        QEvent.Type.DragEnter,
        QEvent.Type.Drop,
        QEvent.Type.FileOpen,
    }
)


class Beginning(QObject):
    """Shows the window and completes it after its first paint, or at the first key or click before that.

    No input is lost: what comes in while the window is completed waits in the queue.

    Parameters
    ----------
    argv : sequence of str
        At most one path of a survey or project to open.
    header_bytes : HeaderBytes, optional
        Of that survey, as the user says.

    Signals
    -------
    painted()
        The first picture is there.
    completed()
        Everything works.
    """

    painted = Signal()
    completed = Signal()

    def __init__(self, argv: Sequence[str] = (), header_bytes: HeaderBytes | None = None) -> None:
        super().__init__()
        self._argv = argv
        self._header_bytes = header_bytes
        self._frame = Frame()
        self._begun = False
        self._was_painted = False
        self.window = self._frame.window
        self.application: Application | None = None
        self._after_paint = QTimer(self, singleShot=True, interval=0)
        self._after_paint.timeout.connect(self.complete)
        self._latest = QTimer(self, singleShot=True, interval=_LATEST_MS)  # nothing paints a hidden window
        self._latest.timeout.connect(self.complete)

    def show(self) -> None:
        """Show the window."""
        if (qt := QCoreApplication.instance()) is not None:
            qt.installEventFilter(self)
        self._latest.start()
        self.window.show()

    def complete(self) -> None:
        """Make what is behind the window, once."""
        if self._begun:
            return
        self._begun = True
        self._stop_watching()
        from seisview.gui.application import build

        try:
            self.application = build(self._argv, self._frame, self._header_bytes)
            self.application.errors.install()
        finally:
            if self.application is None:  # a window that does nothing is worse than none
                QCoreApplication.exit(1)
        self.completed.emit()

    def end(self) -> None:
        """Save, and give back what was made. Doing it twice is fine."""
        self._begun = True
        self._stop_watching()
        if self.application is not None:
            self.application.errors.uninstall()
            self.application.shutdown()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice the first paint and the first input; lets everything through."""
        kind = event.type()
        if kind in _INPUT:
            self.complete()
        elif kind is QEvent.Type.Paint and watched is self.window.welcome and not self._was_painted:
            self._was_painted = True
            self.painted.emit()
            self._after_paint.start()
        return False

    def _stop_watching(self) -> None:
        self._after_paint.stop()
        self._latest.stop()
        if (qt := QCoreApplication.instance()) is not None:
            qt.removeEventFilter(self)
