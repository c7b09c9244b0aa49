"""What is in the open survey: grid, interval, header bytes, amplitudes, warnings and text header."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from seisview.data.volume import SourceInfo
from seisview.gui.dialogs.survey_facts import FactGroup, facts_text
from seisview.gui.docks.naming import named

_START_SIZE = (1120, 640)
_LEFT_SHARE, _RIGHT_SHARE = 45, 55
_MOST_WARNING_LINES = 8
_NO_TEXT_HEADER = "There is no text header."


class SurveyInformationDialog(QDialog):
    """Shows facts and the text header beside each other; may stay open while working.

    Parameters
    ----------
    name : str
        What the survey is called.
    groups : tuple of FactGroup
    info : SourceInfo
        For its warnings and its text header.
    parent : QWidget, optional
    """

    def __init__(
        self,
        name: str,
        groups: tuple[FactGroup, ...],
        info: SourceInfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("survey_information_dialog")
        self.setAccessibleName("Survey information")
        self.setWindowTitle(f"Survey information: {name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._as_text = facts_text(groups, info)
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.addWidget(_left_side(groups, info.warnings))
        sides.addWidget(_header_pane(info.text_header))
        sides.setChildrenCollapsible(False)
        width = _START_SIZE[0]
        sides.setSizes([width * _LEFT_SHARE // 100, width * _RIGHT_SHARE // 100])
        column = QVBoxLayout(self)
        column.addWidget(sides, 1)
        column.addWidget(self._make_buttons())
        self.resize(*_START_SIZE)

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = named(
            QPushButton("&Copy all"),
            "survey_information_copy",
            "Copy all",
            "Copy the facts and the text header as text",
        )
        copy.setAutoDefault(False)
        copy.clicked.connect(self.copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        return buttons

    def copy(self) -> None:
        """Put everything on the clipboard as plain text."""
        QGuiApplication.clipboard().setText(self._as_text)


def _left_side(groups: tuple[FactGroup, ...], warnings: tuple[str, ...]) -> QWidget:
    facts = _facts_list(groups)
    shown = named(QPlainTextEdit(), "survey_information_warnings", "Warnings about the survey")
    shown.setToolTip("")
    shown.setReadOnly(True)
    shown.setTabChangesFocus(True)
    shown.setPlainText("\n".join(warnings) or "There are no warnings.")
    lines = min(2 * len(warnings), _MOST_WARNING_LINES) + 2
    shown.setFixedHeight(shown.fontMetrics().lineSpacing() * lines)
    side = QWidget()
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(facts, 1)
    column.addWidget(shown)
    return side


def _facts_list(groups: tuple[FactGroup, ...]) -> QTreeWidget:
    tree = named(QTreeWidget(), "survey_information_facts", "Facts of the survey")
    tree.setToolTip("")
    tree.setColumnCount(2)
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(False)
    tree.setIndentation(12)
    tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    for group in groups:
        heading = QTreeWidgetItem(tree, [group.title])
        heading.setFirstColumnSpanned(True)
        font = heading.font(0)
        font.setBold(True)
        heading.setFont(0, font)
        for name, value in group.rows:
            QTreeWidgetItem(heading, [name, value]).setToolTip(1, value)
    tree.expandAll()
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    return tree


def _header_pane(text: str) -> QPlainTextEdit:
    pane = named(QPlainTextEdit(), "survey_information_text_header", "Text header of the file")
    pane.setToolTip("")
    pane.setReadOnly(True)
    pane.setTabChangesFocus(True)
    pane.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(max(font.pointSizeF(), 9.5))
    pane.setFont(font)
    pane.setPlainText(text or _NO_TEXT_HEADER)
    return pane
