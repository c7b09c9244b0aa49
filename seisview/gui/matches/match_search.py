"""Searches the open survey in a thread of its own; what is missing for it is made in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import Axis
from seisview.errors import SeisviewError
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.matches.match_work import SearchWish, prepared
from seisview.gui.matches.similarity_features import SimilarityFeatures
from seisview.gui.survey.session import Session
from seisview.learn.matching.config import SearchConfig
from seisview.workflows.matching.search import MatchAnswer, Matcher, MatchQuery

if TYPE_CHECKING:
    from seisview.learn.matching.model import TrainedSiamese

_NO_FEATURES = "Preparing the features of the {axes}; hits come as soon as some are there."
_SOME_FEATURES = "Features of {done:.0f} % of the {axes} are there; the search goes on with the others."
_QUICK = "A first look at some of the lines; all of them follow …"


class MatchSearch(QObject):
    """The latest wish wins: first a quick look where all would take long, then all.

    Parameters
    ----------
    features : SimilarityFeatures

    Signals
    -------
    answered(MatchAnswer)
        There are hits; more follow when the answer is a quick one.
    noticed(str)
        Something to say about the search, or nothing any more.
    failed(SeisviewError)
    """

    answered = Signal(object)
    noticed = Signal(str)
    failed = Signal(object)

    def __init__(self, features: SimilarityFeatures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._features = features
        self._session: Session | None = None
        self._matcher: Matcher | None = None
        self._notice = ""
        self._worker = LatestWorker("Searching", self)
        self._worker.answered.connect(self._on_answer)
        self._worker.failed.connect(self.failed)
        features.failed.connect(self._on_no_features)

    @property
    def matcher(self) -> Matcher | None:
        """What searches the survey that is open."""
        return self._matcher

    def set_session(self, session: Session | None) -> None:
        """Work on another survey, or on none."""
        self._worker.forget()
        self._features.set_session(session)
        self._session = session
        self.use_model(None)
        self.noticed.emit("")

    def use_model(self, model: TrainedSiamese | None) -> None:
        """Rank hits again by a model from now on; None: by the features alone."""
        session = self._session
        self._matcher = None
        if session is not None:
            self._matcher = Matcher(session.volume, session.statistics, self._features.config, model)

    def prepare(self, size: tuple[int, int], axis: Axis | None = None) -> None:
        """Make the first search of a size quick, along an axis or along the one that is kept anyway."""
        matcher = self._matcher
        if matcher is None:
            return
        axes = matcher.axes(SearchConfig(axes=() if axis is None else (axis,)))
        if not matcher.has_features(axes):
            self._features.want([matcher.feature_config(axis) for axis in axes])
        else:
            self._worker.submit(lambda is_stale: prepared(matcher, size, axes, is_stale))

    def search(self, query: MatchQuery, config: SearchConfig) -> bool:
        """Search with the features that are there; what is missing is made, and said.

        Returns
        -------
        bool
            Whether some are there, so that an answer follows at once.
        """
        matcher = self._matcher
        if matcher is None:
            return False
        axes = matcher.axes(config)
        features = {axis: matcher.features(axis) for axis in axes}
        shares = {axis: 0.0 if f is None else float(f.done.mean()) for axis, f in features.items()}
        least = min(shares.values())
        missing_axes = [axis for axis in axes if shares[axis] < 1]
        text = _SOME_FEATURES if least else _NO_FEATURES
        text = text.format(done=100 * least, axes=" and ".join(f"{axis}s" for axis in missing_axes))
        self._notice = "" if least == 1 else text
        self.noticed.emit(self._notice)
        if missing_axes:
            missing = [matcher.feature_config(axis) for axis in missing_axes]
            self._features.want(missing, query.positives[0].key)
        if least > 0:
            self._worker.submit(SearchWish(matcher, query, config, True).answer)
        else:
            self._worker.forget()  # an answer to what was asked before
        return least > 0

    def forget(self) -> None:
        """Give up the search under way."""
        self._worker.forget()
        self.noticed.emit("")

    def shutdown(self) -> bool:
        """Join the threads."""
        stopped = self._worker.shutdown()
        return self._features.shutdown() and stopped

    def _on_no_features(self, error: SeisviewError) -> None:
        self._notice = f"{error.message} {error.hint} Then pick the patch again."
        self.noticed.emit(self._notice)
        self.failed.emit(error)

    def _on_answer(self, answered: tuple[SearchWish, MatchAnswer] | None) -> None:
        if answered is None or answered[0].matcher is not self._matcher:
            return
        wish, answer = answered
        self.answered.emit(answer)
        self.noticed.emit(_QUICK if answer.is_quick else self._notice)
        if answer.is_quick:
            self._worker.submit(SearchWish(wish.matcher, wish.query, wish.config, False).answer)
