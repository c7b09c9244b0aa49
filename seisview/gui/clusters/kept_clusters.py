"""Which clusters of a project are kept: shows another result, names it, deletes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject

from seisview.errors import SeisviewError
from seisview.gui.clusters.cluster_facts import READ_ONLY, kept_text, summary_text
from seisview.gui.clusters.delete_question import ask_to_delete
from seisview.gui.clusters.kept_box import KeptBox
from seisview.gui.status.notes import layer_note, refusal
from seisview.gui.survey.session import Session
from seisview.project.cluster_record import ClusterRecord
from seisview.project.clusters import ClusterResult, kept_clusters, latest_clusters, open_clusters


class Shown(Protocol):
    """What holds the clusters on screen."""

    @property
    def session(self) -> Session | None:
        """What is open."""

    @property
    def result(self) -> ClusterResult | None:
        """The clusters on screen."""

    def replace(self, result: ClusterResult | None) -> None:
        """Show other ones, or none, and let go of those before."""

    def change(self, change: Callable[[ClusterRecord], ClusterRecord]) -> None:
        """Keep another record of them."""


class KeptClusters(QObject):
    """Lists the results that are kept, the one on screen first.

    Parameters
    ----------
    box : KeptBox
    shown : Shown
    busy_text : callable
        Why nothing can be deleted while a job runs; empty when none does.
    show_note : callable
    """

    def __init__(
        self,
        box: KeptBox,
        shown: Shown,
        busy_text: Callable[[], str],
        show_note: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._box, self._shown, self._busy_text, self._show_note = box, shown, busy_text, show_note
        self._kept: list[tuple[Path, ClusterRecord]] = []
        box.chosen.connect(self._show)
        box.named.connect(self._name)
        box.delete_requested.connect(self._ask_to_delete)

    def refresh(self) -> None:
        """List what is there now."""
        session, result = self._shown.session, self._shown.result
        self._kept = []
        if session is not None and result is not None:
            found, _ = kept_clusters(session.project.folder, session.volume.fingerprint)
            self._kept = sorted(found, key=lambda kept: kept[0] != result.folder)
        name = "" if result is None else result.record.name
        self._box.set_kept([kept_text(record) for _folder, record in self._kept], name)
        self.allow()

    def allow(self) -> None:
        """Allow names and deletion, unless the project is another window's or a job may read the clusters."""
        session = self._shown.session
        read_only = session is not None and session.project.read_only
        self._box.set_changeable(READ_ONLY if read_only else self._busy_text())

    def _show(self, place: int) -> None:
        """Show another one of the results that are kept, from now on."""
        session = self._shown.session
        if session is None or not 0 < place < len(self._kept):
            return
        try:
            result = open_clusters(self._kept[place][0])
            if not session.project.read_only:
                result.update(result.record.chosen())
        except SeisviewError as error:
            self._show_note(f"{error.message} {error.hint}")
            self.refresh()
            return
        self._shown.replace(result)
        self._show_note(layer_note(f"{summary_text(result)}.", "clusters"))

    def _name(self, name: str) -> None:
        self._shown.change(lambda record: record.model_copy(update={"name": name}))

    def _ask_to_delete(self) -> None:
        result = self._shown.result
        if result is not None:
            asked = result.folder
            ask_to_delete(self._box.window(), kept_text(result.record), lambda: self._delete(asked))

    def _delete(self, asked: Path) -> None:
        """Delete the clusters that were asked about, and show those that would be shown without them."""
        session, result = self._shown.session, self._shown.result
        if session is None or result is None or result.folder != asked:
            return
        if busy := self._busy_text():  # it began while the question was open
            self._show_note(refusal(busy))
            return
        what = kept_text(result.record)
        self._shown.replace(None)
        result.delete()
        left, _ = latest_clusters(session.project.folder, session.volume.fingerprint)
        self._shown.replace(left)
        if asked.exists():
            self._show_note(f"{what} could not be deleted: the folder {asked} does not allow it.")
        else:
            self._show_note(f"{what}: deleted.")
