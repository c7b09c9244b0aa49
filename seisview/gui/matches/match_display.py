"""Shows a search wherever the window has a place for it: gallery, sections, slider, base map, layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey, SurveyGeometry
from seisview.gui.matches.gallery import GalleryItem
from seisview.gui.matches.match_state import MatchState
from seisview.gui.panes.map_marks import MapMark
from seisview.gui.section.match_boxes import ShownBox
from seisview.gui.view.section_marks import SectionMark
from seisview.labels.boxes import Box, crossing
from seisview.labels.heat import HeatCube
from seisview.labels.patches import Hit, Patch, Verdict

_SOURCE = "matches"


class MatchView(Protocol):
    """A section view, as far as matches go."""

    @property
    def key(self) -> SectionKey | None:
        """The section on screen."""

    def set_matches(self, similarity: npt.NDArray[np.uint8] | None, boxes: Sequence[ShownBox] = ()) -> None:
        """Draw similarity and boxes."""


class Marks(Protocol):
    """Slider and base map."""

    def set_sections(self, source: str, marks: Sequence[SectionMark]) -> None:
        """Mark sections."""

    def set_points(self, source: str, marks: Sequence[MapMark]) -> None:
        """Mark places on the map."""


class MatchDisplay:
    """Draws a search; knows nothing about how it came about.

    Parameters
    ----------
    views : callable
        The section views.
    marks : Marks
    describe : callable
        Says what the layer shows, or why it cannot be shown.
    """

    def __init__(
        self,
        views: Callable[[], Sequence[MatchView]],
        marks: Marks,
        describe: Callable[[str, str, str], object],
    ) -> None:
        self._views, self._marks, self._describe = views, marks, describe
        self._state = MatchState()
        self._heat: HeatCube | None = None
        self._geometry: SurveyGeometry | None = None

    def show(
        self, state: MatchState, heat: HeatCube | None, geometry: SurveyGeometry | None, text: str = ""
    ) -> None:
        """Show another state of the search."""
        self._state, self._heat, self._geometry = state, heat, geometry
        for view in self._views():
            self.draw(view)
        self._mark()
        reason = "" if heat is not None else "Nothing was searched for yet: take the match tool (M)."
        self._describe("matches", text if heat is not None else "", reason)

    def draw(self, view: MatchView) -> None:
        """Draw similarity and boxes on the section that a view shows."""
        key = view.key
        if key is None or self._geometry is None:
            return
        heat = None if self._heat is None else self._heat.section(key)
        view.set_matches(heat, self._boxes(key))

    def items(self) -> list[GalleryItem]:
        """Return the hits for the gallery."""
        return [self._item(rank, hit) for rank, hit in enumerate(self._state.hits, start=1)]

    def place(self, number: int) -> tuple[SectionKey, Box]:
        """Section and box of a hit."""
        patch = self._state.hits[number].patch
        return patch.key, self._inside(patch)

    def _item(self, rank: int, hit: Hit) -> GalleryItem:
        geometry = self._geometry
        assert geometry is not None
        place = hit.patch.describe(geometry)
        depth = geometry.domain.text(geometry.sample_at(hit.patch.centre[2]))
        sure = "<1" if hit.confidence < 0.01 else f"{100 * hit.confidence:.0f}"
        text = f"{rank}  {hit.similarity:.3f}  {sure} %"
        hover = (
            f"Rank {rank}: {place['axis']} {place['line']:g}, {place['crossline_or_inline']:g} along it, "
            f"{depth}. "
            f"Similarity {hit.similarity:.3f}, confidence {100 * hit.confidence:.1f} %, {hit.verdict}"
        )
        return GalleryItem(text, hover, str(hit.verdict))

    def _boxes(self, key: SectionKey) -> list[ShownBox]:
        """Boxes on a section, the more important ones over the others."""
        state = self._state
        shown: list[ShownBox] = []
        for rank, hit in enumerate(state.hits, start=1):
            box = self._seen(hit.patch, key)
            if box is not None:
                shown.append(ShownBox(box, str(hit.verdict), str(rank)))
        shown.sort(key=lambda box: ("rejected", "open", "accepted").index(box.kind))
        for kind, patches in (("unlike", state.negatives), ("query", state.positives)):
            seen = (self._seen(patch, key) for patch in patches)
            shown += [ShownBox(box, kind) for box in seen if box is not None]
        return shown

    def _seen(self, patch: Patch, key: SectionKey) -> Box | None:
        """What a section shows of a patch: all of it on its own, and the line where another one cuts it."""
        if patch.key == key:
            return self._inside(patch)
        cut = crossing(patch.key, self._inside(patch), key)
        return None if cut is None else cut[1]

    def _inside(self, patch: Patch) -> Box:
        """Part of a patch that lies in the survey: the last cells reach beyond."""
        assert self._geometry is not None
        return patch.box.intersection(Box.whole(self._geometry.section_shape(patch.key.axis)))

    def _mark(self) -> None:
        geometry = self._geometry
        if geometry is None:
            return
        sections: dict[SectionKey, list[int]] = {}
        points = []
        for rank, hit in enumerate(self._state.hits, start=1):
            if hit.verdict is Verdict.REJECTED:
                continue
            sections.setdefault(hit.patch.key, []).append(rank)
            inline, crossline, _ = hit.patch.centre
            text = f"match {rank}: {geometry.title(hit.patch.key)}"
            points.append(MapMark((inline, crossline), (inline, crossline), "match", text))
        marks = [
            SectionMark(key, "match", f"{geometry.title(key)}: {_ranks(ranks)}", on_map=False)
            for key, ranks in sections.items()
        ]
        self._marks.set_sections(_SOURCE, marks)
        self._marks.set_points(_SOURCE, points)


def _ranks(ranks: list[int]) -> str:
    return f"match {ranks[0]}" if len(ranks) == 1 else f"matches {', '.join(map(str, ranks))}"
