"""What this program is, which version, and under which licence."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

_TEXT = """
<h2>seisview {version}</h2>
<p>Interpret 3-D seismic with few labels.</p>
<p>MIT licence. Built on Qt (PySide6), PyTorch, segyio, zarr, pyqtgraph and others.</p>
"""


class AboutDialog(QDialog):
    """Shows name, version and licence; does not block."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about_dialog")
        self.setWindowTitle("About seisview")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QLabel(_TEXT.format(version=installed_version()))
        text.setObjectName("about_text")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addWidget(buttons)


def installed_version() -> str:
    """Version of the installed package; "not installed" when it runs from a source tree."""
    try:
        return version("seisview")
    except PackageNotFoundError:
        return "(not installed)"
