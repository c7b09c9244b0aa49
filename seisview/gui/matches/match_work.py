"""What the matches page computes off the main thread: searches, pictures of hits, and keeping them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis
from seisview.data.volume import Volume
from seisview.errors import Cancelled
from seisview.labels.patches import Patch
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.matching.config import MatchTrainConfig, RoundsConfig, SearchConfig
from seisview.progress import Progress
from seisview.project.matches import MatchSet, save_matches
from seisview.workflows.matching.search import MatchAnswer, Matcher, MatchQuery, read_patches

if TYPE_CHECKING:
    from seisview.learn.matching.model import TrainedSiamese
    from seisview.workflows.matching.rounds import Review

Grey = npt.NDArray[np.uint8]


class StopsWhen(Progress):
    """Stops a piece of work as soon as nobody waits for it any more."""

    def __init__(self, is_stale: Callable[[], bool]) -> None:
        super().__init__()
        self._is_stale = is_stale

    def check(self) -> None:
        """Raise :class:`Cancelled` when nobody waits."""
        if self._is_stale():
            raise Cancelled


@dataclass(frozen=True, slots=True)
class SearchWish:
    """A search to make.

    Attributes
    ----------
    matcher : Matcher
    query : MatchQuery
    config : SearchConfig
    quick : bool
        First look.
    """

    matcher: Matcher
    query: MatchQuery
    config: SearchConfig
    quick: bool

    def answer(self, is_stale: Callable[[], bool]) -> tuple[SearchWish, MatchAnswer]:
        """Search now."""
        progress = StopsWhen(is_stale)
        return self, self.matcher.find(self.query, self.config, progress, self.quick)


def pictures(
    volume: Volume, statistics: AmplitudeStatistics, patches: Sequence[Patch], is_stale: Callable[[], bool]
) -> tuple[tuple[Patch, Grey], ...]:
    """Draw patches in grey, uint8; all with the contrast of the survey."""
    images = read_patches(volume, statistics, patches, StopsWhen(is_stale))
    return tuple(
        (patch, np.rint((image + 1) * 127.5).astype(np.uint8))
        for patch, image in zip(patches, images, strict=True)
    )


def prepared(
    matcher: Matcher, size: tuple[int, int], axes: Sequence[Axis], is_stale: Callable[[], bool]
) -> None:
    """Measure all windows of a size in advance."""
    matcher.prepare(size, axes, StopsWhen(is_stale))


def kept(folder: Path, matches: MatchSet, with_heat: bool) -> MatchSet:
    """Store a search in a project folder."""
    return save_matches(folder, matches, with_heat)


@dataclass(frozen=True, slots=True)
class Learning:
    """What a Siamese training in the window works on, frozen when it was started.

    Attributes
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
    searches : tuple of MatchSet
        With verdicts.
    labels : LabelSnapshot
        Painted facies, used when too few hits were judged.
    size : (int, int)
    config : MatchTrainConfig
    rounds : RoundsConfig
        Of pseudo-labels from the survey itself, each reviewed before it is used; they need classes.
    out : Path
        Where the model goes.
    """

    volume: Volume
    statistics: AmplitudeStatistics
    searches: tuple[MatchSet, ...]
    labels: LabelSnapshot
    size: tuple[int, int]
    config: MatchTrainConfig
    rounds: RoundsConfig
    out: Path


def learn(learning: Learning, progress: Progress, review: Review | None = None) -> TrainedSiamese:
    """Train a Siamese network on verdicts, else on painted facies, else on neighbouring sections; save it."""
    from seisview.learn.matching.model import save_siamese
    from seisview.learn.rescue import save_or_rescue
    from seisview.workflows.matching.patches import choose_patches, survey_patches
    from seisview.workflows.matching.rounds import train_in_rounds
    from seisview.workflows.matching.train_match import train_patches

    volume, size = learning.volume, learning.size
    placed, config = choose_patches(
        volume, learning.searches, learning.labels, size, learning.config, progress
    )
    patches = survey_patches(volume, learning.statistics, placed, config.network.patch, progress)
    rounds = learning.rounds
    if rounds.rounds and patches.class_names:
        model, _ = train_in_rounds(patches, [size], volume, config, rounds, learning.out, progress, review)
    else:
        model = train_patches(patches, config, progress)
    with suppress(OSError):  # saving says what is wrong with it
        learning.out.parent.mkdir(exist_ok=True)
    save_or_rescue(lambda path: save_siamese(path, model), learning.out)
    return model
