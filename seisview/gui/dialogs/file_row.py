"""The line of an export form that says where to write: a path that follows until the user edits it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from seisview.gui.docks.naming import named


class FileRow(QWidget):
    """A path with a button that opens the file dialog.

    Parameters
    ----------
    prefix : str
        Of the names of its parts: ``"export"`` makes ``"export_path"`` and ``"export_browse"``.
    parent : QWidget, optional

    Signals
    -------
    edited()
        The user typed or chose another path.
    """

    edited = Signal()

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._is_own = False
        self._path = named(QLineEdit(), f"{prefix}_path", "File to write")
        self._path.textEdited.connect(self._on_edited)
        browse = named(QPushButton("Browse …"), f"{prefix}_browse", "Choose the file to write")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._path, 1)
        row.addWidget(browse)
        self.setFocusProxy(self._path)

    @property
    def path(self) -> Path:
        """Where to write, as it stands."""
        return Path(self._path.text().strip()).expanduser()

    @property
    def problem(self) -> str:
        """Why nothing can be written there; empty when it can, as far as one sees from here."""
        if not self.path.name:
            return "Give a file name."
        return "" if self.path.parent.is_dir() else f"The folder {self.path.parent} does not exist."

    @property
    def warning(self) -> str:
        """What writing there destroys; empty when nothing."""
        return f"{self.path.name} exists and will be replaced." if self.path.exists() else ""

    def propose(self, path: Path) -> None:
        """Fill in a path; of one that the user gave only the suffix changes. Emits nothing."""
        chosen = Path(self._path.text()).with_suffix(path.suffix) if self._is_own else path
        self._path.setText(str(chosen))

    def _on_edited(self) -> None:
        self._is_own = bool(self._path.text().strip())
        self.edited.emit()

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Export to", self._path.text())
        dialog.setObjectName(f"{self._prefix}_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # the form says so itself
        dialog.selectFile(self._path.text())
        dialog.fileSelected.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_chosen(self, path: str) -> None:
        self._path.setText(path)
        self._on_edited()
