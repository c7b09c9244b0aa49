"""Pick a patch, see what is similar, judge it: connects tool, page, sections and project."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.matches.match_display import MatchDisplay, MatchView
from seisview.gui.matches.match_keeper import MatchKeeper
from seisview.gui.matches.match_page import MatchPage
from seisview.gui.matches.match_pictures import MatchPictures
from seisview.gui.matches.match_search import MatchSearch
from seisview.gui.matches.match_state import (
    MatchState,
    layer_text,
    picked_patch,
    search_config,
    summary_text,
)
from seisview.gui.status.notes import refusal
from seisview.gui.survey.session import Session
from seisview.labels.boxes import Box
from seisview.labels.heat import HeatCube
from seisview.labels.patches import Verdict
from seisview.project.matches import MatchSet
from seisview.workflows.matching.search import MatchAnswer

if TYPE_CHECKING:
    from seisview.learn.matching.model import TrainedSiamese

_TOP = 50


class MatchesController(QObject):
    """Holds the state of the search under way.

    Parameters
    ----------
    page : MatchPage
    display : MatchDisplay
    keeper : MatchKeeper
    searching : MatchSearch
    show_note : callable

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
        searching: MatchSearch,
        show_note: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._page, self._display, self._keeper = page, display, keeper
        self._searching, self._show_note = searching, show_note
        self._session: Session | None = None
        self._state = MatchState()
        self._answer: MatchAnswer | None = None
        self._heat: HeatCube | None = None
        self._pictures = MatchPictures(page.gallery, self)
        searching.answered.connect(self._on_answer)
        searching.noticed.connect(page.set_notice)
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
    def uses_model(self) -> bool:
        """Whether hits are ranked again by a model."""
        matcher = self._searching.matcher
        return matcher is not None and matcher.model is not None

    def set_session(self, session: Session | None) -> None:
        """Work on another survey, with the search that its project kept, or on none."""
        self._searching.set_session(session)
        self._pictures.set_session(session)
        self._session, self._answer, self._heat = session, None, None
        found = self._keeper.set_session(session)
        self._page.set_is_2d(session is not None and session.geometry.is_2d)
        self._state = MatchState()
        if found is not None:
            self._restore(found)
        self._show()

    def use_model(self, model: TrainedSiamese | None) -> None:
        """Rank hits again by a model from now on; None: by the features alone. Searches anew."""
        self._searching.use_model(model)
        self.search()

    def prepare(self, key: SectionKey | None) -> None:
        """The match tool was taken in hand on a section: make the first search there quick."""
        if self._state.is_empty:
            axis = None if key is None or key.axis is Axis.SAMPLE else key.axis
            self._searching.prepare(self._page.size_chosen, axis)

    def pick(self, key: SectionKey, box: Box, how: str) -> None:
        """Search for a patch: alone, together with those before, or away from it."""
        if self._session is None:
            return
        if how == "unlike" and self._state.is_empty:
            first = "Pick what hits are to be like first; the right button keeps away from a patch."
            self._show_note(refusal(first))
            return
        if how == "new":
            self._keeper.begin()
        patch = picked_patch(self._session.geometry, key, box, self._page.size_chosen[0])
        self._state = self._state.picked(patch, how)
        self.search()

    def search(self) -> None:
        """Search now, if there is something to search for."""
        session = self._session
        if session is None or self._state.is_empty:
            return
        self._display.show(self._state, self._heat, session.geometry)
        both = self._page.both_directions
        config = search_config(self._state, session.geometry, self._page.region, both, _TOP)
        answers_now = self._searching.search(self._state.query(), config)
        if not answers_now and not self._state.hits:
            self._answer = self._heat = None
            self._show()  # hits of what was searched for before would pass for those of the new patch

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
        self._show()

    def draw(self, view: MatchView, key: SectionKey) -> None:
        """Another section is in a view."""
        if view.key == key:
            self._display.draw(view)

    def shutdown(self) -> bool:
        """Keep what is not kept yet, and join the threads."""
        kept = self._keeper.shutdown()
        drawn = self._pictures.shutdown()
        return self._searching.shutdown() and drawn and kept

    def matches(self) -> MatchSet | None:
        """The search as a project keeps it; None when there is none."""
        session, answer = self._session, self._answer
        if session is None or answer is None:
            return None
        return self._state.kept(answer, session.volume.fingerprint, "", "")

    def _is_open(self, number: int) -> bool:
        return self._state.hits[number].verdict is Verdict.OPEN

    def _on_answer(self, answer: MatchAnswer) -> None:
        self._answer, self._heat = answer, answer.heat
        self._state = self._state.answered(answer)
        self._show()
        if self._page.gallery.items:
            self._page.gallery.select(len(self._state.accepted) if self._state.found else 0)
        if not answer.is_quick:
            self._keep()

    def _show(self) -> None:
        session, state = self._session, self._state
        geometry = None if session is None else session.geometry
        self._display.show(state, self._heat, geometry, layer_text(self._state))
        items = [] if geometry is None else self._display.items()
        self._page.gallery.set_items(items)
        self._pictures.show([hit.patch for hit in state.hits])
        measure = "" if self._answer is None else self._answer.measure
        self._page.set_hits(bool(items), summary_text(state, measure))
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

    def _on_chosen(self, number: int) -> None:
        if 0 <= number < len(self._state.hits):
            self.place_chosen.emit(*self._display.place(number))
