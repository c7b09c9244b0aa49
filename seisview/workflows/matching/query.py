"""What is searched for in a survey, and what was found."""

from __future__ import annotations

from dataclasses import dataclass

from seisview.data.geometry import Axis
from seisview.errors import ModelError
from seisview.labels.heat import HeatCube
from seisview.labels.patches import Hit, Patch


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """What is searched for.

    Attributes
    ----------
    positives : tuple of Patch
        At least one; several are combined. The first one's size is that of the hits.
    negatives : tuple of Patch
        Push away.
    """

    positives: tuple[Patch, ...]
    negatives: tuple[Patch, ...] = ()

    def __post_init__(self) -> None:
        if not self.positives:
            raise ModelError("There is no patch to search for.", "Pick a patch first.")
        if any(patch.key.axis is Axis.SAMPLE for patch in (*self.positives, *self.negatives)):
            raise ModelError(
                "Patches are picked on inlines and crosslines, not on slices.", "Go to an inline first."
            )

    @property
    def is_refined(self) -> bool:
        """Whether there is more than one patch: others say which of its traits count."""
        return len(self.positives) > 1 or bool(self.negatives)

    @property
    def size(self) -> tuple[int, int]:
        """Samples and traces of a patch."""
        return self.positives[0].box.shape


@dataclass(frozen=True, slots=True, eq=False)
class MatchAnswer:
    """What was found.

    Attributes
    ----------
    query : MatchQuery
    hits : tuple of Hit
        The best first.
    heat : HeatCube
        Similarity of the cached features everywhere.
    measure : str
        ``"cosine similarity"`` or ``"euclidean distance"``, of the hits; distances are negative.
    origin : dict of str to str
        Where it comes from: features, model, calibration.
    is_quick : bool
        A first look at every n-th line only; the whole answer follows.
    """

    query: MatchQuery
    hits: tuple[Hit, ...]
    heat: HeatCube
    measure: str
    origin: dict[str, str]
    is_quick: bool = False

    def __repr__(self) -> str:
        best = f", the best {self.hits[0].similarity:.3f}" if self.hits else ""
        return f"MatchAnswer({len(self.hits)} hits by {self.measure}{best})"
