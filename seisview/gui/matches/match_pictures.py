"""Pictures of hits, drawn off the main thread and kept while the survey is open."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QObject

from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.matches.gallery import MatchGallery
from seisview.gui.matches.match_work import Grey, pictures
from seisview.gui.survey.session import Session
from seisview.labels.patches import Patch

_KEPT = 1000


class MatchPictures(QObject):
    """Fills a gallery with pictures of patches.

    Parameters
    ----------
    gallery : MatchGallery
    """

    def __init__(self, gallery: MatchGallery, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._session: Session | None = None
        self._shown: tuple[Patch, ...] = ()
        self._pictures: OrderedDict[Patch, Grey] = OrderedDict()
        self._worker = LatestWorker("Drawing the matches", self)
        self._worker.answered.connect(self._on_drawn)

    def set_session(self, session: Session | None) -> None:
        """Draw patches of another survey, or of none."""
        self._worker.forget()
        self._session, self._shown = session, ()
        self._pictures.clear()

    def show(self, patches: Sequence[Patch]) -> None:
        """Draw the patches that the gallery shows, in its order."""
        self._shown = tuple(patches)
        self._fill()
        session = self._session
        missing = [patch for patch in self._shown if patch not in self._pictures]
        if missing and session is not None:
            volume, statistics = session.volume, session.statistics
            self._worker.submit(lambda is_stale: pictures(volume, statistics, missing, is_stale))

    def shutdown(self) -> bool:
        """Join the thread."""
        return self._worker.shutdown()

    def _on_drawn(self, drawn: tuple[tuple[Patch, Grey], ...] | None) -> None:
        for patch, grey in drawn or ():
            self._pictures[patch] = grey
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        self._fill()

    def _fill(self) -> None:
        for number, patch in enumerate(self._shown):
            if patch in self._pictures:
                self._gallery.set_picture(number, self._pictures[patch])
