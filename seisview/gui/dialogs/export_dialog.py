"""Asks what to export, as what and where to, and says beforehand what will be written."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from seisview.export.content import ContentKind
from seisview.gui.dialogs.export_request import (
    OFFERED,
    ExportFormat,
    ExportOffer,
    ExportRequest,
    formats_of,
    sentence,
)
from seisview.gui.dialogs.file_row import FileRow
from seisview.gui.docks.naming import named

_SAMPLE_FORMATS: tuple[tuple[str, int | None], ...] = (
    ("as in the survey", None),
    ("4-byte IEEE float (format 5)", 5),
    ("4-byte IBM float (format 1)", 1),
    ("1-byte integer (format 8)", 8),
    ("1-byte unsigned integer (format 16)", 16),
)


class ExportDialog(QDialog):
    """The export form.

    Parameters
    ----------
    offer : ExportOffer
    kind : ContentKind
    format_ : ExportFormat
        What is chosen at first.
    parent : QWidget, optional

    Signals
    -------
    export_requested(ExportRequest)
    """

    export_requested = Signal(object)

    def __init__(
        self,
        offer: ExportOffer,
        kind: ContentKind = ContentKind.FACIES,
        format_: ExportFormat = ExportFormat.SEGY,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("export_dialog")
        self.setAccessibleName("Export")
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._offer = offer
        self._kinds = {choice: _kind_button(choice, offer) for choice in OFFERED}
        self._group = QButtonGroup(self)
        for button in self._kinds.values():
            self._group.addButton(button)
        self._format = named(QComboBox(), "export_format", "Kind of file")
        self._samples = named(QComboBox(), "export_sample_format", "SEG-Y sample format")
        for words, code in _SAMPLE_FORMATS:
            self._samples.addItem(words, code)
        self._file = FileRow("export")
        self._sentence = _wrapped("export_sentence")
        self._warning = _wrapped("export_warning")
        self._arrange()
        self._choose(kind, format_)
        self._group.buttonToggled.connect(lambda _button, on: self._show_kind() if on else None)
        self._format.currentIndexChanged.connect(self._propose_path)
        self._samples.currentIndexChanged.connect(self._describe)
        self._file.edited.connect(self._describe)

    def _arrange(self) -> None:
        what = QHBoxLayout()
        for button in self._kinds.values():
            what.addWidget(button)
        what.addStretch(1)
        form = QFormLayout()
        form.addRow("What", what)
        form.addRow("As", self._format)
        form.addRow("Samples", self._samples)
        form.addRow("File", self._file)
        self._buttons = QDialogButtonBox()
        self._export = self._buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        named(self._export, "export_start", "Export", "Write the file in the background (Enter)").setDefault(
            True
        )
        cancel = self._buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        named(cancel, "export_cancel", "Cancel", "Write nothing (Esc)")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._sentence)
        column.addWidget(self._warning)
        column.addStretch(1)
        column.addWidget(self._buttons)
        # room for the longest sentence from the start: a wrapping label does not make its dialog grow
        self._sentence.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.setMinimumSize(640, self.sizeHint().height())

    def request(self) -> ExportRequest:
        """Return the form as it stands."""
        format_ = ExportFormat(self._format.currentData())
        samples = self._samples.currentData() if format_ is ExportFormat.SEGY else None
        return ExportRequest(self._kind(), format_, self._file.path, samples)

    def accept(self) -> None:
        """Send the request and close."""
        if not self._export.isEnabled():
            return
        request = self.request()
        super().accept()
        self.export_requested.emit(request)

    def _kind(self) -> ContentKind:
        return next(kind for kind, button in self._kinds.items() if button.isChecked())

    def _choose(self, kind: ContentKind, format_: ExportFormat) -> None:
        possible = [choice for choice in OFFERED if not self._offer.reasons.get(choice)]
        chosen = kind if kind in possible or not possible else possible[0]
        self._kinds[chosen].setChecked(True)
        self._show_kind()
        self._format.setCurrentIndex(max(self._format.findData(str(format_)), 0))
        self._propose_path()

    def _show_kind(self) -> None:
        chosen = self._format.currentData()
        with QSignalBlocker(self._format):
            self._format.clear()
            for format_ in formats_of(self._kind()):
                self._format.addItem(format_.words, str(format_))
            self._format.setCurrentIndex(max(self._format.findData(chosen), 0))
        self._propose_path()

    def _propose_path(self) -> None:
        proposed = self._offer.proposed_path(self._kind(), ExportFormat(self._format.currentData()))
        self._file.propose(proposed)
        self._describe()

    def _describe(self) -> None:
        request = self.request()
        self._samples.setEnabled(request.format is ExportFormat.SEGY)
        self._samples.setToolTip(
            "How class ids or confidences are stored"
            if self._samples.isEnabled()
            else "Only SEG-Y files have a choice of sample formats."
        )
        self._sentence.setText(sentence(request, self._offer))
        reason = self._offer.problem(request.kind, request.format) or self._file.problem
        self._export.setEnabled(not reason)
        self._export.setToolTip(reason or "Write the file in the background (Enter)")
        self._warning.setText(reason or self._file.warning)


def _kind_button(kind: ContentKind, offer: ExportOffer) -> QRadioButton:
    reason = offer.reasons.get(kind, "")
    button = named(QRadioButton(str(kind)), f"export_{kind}", f"Export the {kind}")
    button.setEnabled(not reason)
    button.setToolTip(reason or f"Export the {offer.sources.get(kind, kind)}")
    return button


def _wrapped(name: str) -> QLabel:
    label = named(QLabel(), name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
