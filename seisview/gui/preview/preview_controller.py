"""The instant preview: fits a light head after every stroke, shown where no network has predicted yet."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from seisview.data.geometry import Axis, SectionKey
from seisview.errors import SeisviewError
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.preview.carried_preview import CarriedPreview
from seisview.gui.preview.facies_overlay import Drawn, FaciesOverlay
from seisview.gui.preview.feature_worker import FeatureWorker
from seisview.gui.preview.preview_fit import Fitted, fit_to_labels
from seisview.gui.preview.preview_texts import layer_text, unreadable_text
from seisview.gui.preview.preview_troubles import PreviewTroubles
from seisview.gui.section.section_reader import Overlay
from seisview.gui.survey.session import Session
from seisview.learn.features.volume import FeatureVolume
from seisview.project.results import FaciesResult

_LAYERS = ("facies", "confidence")
_SLICES_MS = 500


class PreviewController(QObject):
    """Connects labels, features and the overlay of the section.

    Parameters
    ----------
    features : FeatureWorker
    show_note : callable
        Shows one sentence in the status line.

    Signals
    -------
    overlay_changed(callable or None)
        Other facies are to be drawn, read section by section by this function.
    refresh_needed()
        The sections on screen have new facies.
    layer_described(str, str, str)
        Layer, what it shows and how old it is, why it cannot be shown.
    fitted()
        The preview is another one, or there is none any more.
    """

    overlay_changed = Signal(object)
    refresh_needed = Signal()
    layer_described = Signal(str, str, str)
    fitted = Signal()
    _told = Signal(object, object, object)

    def __init__(
        self, features: FeatureWorker, show_note: Callable[[str], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._features, self._show_note = features, show_note
        self._session: Session | None = None
        self._is_on = True
        self._overlay: FaciesOverlay | None = None
        self._tuned: Callable[[SectionKey], Overlay] | None = None
        self._result: FaciesResult | None = None
        self._tuned_text = ("", "")
        self._key: SectionKey | None = None
        self._drawn: dict[SectionKey, Drawn] = {}
        self._troubles = PreviewTroubles()
        self._last: Fitted | None = None
        self._worker = LatestWorker("Instant preview", self)
        self._worker.answered.connect(self._on_fitted)
        self._worker.failed.connect(lambda error: show_note(f"{error.message} {error.hint}"))
        self._told.connect(self._on_told)
        self._slices = QTimer(self, singleShot=True, interval=_SLICES_MS)
        self._slices.timeout.connect(self.refresh_needed)
        self._carried = CarriedPreview(self)
        self._carried.ready.connect(self.refresh_needed)
        self._carried.failed.connect(lambda error: show_note(f"{error.message} {error.hint}"))
        features.ready.connect(self._on_features)
        features.failed.connect(self._on_failed)
        features.unreadable.connect(self._on_unreadable)
        features.incomplete.connect(self._on_incomplete)

    @property
    def overlay(self) -> FaciesOverlay | None:
        """What is drawn; None without a survey."""
        return self._overlay

    @property
    def last(self) -> Fitted | None:
        """The last fit; None before the first one."""
        return self._last

    @property
    def features_on_disk(self) -> FeatureVolume | None:
        """The features of the survey, as far as they are made."""
        return self._features.volume

    @property
    def n_sections(self) -> int:
        """Labelled sections that the preview has learned from."""
        return 0 if self._last is None or self._last.model is None else self._last.n_used

    def set_session(self, session: Session | None) -> None:
        """Work for another survey, or for none."""
        self._worker.forget()
        self._slices.stop()
        self._features.set_session(session)
        self._carried.set_session(session)
        self._session = session
        self._last = self._key = self._tuned = self._result = None
        self._drawn.clear()
        self._troubles = PreviewTroubles()
        self._overlay = None
        if session is not None:
            self._overlay = FaciesOverlay(session.geometry, self._features, self._carried.carry, self._tell)
        self.fitted.emit()
        self.update_labels()

    def shutdown(self) -> bool:
        """Join the threads; False when one did not stop in time."""
        stopped = self._worker.shutdown()
        stopped = self._carried.shutdown() and stopped
        return self._features.shutdown() and stopped

    def set_on(self, on: bool) -> None:
        """Switch the preview on or off."""
        self._is_on = on
        if not on:
            self._worker.forget()
            self._features.stop()
            self._install(None)
        self.update_labels()

    def set_tuned(self, overlay: Callable[[SectionKey], Overlay] | None, result: FaciesResult | None) -> None:
        """Draw what a network predicted, and the preview where it has not yet; None: the preview alone."""
        self._tuned, self._result = overlay, None if overlay is None else result
        self._publish()

    def describe_tuned(self, layer: str, text: str, reason: str) -> None:
        """Take note of what a layer says about the network's facies."""
        if layer in _LAYERS:
            self._tuned_text = text, reason
            if self._overlay is not None and self._result is not None:
                self._overlay.tuned_complete = self._result.complete
            self._describe()
        else:
            self.layer_described.emit(layer, text, reason)

    def show_section(self, key: SectionKey) -> None:
        """Another section is on screen: its features are made first."""
        self._key = key
        self._troubles.on_screen = None
        if self._last is not None:
            self._want()
        self._describe()

    def show_unreadable(self, key: SectionKey, error: SeisviewError) -> None:
        """The section wanted on screen cannot be read."""
        self._key = key
        self._troubles.on_screen = error
        self._describe()

    def update_labels(self) -> None:
        """Labels changed: fit again, or forget the preview when there is nothing to tell apart."""
        session = self._session
        if session is None or not self._is_on:
            return
        labels = session.labels
        if sum(n > 0 for n in labels.counts().values()) < 2:
            self._worker.forget()
            self._install(None)
            return
        snapshot, last, find = labels.snapshot(), self._last, self._features.find
        places = labels.labelled_sections(), labels.holdout
        self._worker.submit(lambda _stale: fit_to_labels(session, snapshot, places, last, find))

    def _on_fitted(self, fitted: Fitted) -> None:
        if self._session is not None and self._is_on:
            self._install(fitted)
            self._want()

    def _install(self, fitted: Fitted | None) -> None:
        had = self._last is not None and self._last.model is not None
        self._last = fitted
        has = fitted is not None and fitted.model is not None
        if not had and not has:
            self._describe()
            return
        if self._overlay is not None:
            self._overlay.model = None if fitted is None else fitted.model
        if had and has:
            self.refresh_needed.emit()
            self._describe()
        else:
            self._publish()
        self.fitted.emit()

    def _publish(self) -> None:
        overlay = self._overlay
        if overlay is None:
            return
        self._drawn.clear()  # whoever draws tells again
        overlay.tuned = self._tuned
        overlay.tuned_along = None if self._result is None else self._result.along
        overlay.tuned_complete = self._result is not None and self._result.complete
        shown = self._tuned is not None or overlay.model is not None
        self.overlay_changed.emit(overlay if shown else None)
        self._describe()

    def _want(self) -> None:
        if self._last is None or (self._result is not None and self._result.complete):
            return
        visible = () if self._key is None or self._key.axis is Axis.SAMPLE else (self._key,)
        self._features.want((*visible, *self._last.keys))
        self._carried.want()

    def _on_failed(self, error: SeisviewError) -> None:
        self._troubles.everywhere = error
        self._show_note(f"No instant preview: {error.message} {error.hint}".strip())
        self._describe()

    def _on_unreadable(self, key: SectionKey, error: SeisviewError) -> None:
        self._troubles.by_section[key] = error
        if key == self._key:
            self._describe()

    def _on_incomplete(self, error: SeisviewError) -> None:
        if self._troubles.is_news(error):
            told = f"No instant preview of a part of the survey: {error.message} {error.hint}"
            self._show_note(told.strip())

    def _on_features(self, key: SectionKey) -> None:
        self._troubles.mend(key)
        if self._last is None:
            return
        if key in self._last.keys:
            self.update_labels()
        if self._overlay is None or self._overlay.model is None:
            return
        if self._drawn.get(key) in _OPEN:
            self.refresh_needed.emit()
        elif not self._slices.isActive() and any(
            shown.axis is Axis.SAMPLE and drawn in _GROWING for shown, drawn in self._drawn.items()
        ):
            self._slices.start()  # slices cross all sections; so will many more

    def _tell(self, key: SectionKey, drawn: Drawn) -> None:
        self._told.emit(self._overlay, key, drawn)  # from a reader's thread to the main thread

    def _on_told(self, overlay: FaciesOverlay | None, key: SectionKey, drawn: Drawn) -> None:
        if overlay is not self._overlay or self._drawn.get(key) is drawn:
            return
        self._drawn[key] = drawn
        if drawn is Drawn.PREPARING and self._last is not None and self._last.model is not None:
            self._want_shown(key)
        if key == self._key:
            self._describe()

    def _want_shown(self, key: SectionKey) -> None:
        """A pane shows a section without features: after the one in hand."""
        assert self._last is not None
        if key != self._key and key.axis is not Axis.SAMPLE and self._features.find(key) is None:
            first = () if self._key is None or self._key.axis is Axis.SAMPLE else (self._key,)
            self._features.want((*first, key, *self._last.keys))

    def _describe(self) -> None:
        drawn = Drawn.NOTHING if self._key is None else self._drawn.get(self._key, Drawn.NOTHING)
        failure = self._troubles.here(self._key)
        text, reason = layer_text(drawn, self._last_counts(), self._tuned_text, self._waits, failure)
        if self._troubles.on_screen is not None and (text or self._last is not None):
            text, reason = unreadable_text(self._troubles.on_screen.message), ""
        self.layer_described.emit("facies", text, reason)
        self.layer_described.emit("confidence", _OF_THE_FACIES if text else "", reason)

    @property
    def _waits(self) -> bool:
        """Whether a preview is on its way."""
        return self._is_on and self._last is not None and self._last.model is None

    def _last_counts(self) -> tuple[int, int]:
        return (0, 0) if self._last is None else (self._last.n_used, len(self._last.keys))


_OF_THE_FACIES = "of the facies shown"
_OPEN = {Drawn.PREPARING, Drawn.NOTHING}
_GROWING = {Drawn.PREPARING, Drawn.PREVIEW_PARTLY}
