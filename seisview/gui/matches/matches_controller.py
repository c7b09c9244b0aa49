"""Pick a patch, see what is similar, judge it: connects tool, page, sections and project."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import Axis, SectionKey
from seisview.errors import SeisviewError
from seisview.gui.jobs import JobRunner, LatestWorker
from seisview.gui.matches.match_display import MatchDisplay, MatchView
from seisview.gui.matches.match_keeper import MatchKeeper
from seisview.gui.matches.match_page import MatchPage
from seisview.gui.matches.match_state import MatchState, layer_text, search_config, summary_text
from seisview.gui.matches.match_work import SearchWish, pictures, prepared
from seisview.gui.session import Session
from seisview.labels.boxes import Box
from seisview.labels.heat import HeatCube
from seisview.labels.patches import Patch, Verdict
from seisview.learn.match_config import SearchConfig
from seisview.project.matches import MatchSet
from seisview.workflows.match import MatchAnswer, Matcher

_TOP = 50
_NO_FEATURES = "Preparing the features of the survey; hits come as soon as some are there."
_SOME_FEATURES = "Features of {done:.0f} % of the sections are there; the search goes on with the others."
_QUICK = "A first look at some of the lines; all of them follow …"


class MatchesController(QObject):
    """Searches in a thread of its own; the latest wish wins.

    Parameters
    ----------
    page : MatchPage
    display : MatchDisplay
    keeper : MatchKeeper
    jobs : JobRunner
    want_features : callable
        Makes features of these sections, then of the whole survey.
    show_error, show_note : callable

    Signals
    -------
    place_chosen(SectionKey, Box)
        The user went to a hit.
    size_changed(tuple)
        Another size is picked by a click.
    state_changed()
        There are other hits or verdicts.
    """

    place_chosen = Signal(object, object)
    size_changed = Signal(object)
    state_changed = Signal()

    def __init__(
        self,
        page: MatchPage,
        display: MatchDisplay,
        keeper: MatchKeeper,
        jobs: JobRunner,
        want_features: Callable[[Sequence[SectionKey]], object],
        show_error: Callable[[SeisviewError], None],
        show_note: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._page, self._display, self._keeper = page, display, keeper
        self._jobs, self._want_features = jobs, want_features
        self._show_error = show_error
        self._show_note = show_note
        self._session: Session | None = None
        self._matcher: Matcher | None = None
        self._state = MatchState()
        self._answer: MatchAnswer | None = None
        self._heat: HeatCube | None = None
        self._pictures: dict[Patch, npt.NDArray[np.uint8]] = {}
        self._searching = LatestWorker("Searching", self)
        self._searching.answered.connect(self._on_answer)
        self._searching.failed.connect(show_error)
        self._drawing = LatestWorker("Drawing the matches", self)
        self._drawing.answered.connect(self._on_pictures)
        page.gallery.chosen.connect(self._on_chosen)
        page.gallery.judged.connect(self.judge)
        page.size_changed.connect(lambda rows, columns: self.size_changed.emit((rows, columns)))
        page.scope_changed.connect(self.search)
        page.forget_requested.connect(self.forget)

    @property
    def state(self) -> MatchState:
        """The search under way."""
        return self._state

    @property
    def answer(self) -> MatchAnswer | None:
        """What the last search found."""
        return self._answer

    @property
    def matcher(self) -> Matcher | None:
        """What searches the survey that is open."""
        return self._matcher

    def set_session(self, session: Session | None) -> None:
        """Work on another survey, with the search that its project kept, or on none."""
        self._searching.forget()
        self._drawing.forget()
        self._session, self._answer, self._heat = session, None, None
        self._matcher = None if session is None else Matcher(session.volume, session.statistics)
        self._pictures.clear()
        found = self._keeper.set_session(session)
        self._page.set_is_2d(session is not None and session.geometry.is_2d)
        self._page.set_notice("")
        self._state = MatchState()
        if found is not None:
            self._restore(found)
        self._show()

    def set_matcher(self, matcher: Matcher) -> None:
        """Search with another model from now on."""
        self._matcher = matcher

    def prepare(self) -> None:
        """The match tool was taken in hand: make the first search quick."""
        session, matcher = self._session, self._matcher
        if session is None or matcher is None:
            return
        axes = matcher.axes(SearchConfig())
        if not matcher.has_features(axes):
            self._want_features([])
        elif self._state.is_empty:
            size = self._page.size_chosen
            self._searching.submit(lambda is_stale: prepared(matcher, size, axes, is_stale))

    def pick(self, key: SectionKey, box: Box, how: str) -> None:
        """Search for a patch: alone, together with those before, or away from it."""
        if key.axis is Axis.SAMPLE:
            self._show_note("Patches are picked on inlines and crosslines, not on slices.")
            return
        if how == "unlike" and self._state.is_empty:
            self._show_note("Pick what hits are to be like first; the right button keeps away from a patch.")
            return
        if how == "new":
            self._keeper.begin()
        self._state = self._state.picked(Patch(key, box), how)
        self.search()

    def search(self) -> None:
        """Search now, if there is something to search for."""
        session, matcher = self._session, self._matcher
        if session is None or matcher is None or self._state.is_empty:
            return
        self._display.show(self._state, self._heat, session.geometry)
        query = self._state.query()
        both = self._page.both_directions
        config = search_config(query, session.geometry, self._page.region, both, _TOP)
        if not self._has_features(matcher, query.positives[0].key, config):
            return
        self._searching.submit(SearchWish(matcher, query, config, True).answer)

    def continue_search(self) -> None:
        """More features are there: look at them too."""
        if self._page.isVisible() or self._answer is None:
            self.search()

    def judge(self, number: int, verdict: str) -> None:
        """Accept or reject a hit; the search is refined at once."""
        if not 0 <= number < len(self._state.hits):
            return
        hit = self._state.hits[number]
        self._state = self._state.judged(number, Verdict(verdict))
        self._show()
        places = [h.patch for h in self._state.hits]
        following = next((n for n in range(number, len(places)) if self._is_open(n)), -1)
        if verdict == "open":
            following = places.index(hit.patch)
        if following >= 0:
            self._page.gallery.select(following)
        self._keep()
        self.search()

    def forget(self) -> None:
        """Begin anew; the search before stays in the project."""
        self._searching.forget()
        self._keeper.begin()
        self._state, self._answer, self._heat = MatchState(), None, None
        self._page.set_notice("")
        self._show()

    def draw(self, view: MatchView, key: SectionKey) -> None:
        """Another section is in a view."""
        if view.key == key:
            self._display.draw(view)

    def shutdown(self) -> bool:
        """Keep what is not kept yet, and join the threads."""
        kept = self._keeper.shutdown()
        return self._searching.shutdown() and self._drawing.shutdown() and kept

    def matches(self) -> MatchSet | None:
        """The search as a project keeps it; None when there is none."""
        session, answer = self._session, self._answer
        if session is None or answer is None:
            return None
        return self._state.kept(answer, session.volume.fingerprint, "", "")

    def _is_open(self, number: int) -> bool:
        return self._state.hits[number].verdict is Verdict.OPEN

    def _has_features(self, matcher: Matcher, key: SectionKey, config: SearchConfig) -> bool:
        """Whether there is anything to search; what is missing is wanted, and said."""
        axes = matcher.axes(config)
        shares = []
        for axis in axes:
            features = matcher.features(axis)
            shares.append(0.0 if features is None else float(features.done.mean()))
        least = min(shares)
        if least < 1 and axes == matcher.axes(SearchConfig()):
            self._want_features([key])
        elif least < 1:
            self._build(matcher, axes)
            least = 0.0
        text = _NO_FEATURES if not least else _SOME_FEATURES.format(done=100 * least)
        self._page.set_notice("" if least == 1 else text)
        return least > 0

    def _build(self, matcher: Matcher, axes: Sequence[Axis]) -> None:
        """Make the features of the other direction too, as a job that can be cancelled."""
        self._jobs.start(
            "Preparing features of the other direction",
            lambda progress: matcher.build(axes, progress),
            on_result=lambda _none: self.search(),
            on_failure=self._show_error,
        )

    def _on_answer(self, answered: tuple[SearchWish, MatchAnswer] | None) -> None:
        if answered is None:
            return
        wish, answer = answered
        if wish.matcher is not self._matcher:
            return
        self._answer, self._heat = answer, answer.heat
        self._state = self._state.answered(answer)
        self._show()
        if self._page.gallery.items:
            self._page.gallery.select(len(self._state.accepted) if self._state.found else 0)
        if answer.is_quick:
            self._page.set_notice(_QUICK)
            whole = SearchWish(wish.matcher, wish.query, wish.config, False)
            self._searching.submit(whole.answer)
        else:
            self._keep()

    def _show(self) -> None:
        session, state = self._session, self._state
        geometry = None if session is None else session.geometry
        self._display.show(state, self._heat, geometry, layer_text(self._state))
        items = [] if geometry is None else self._display.items()
        self._page.gallery.set_items(items)
        missing = []
        for number, hit in enumerate(state.hits):
            if hit.patch in self._pictures:
                self._page.gallery.set_picture(number, self._pictures[hit.patch])
            else:
                missing.append(hit.patch)
        measure = "" if self._answer is None else self._answer.measure
        self._page.set_hits(bool(items), summary_text(state, measure))
        if missing and session is not None:
            volume, statistics = session.volume, session.statistics
            self._drawing.submit(lambda is_stale: pictures(volume, statistics, missing, is_stale))
        self.state_changed.emit()

    def _keep(self) -> None:
        matches = self.matches()
        if matches is not None and (matches.hits or matches.positives):
            self._keeper.keep(matches)

    def _restore(self, found: MatchSet) -> None:
        assert self._session is not None
        self._state = MatchState.restored(found)
        heat = found.heat or HeatCube(self._session.geometry, ())
        self._heat = found.heat
        self._answer = MatchAnswer(self._state.query(), found.hits, heat, found.measure, found.origin)
        self._page.set_size(self._state.query().size)
        self.size_changed.emit(self._state.query().size)

    def _on_pictures(self, drawn: tuple[tuple[Patch, npt.NDArray[np.uint8]], ...] | None) -> None:
        for patch, grey in drawn or ():
            self._pictures[patch] = grey
        for number, hit in enumerate(self._state.hits):
            if hit.patch in self._pictures:
                self._page.gallery.set_picture(number, self._pictures[hit.patch])

    def _on_chosen(self, number: int) -> None:
        if 0 <= number < len(self._state.hits):
            self.place_chosen.emit(*self._display.place(number))
