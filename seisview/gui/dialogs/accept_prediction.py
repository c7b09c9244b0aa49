"""Chooses which predicted samples become labels; stays open while the user looks around."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from seisview.gui.docks.naming import named
from seisview.labels.accept import AcceptRule
from seisview.labels.facies import FaciesScheme

_ALL = 0
_DEFAULT_PERCENT = 80
_STEP_PERCENT = 5
_SWATCH_PIXELS = 12


class AcceptPredictionDialog(QDialog):
    """Class, least confidence, and where: the whole section or polygons drawn on it.

    Signals
    -------
    rule_changed()
        Class or confidence is another.
    by_polygon_changed(bool)
        The user draws polygons from now on, or takes the whole section.
    accept_requested()
        Take the whole section over, by :attr:`rule`.
    """

    rule_changed = Signal()
    by_polygon_changed = Signal(bool)
    accept_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("accept_prediction_dialog")
        self.setAccessibleName("Accept the prediction as labels")
        self.setWindowTitle("Accept the prediction")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._class = named(QComboBox(), "accept_class", "Class to accept")
        self._confidence = named(
            QSpinBox(),
            "accept_confidence",
            "Least confidence",
            "Accept only samples that the model is at least this sure of; "
            "of carried labels, 80 % is the next section and 50 % comes from 16 lines away",
        )
        self._confidence.setRange(0, 100)
        self._confidence.setSingleStep(_STEP_PERCENT)
        self._confidence.setSuffix(" %")
        self._confidence.setValue(_DEFAULT_PERCENT)
        self._whole = named(QRadioButton("on the &whole section"), "accept_whole", "On the whole section")
        self._polygon = named(
            QRadioButton("inside &polygons that I draw"),
            "accept_polygon",
            "Inside polygons",
            "Every polygon drawn on the section accepts what is predicted inside it",
        )
        self._whole.setChecked(True)
        self._summary = named(QLabel(), "accept_summary", "What will be accepted")
        self._arrange()
        self._class.currentIndexChanged.connect(self.rule_changed)
        self._confidence.valueChanged.connect(self.rule_changed)
        self._polygon.toggled.connect(self.by_polygon_changed)

    def _arrange(self) -> None:
        form = QFormLayout()
        form.addRow("&Class", self._class)
        form.addRow("&Confidence from", self._confidence)
        form.addRow("Where", self._whole)
        form.addRow("", self._polygon)
        # A height for two lines from the beginning: the buttons must not move while the text changes.
        self._summary.setWordWrap(True)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._summary.setAlignment(Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox()
        self._accept = buttons.addButton("Accept", QDialogButtonBox.ButtonRole.ApplyRole)
        named(self._accept, "accept_start", "Accept", "Make labels of what is predicted (Enter)")
        self._accept.setDefault(True)
        self._accept.clicked.connect(self.accept_requested)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        named(close, "accept_close", "Close", "Close (Esc)").setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._summary)
        column.addWidget(buttons)
        self.setMinimumWidth(360)

    @property
    def rule(self) -> AcceptRule:
        """What is chosen."""
        class_id = self._class.currentData()
        classes = None if class_id in (None, _ALL) else [int(class_id)]
        return AcceptRule.of(self._confidence.value() / 100, classes)

    @property
    def by_polygon(self) -> bool:
        """Whether polygons say where."""
        return self._polygon.isChecked()

    def set_scheme(self, scheme: FaciesScheme) -> None:
        """Offer these classes; the one chosen stays, if it is still there."""
        chosen = self._class.currentData()
        self._class.blockSignals(True)
        self._class.clear()
        self._class.addItem("all classes", _ALL)
        for facies in scheme:
            self._class.addItem(_swatch(facies.color), facies.name, facies.id)
        self._class.setCurrentIndex(max(self._class.findData(chosen), 0))
        self._class.blockSignals(False)
        self.rule_changed.emit()

    def begin_from(self, percent: int) -> None:
        """Begin with another least confidence than the usual one."""
        self._confidence.setValue(percent)

    def set_summary(self, text: str, can_accept: bool) -> None:
        """Say what will be accepted, or why nothing can be."""
        self._summary.setText(text)
        self._accept.setEnabled(can_accept)
        self._accept.setToolTip(text)


def _swatch(color: str) -> QIcon:
    picture = QPixmap(_SWATCH_PIXELS, _SWATCH_PIXELS)
    picture.fill(QColor(color))
    return QIcon(picture)
