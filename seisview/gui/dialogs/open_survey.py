"""Opening a survey with a look at it first: geometry, text header, a live picture, other bytes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from seisview.data.volume import HeaderBytes
from seisview.errors import SeisviewError
from seisview.gui.dialogs.header_bytes_form import HeaderBytesForm
from seisview.gui.dialogs.preview_picture import PreviewPicture
from seisview.gui.dialogs.survey_preview import SurveyChoice, SurveyPreview, facts, preview_survey
from seisview.gui.docks.naming import named
from seisview.gui.jobs.latest_worker import LatestWorker

FILE_FILTER = "Surveys (*.sgy *.segy *.seg *.SGY *.SEGY *.npy zarr.json .zarray);;All files (*)"
_ZARR_FILES = {"zarr.json", ".zarray", ".zgroup"}
_LEFT_WIDTH = 380


class OpenSurveyDialog(QDialog):
    """Shows a survey before it is opened and lets the user choose other header bytes.

    Parameters
    ----------
    choice : SurveyChoice, optional
        What to show at first.
    folder : str
        Where the file dialog begins.
    parent : QWidget, optional

    Signals
    -------
    survey_chosen(SurveyChoice)
        The user wants to open this, by bytes that the preview has shown to work.
    """

    survey_chosen = Signal(object)

    def __init__(
        self, choice: SurveyChoice | None = None, folder: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("open_survey_dialog")
        self.setAccessibleName("Open a survey")
        self.setWindowTitle("Open a survey")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder = folder
        self._preview: SurveyPreview | None = None
        self._worker = LatestWorker("Survey preview", self)
        self._worker.answered.connect(self._show_preview)
        self._worker.failed.connect(self._show_failure)
        self._path = named(QLineEdit(), "survey_path", "Path of the survey", "A file or a zarr folder")
        self._path.editingFinished.connect(self._on_path)
        self._facts = QFormLayout()
        self._bytes = HeaderBytesForm()
        self._bytes.bytes_edited.connect(self._outdate)
        self._bytes.bytes_changed.connect(lambda _bytes: self._look())
        self._picture = PreviewPicture()
        self._text = _text_header_view()
        self._warnings = named(QLabel(), "survey_warnings")
        self._warnings.setWordWrap(True)
        self._warnings.setTextFormat(Qt.TextFormat.PlainText)
        self._arrange()
        self._forget("Choose a survey: SEG-Y, .npy or zarr.")
        if choice is not None:
            self.set_choice(choice)

    def _arrange(self) -> None:
        browse = named(QPushButton("Browse …"), "survey_browse", "Choose a file")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        top = QHBoxLayout()
        top.addWidget(QLabel("Survey"))
        top.addWidget(self._path, 1)
        top.addWidget(browse)
        found = QGroupBox("Detected")
        found.setLayout(self._facts)
        found.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._facts.setVerticalSpacing(2)
        self._byte_group = QGroupBox("Header bytes")
        QVBoxLayout(self._byte_group).addWidget(self._bytes)
        left = QVBoxLayout()
        left.addWidget(found)
        left.addWidget(self._byte_group, 1)
        left_side = QWidget()
        left_side.setFixedWidth(_LEFT_WIDTH)
        left.setContentsMargins(0, 0, 0, 0)
        left_side.setLayout(left)
        tabs = named(QTabWidget(), "survey_tabs", "Picture and text header")
        tabs.setToolTip("")
        tabs.addTab(self._picture, "&Picture")
        tabs.addTab(self._text, "&Text header")
        middle = QHBoxLayout()
        middle.addWidget(left_side)
        middle.addWidget(tabs, 1)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addLayout(middle, 1)
        column.addWidget(self._warnings)
        column.addWidget(self._button_box())
        self.resize(1060, 680)

    def _button_box(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self._open = box.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        named(self._open, "survey_open", "Open this survey", "Open what the picture shows (Enter)")
        self._open.setDefault(True)
        cancel = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        named(cancel, "survey_cancel", "Cancel", "Open nothing (Esc)")
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box

    @property
    def preview(self) -> SurveyPreview | None:
        """What is shown now; None while a new look is being taken."""
        return self._preview

    def choice(self) -> SurveyChoice:
        """Return the form as it stands."""
        return SurveyChoice(Path(self._path.text().strip()).expanduser(), self._bytes.header_bytes())

    def set_choice(self, choice: SurveyChoice) -> None:
        """Show this survey by these bytes."""
        self._path.setText(str(choice.path))
        self._bytes.set_bytes(choice.header_bytes)
        self._look()

    def accept(self) -> None:
        """Send the choice and close; does nothing before there is a picture."""
        if self._preview is None or not self._open.isEnabled():
            return
        shown = self._preview
        chosen = SurveyChoice(shown.choice.path) if shown.problem is not None else shown.choice
        super().accept()
        self.survey_chosen.emit(chosen)

    def done(self, result: int) -> None:
        """Close, after the reading thread has stopped."""
        self._worker.shutdown()
        super().done(result)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Open a survey", self._path.text() or self._folder, FILE_FILTER)
        dialog.setObjectName("survey_file_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.set_choice(SurveyChoice(_survey_of(Path(path)))))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_path(self) -> None:
        if self._path.isModified():
            self._path.setModified(False)
            self._bytes.set_bytes(HeaderBytes())
            self._look()

    def _outdate(self) -> None:
        self._worker.forget()
        self._preview = None
        self._open.setEnabled(False)
        self._open.setToolTip("Wait for the picture.")
        self._picture.set_message("Looking …", keep_picture=True)

    def _look(self) -> None:
        self._outdate()
        choice = self.choice()
        self._worker.submit(lambda is_stale: preview_survey(choice, is_stale))

    def _show_preview(self, preview: SurveyPreview) -> None:
        self._preview = preview
        self._show_facts(facts(preview.geometry, preview.info))
        self._bytes.set_detected(preview.info.header_bytes)
        self._bytes.set_candidates(preview.candidates)
        self._byte_group.setVisible(preview.info.format == "segy")
        self._text.setPlainText(preview.info.text_header or "There is no text header.")
        self._picture.set_section(preview.section)
        problem = preview.problem
        lines = [*preview.info.warnings]
        if problem is not None:
            lines.insert(0, f"{problem.message} {problem.hint} Shown and opened as detected instead.")
        self._warnings.setText("\n".join(lines))
        self._open.setText("Open as a 2-D line" if preview.geometry.is_2d else "Open")
        self._open.setEnabled(True)
        self._open.setToolTip("Open what the picture shows (Enter)")

    def _show_failure(self, error: SeisviewError) -> None:
        self._forget(f"{error.message}\n\n{error.hint}")
        self._open.setToolTip(error.message)

    def _forget(self, message: str) -> None:
        self._preview = None
        self._show_facts(())
        self._picture.set_message(message)
        self._text.clear()
        self._warnings.clear()
        self._open.setEnabled(False)
        self._open.setToolTip(message)

    def _show_facts(self, rows: tuple[tuple[str, str], ...]) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, text in rows:
            value = named(QLabel(text), f"fact_{name.replace(' ', '_')}")
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            self._facts.addRow(name, value)


def _survey_of(path: Path) -> Path:
    """A file inside a zarr array stands for the array."""
    return path.parent if path.name in _ZARR_FILES else path


def _text_header_view() -> QPlainTextEdit:
    view = named(QPlainTextEdit(), "survey_text_header", "Text header of the file")
    view.setToolTip("")
    view.setReadOnly(True)
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(max(font.pointSizeF(), 9.5))
    view.setFont(font)
    return view
