"""Labels carried along reflections for the preview; dips are measured in the background, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import SectionKey
from seisview.errors import SeisviewError
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.preview.stale_progress import StoppedWhen
from seisview.gui.survey.bricks_controller import give_way
from seisview.gui.survey.session import Session
from seisview.learn.carrying.carried import CarriedLabels
from seisview.learn.carrying.dip_field import DipField
from seisview.learn.carrying.remembered import RememberedRows
from seisview.workflows.facies.dips import survey_dips

if TYPE_CHECKING:
    from seisview.learn.preview.model import PreviewModel


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    session: Session
    dips: DipField
    follow: RememberedRows = field(default_factory=RememberedRows)


class CarriedPreview(QObject):
    """Carries the labels of a preview to the sections on screen, once the dips are known.

    Signals
    -------
    ready()
        Labels can be carried from now on.
    failed(SeisviewError)
        The survey could not be read; nothing is carried.
    """

    ready = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._measured: _Measured | None = None
        self._is_asked = False
        self._worker = LatestWorker("Dips", self)
        self._worker.answered.connect(self._on_measured)
        self._worker.failed.connect(self._on_failed)

    def set_session(self, session: Session | None) -> None:
        """Work for another survey, or for none."""
        self._worker.forget()
        self._session, self._measured, self._is_asked = session, None, False

    def want(self) -> None:
        """Measure the dips of the survey unless that is done or under way; a 2-D line needs none."""
        session = self._session
        if session is not None and not self._is_asked and not session.geometry.is_2d:
            self._is_asked = True
            self._worker.submit(lambda is_stale: _measure(session, is_stale))

    def carry(self, model: PreviewModel, key: SectionKey) -> CarriedLabels | None:
        """Labels of a preview at a section; None while dips are not known. Safe from any thread."""
        measured = self._measured
        if measured is None:
            return None
        from seisview.workflows.facies.preview import carried_to_preview  # not before the first labels

        return carried_to_preview(model, measured.dips, key, measured.follow)

    def shutdown(self) -> bool:
        """Join the thread; False when it did not stop in time."""
        return self._worker.shutdown()

    def _on_measured(self, measured: _Measured) -> None:
        if measured.session is self._session:
            self._measured = measured
            self.ready.emit()

    def _on_failed(self, error: SeisviewError) -> None:
        self.failed.emit(error)


def _measure(session: Session, is_stale: Callable[[], bool]) -> _Measured:
    give_way()
    return _Measured(session, survey_dips(session.volume, StoppedWhen(is_stale)))
