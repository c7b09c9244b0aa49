"""What is right to find in a survey with known rock, and how well hits keep to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.matching_methods import Place, Vectors
from seisview.labels.patches import Patch
from seisview.learn.matching.confidence import FIRST_HITS
from seisview.learn.matching.config import Region, SearchConfig
from seisview.learn.matching.hits import best_windows
from seisview.learn.matching.refining import refined_query
from seisview.learn.matching.window_search import Field, WindowSearch
from seisview.learn.segmentation.calibration import calibration_error

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Result = tuple[int, float, float, float]

TOP, JUDGED = 20, 10
LEAST: Mapping[str, float] = {"channel": 0.3, "salt": 0.5, "chaotic": 0.5, "fault zone": 0.06}
_QUERIES, _FEW_QUERIES = 20, 4
_QUERY_SHARE, _HIT_SHARE = 0.4, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is right, by window: (lines, rows, columns).

    Attributes
    ----------
    search : WindowSearch
        Knows where the windows lie.
    share : mapping of str to ndarray
        Share of the window that is of a class.
    known : ndarray of bool
        Windows of which it is known.
    """

    search: WindowSearch
    share: Mapping[str, npt.NDArray[np.floating]]
    known: Bools

    @classmethod
    def of(cls, search: WindowSearch, masks: Mapping[str, Bools], known: Bools) -> Truth:
        """Shares of classes among the samples that are known, by window."""
        seen = _window_means(search, known)
        least = np.maximum(seen, np.float32(1e-6))
        shares = {name: np.divide(_window_means(search, m & known), least) for name, m in masks.items()}
        return cls(search, shares, seen >= 0.2)

    @property
    def config(self) -> SearchConfig:
        """Hits lie in the last half of the inlines."""
        n = self.search.features.lines.stop
        return SearchConfig(top=TOP, region=Region(inlines=(int(_HIT_SHARE * n), n)), exclude_query=False)

    def right(self, name: str) -> Bools:
        """Windows that are right to find."""
        return np.asarray(self.share[name] >= LEAST[name])

    def queries(self, name: str, few: bool = False) -> list[Place]:
        """Places that clearly hold the class, in the first part of the survey."""
        n_lines = int(_QUERY_SHARE * len(self.search.features.lines))
        share = np.where(self.known, self.share[name], 0)[:n_lines]
        places = np.argwhere(share >= min(1.2 * LEAST[name], 0.9))
        count = min(len(places), _FEW_QUERIES if few else _QUERIES)
        if not count:
            return []
        chosen = np.random.default_rng(0).choice(len(places), count, replace=False)
        return [(int(a), int(b), int(c)) for a, b, c in places[chosen]]

    def best_possible(self, name: str, few: bool = False) -> Result:
        """P@20 of hits that are picked by the truth."""
        right = self.right(name)
        found = []
        # The fullest first, or all alike: either may leave more room for others.
        for wish in (self.share[name], right):
            scores = np.where(self.known, wish, -np.inf).astype(np.float32)
            hits = best_windows([Field(self.search, scores)], self.config)
            found.append(sum(bool(right[self._place(hit.patch)]) for hit in hits) / TOP)
        return len(self.queries(name, few)), max(found), float("nan"), float("nan")

    def confidence_error(self, vectors: Vectors, few: bool = False) -> float:
        """Mean gap between the confidence of first hits and the share of them that is right."""
        sure, right = [], []
        for name in self.share:
            truth = self.right(name)
            for place in self.queries(name, few):
                scores = vectors.scores(vectors.vector(place))
                hits = self._hits(scores, ())
                sure += FIRST_HITS.confidence(np.array([scores[p] for p in hits])).tolist()
                right += [bool(truth[p]) for p in hits]
        return calibration_error(np.array(sure), np.array(right), n_bins=10)

    def scores(self, name: str, vectors: Vectors, few: bool = False) -> Result:
        """Number of queries; mean P@20 first, of the list after feedback, and of its new hits alone."""
        places = self.queries(name, few)
        right = self.right(name)
        found = [self._with_feedback(vectors, place, right) for place in places]
        first, shown, new = (float(v) for v in (np.mean(found, axis=0) if found else np.full(3, np.nan)))
        return len(places), first, shown, new

    def _with_feedback(self, vectors: Vectors, place: Place, right: Bools) -> tuple[float, float, float]:
        query = vectors.vector(place)
        first = self._hits(vectors.scores(query), ())
        verdicts = [bool(right[p]) for p in first]
        judged = list(zip(first[:JUDGED], verdicts, strict=False))
        positives = np.array([query, *(vectors.vector(p) for p, ok in judged if ok)])
        negatives = np.array([vectors.vector(p) for p, ok in judged if not ok]).reshape(-1, len(query))
        refined = refined_query(query, positives, negatives, vectors.background)
        second = self._hits(vectors.scores(refined), tuple(self.search.patch_of(*p) for p, _ in judged))
        new = [bool(right[p]) for p in second]
        shown = ([True] * sum(verdicts[:JUDGED]) + new)[:TOP]  # accepted hits stay, rejected ones are gone
        return sum(verdicts) / TOP, sum(shown) / TOP, sum(new) / TOP

    def _hits(self, scores: Floats, judged: tuple[Patch, ...]) -> list[Place]:
        """Places of the best hits; judged ones are left out, with what a hit keeps for itself."""
        scores = np.where(self.known, scores, -np.inf).astype(np.float32)
        config = self.config
        without = SearchConfig(config.top, config.region, config.axes, config.overlap, bool(judged))
        # The first query keeps more for itself: a judged hit is not a query.
        far = self.search.patch_of(0, 0, 0)
        hits = best_windows([Field(self.search, scores)], without, (far, *judged) if judged else ())
        return [self._place(hit.patch) for hit in hits]

    def _place(self, patch: Patch) -> Place:
        down, across = self.search.features.cell
        line = self.search.features.lines.index(patch.key.index)
        return line, patch.box.row0 // down, patch.box.column0 // across


def _window_means(search: WindowSearch, mask: Bools) -> Floats:
    down, across = search.features.cell
    h, w = search.window
    lines = mask[list(search.features.lines)].transpose(0, 2, 1)
    pad = [(0, 0), (0, -lines.shape[1] % down), (0, -lines.shape[2] % across)]
    lines = np.pad(lines, pad)
    rows, columns = lines.shape[1] // down, lines.shape[2] // across
    cells = lines.reshape(len(lines), rows, down, columns, across).mean(axis=(2, 4), dtype=np.float32)
    view = np.lib.stride_tricks.sliding_window_view(cells, (h, w), axis=(1, 2))
    return np.asarray(view.mean(axis=(-2, -1)), np.float32)
