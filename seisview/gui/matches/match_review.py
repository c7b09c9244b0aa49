"""What a round of learning proposes to learn from: kept or dropped, picture by picture, before it is used."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from seisview.gui.docks.naming import named
from seisview.gui.matches.gallery import GalleryItem, MatchGallery

_HOVER = "R drops a proposal, A keeps it after all; only kept ones are learnt from."


class MatchReview(QWidget):
    """Passive: thumbnails of proposals, all of them kept until they are dropped.

    Signals
    -------
    decided()
        The user is done: learn from those that are kept.
    """

    decided = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("match_review")
        self.setAccessibleName("Proposals")
        self._title = QLabel()
        self._title.setObjectName("match_review_title")
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._use = named(QPushButton(), "match_review_use", "Learn from kept", "Go on with those kept")
        self._none = named(
            QPushButton("Drop all"), "match_review_drop", "Drop all", "Drop all proposals of this round"
        )
        self.gallery = MatchGallery()
        named(self.gallery, "match_review_gallery", "Proposals, nearest first", _HOVER)
        self._texts: tuple[str, ...] = ()
        self._kept: list[bool] = []
        self._arrange()
        self.gallery.judged.connect(self._judge)
        self._use.clicked.connect(self.decided)
        self._none.clicked.connect(self._drop_all)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._title, 1)
        row.addWidget(self._none)
        row.addWidget(self._use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.gallery, 1)

    @property
    def kept(self) -> tuple[bool, ...]:
        """Which of the proposals are kept, in their order."""
        return tuple(self._kept)

    def show_proposals(self, title: str, texts: Sequence[str]) -> None:
        """Show other proposals, one short text each; pictures follow through the gallery."""
        self._texts = tuple(texts)
        self._kept = [True] * len(self._texts)
        self._title.setText(title)
        self._refresh(keep_pictures=False)
        self.gallery.select(0)
        self.gallery.setFocus()

    def _judge(self, number: int, verdict: str) -> None:
        self._kept[number] = verdict != "rejected"
        self._refresh()
        self.gallery.select(min(number + 1, len(self._kept) - 1))

    def _drop_all(self) -> None:
        self._kept = [False] * len(self._kept)
        self._refresh()
        self.decided.emit()

    def _refresh(self, keep_pictures: bool = True) -> None:
        items = [
            GalleryItem(text, _HOVER, "open" if kept else "rejected")
            for text, kept in zip(self._texts, self._kept, strict=True)
        ]
        self.gallery.set_items(items, keep_pictures)
        self._use.setText(f"Learn from {sum(self._kept)}")
