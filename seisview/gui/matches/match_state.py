"""A search under way: query, hits, and what was said about them; frozen, so that jobs may have it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.labels.boxes import Box
from seisview.labels.patches import Hit, Patch, Verdict
from seisview.learn.matching.config import Region, SearchConfig
from seisview.project.matches import MatchSet
from seisview.workflows.matching.search import MatchAnswer, MatchQuery

_NEAR_LINES = 50


@dataclass(frozen=True, slots=True)
class MatchState:
    """What the page is about.

    Attributes
    ----------
    positives, negatives : tuple of Patch
        Picked on sections.
    accepted, rejected : tuple of Hit
        Judged hits, in the order of judging.
    found : tuple of Hit
        Hits of the last search, which knows of all of the above.
    """

    positives: tuple[Patch, ...] = ()
    negatives: tuple[Patch, ...] = ()
    accepted: tuple[Hit, ...] = ()
    rejected: tuple[Hit, ...] = ()
    found: tuple[Hit, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for."""
        return not self.positives

    @property
    def hits(self) -> tuple[Hit, ...]:
        """What the gallery shows: accepted hits first, then what was found, rejected ones last."""
        return (*self.accepted, *self.found, *self.rejected)

    def query(self) -> MatchQuery:
        """What to search for: accepted hits count as picked, rejected ones as unlike."""
        return MatchQuery(
            (*self.positives, *(hit.patch for hit in self.accepted)),
            (*self.negatives, *(hit.patch for hit in self.rejected)),
        )

    def picked(self, patch: Patch, how: str) -> MatchState:
        """Return the state after a pick: ``"new"`` begins anew, ``"add"`` and ``"unlike"`` refine."""
        if how == "new" or (self.is_empty and how == "add"):
            return MatchState((patch,))
        if how == "add":
            return replace(self, positives=(*self.positives, patch))
        return self if self.is_empty else replace(self, negatives=(*self.negatives, patch))

    def judged(self, number: int, verdict: Verdict) -> MatchState:
        """Return the state after a verdict on the hit that the gallery shows at a place."""
        hit = self.hits[number]
        rest = [tuple(h for h in hits if h is not hit) for hits in (self.accepted, self.found, self.rejected)]
        accepted, found, rejected = rest
        judged = replace(hit, verdict=verdict)
        if verdict is Verdict.ACCEPTED:
            accepted = (*accepted, judged)
        elif verdict is Verdict.REJECTED:
            rejected = (*rejected, judged)
        else:
            found = tuple(sorted((*found, judged), key=lambda h: -h.similarity))
        return replace(self, accepted=accepted, found=found, rejected=rejected)

    def answered(self, answer: MatchAnswer) -> MatchState:
        """Return the state with other hits."""
        return replace(self, found=answer.hits)

    def kept(self, answer: MatchAnswer, fingerprint: str, name: str, created: str) -> MatchSet:
        """Return what a project keeps."""
        return MatchSet(
            self.positives,
            self.negatives,
            self.hits,
            answer.measure,
            answer.origin,
            fingerprint,
            created,
            name,
            answer.heat,
        )

    @classmethod
    def restored(cls, matches: MatchSet) -> MatchState:
        """Return the state that a project kept."""
        return cls(
            matches.positives,
            matches.negatives,
            matches.having(Verdict.ACCEPTED),
            matches.having(Verdict.REJECTED),
            matches.having(Verdict.OPEN),
        )


def picked_patch(geometry: SurveyGeometry, key: SectionKey, box: Box, samples: int) -> Patch:
    """Patch of a box on any section: on a slice, of the inline through its middle, so many samples high."""
    if key.axis is not Axis.SAMPLE:
        return Patch(key, box)
    crossline, inline = (box.row0 + box.row1) // 2, (box.column0 + box.column1) // 2
    size = (samples, max(8, box.shape[0]))
    shape = geometry.section_shape(Axis.INLINE)
    return Patch.around(SectionKey(Axis.INLINE, inline), (key.index, crossline), size, shape)


def summary_text(state: MatchState, measure: str) -> str:
    """How many hits there are and what was said about them; empty without any."""
    if not state.hits:
        return ""
    judged = ""
    if state.accepted or state.rejected:
        judged = f"{len(state.accepted)} accepted, {len(state.rejected)} rejected, "
    return f"{judged}{len(state.found)} found" + (f", {measure}" if measure else "")


def layer_text(state: MatchState) -> str:
    """What the layer shows."""
    n = len(state.positives) + len(state.accepted)
    return f"similarity to {n} patch{'' if n == 1 else 'es'}, {len(state.found)} hits"


def search_config(
    state: MatchState, geometry: SurveyGeometry, region: str, both: bool, top: int
) -> SearchConfig:
    """Settings of a search from what the page says.

    Dips look different along inlines and crosslines, so the search looks along the sections that the user
    picked on.

    Parameters
    ----------
    state : MatchState
        With something picked.
    geometry : SurveyGeometry
    region : str
        ``"everywhere"``, ``"depth"`` or ``"lines"``.
    both : bool
        Both directions.
    top : int
    """
    query = state.query()
    inline, crossline, sample = (int(value) for value in query.positives[0].centre)
    limits = Region()
    if region == "depth":
        reach = 2 * query.size[0]
        limits = Region(samples=(sample - reach, sample + reach + 1))
    elif region == "lines" and query.positives[0].key.axis is Axis.CROSSLINE:
        limits = Region(crosslines=(crossline - _NEAR_LINES, crossline + _NEAR_LINES + 1))
    elif region == "lines":
        limits = Region(inlines=(inline - _NEAR_LINES, inline + _NEAR_LINES + 1))
    picked = tuple(dict.fromkeys(patch.key.axis for patch in state.positives))
    axes = (Axis.INLINE, Axis.CROSSLINE) if both else picked
    axes = () if geometry.is_2d else axes
    return SearchConfig(top=top, region=limits, axes=axes)
