"""What can be chosen about finding similar patches; free of torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from seisview.data.geometry import Axis
from seisview.errors import ModelError
from seisview.learn.config import BACKBONES, STRIDE, BackboneName

MatchLoss = Literal["triplet", "contrastive", "proxy"]
Distance = Literal["cosine", "euclidean"]
Mining = Literal["semihard", "hard", "all"]

DEFAULT_MATCH_STEPS = 120
"""Steps when neither a number of steps nor a time is given: a minute on two CPU cores."""

DEFAULT_PATCH = (64, 64)
"""Samples and traces of a patch when none is given."""


@dataclass(frozen=True, slots=True)
class SiameseConfig:
    """Everything needed to build the network again.

    Attributes
    ----------
    backbone : str
        Shared by anchors, positives and negatives; ``"resnet50"`` is the reference.
    dimensions : int
        Length of an embedding, at most 128.
    distance : {"cosine", "euclidean"}
        What the network was trained on. Cosine embeddings have length 1.
    patch : (int, int)
        Rows and columns that patches are brought to.
    spectrum : bool
        Whether a quarter of the embedding is the patch's log-magnitude spectrum, which tells textures apart
        that a few hundred examples do not teach a network to tell apart.
    """

    backbone: BackboneName = "resnet18"
    dimensions: int = 128
    distance: Distance = "cosine"
    patch: tuple[int, int] = (96, 96)
    spectrum: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "patch", tuple(self.patch))  # JSON gives lists
        if self.backbone not in BACKBONES:
            raise ModelError(
                f"There is no backbone {self.backbone!r}.", f"Choose one of {', '.join(BACKBONES)}."
            )
        if not 1 <= self.dimensions <= 128:
            raise ModelError("Embeddings have 1 to 128 dimensions.", "128 is a good choice.")
        if self.distance not in ("cosine", "euclidean"):
            raise ModelError(f"There is no distance {self.distance!r}.", "Choose cosine or euclidean.")
        if len(self.patch) != 2 or min(self.patch) < STRIDE:
            raise ModelError(
                "The patches of that network are too small.", f"Give sides of at least {STRIDE} samples."
            )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class MatchTrainConfig:
    """How a Siamese network is trained.

    Attributes
    ----------
    network : SiameseConfig
    backbone_file : Path or None
        Starting weights of the backbone; None starts from random ones.
    loss : {"triplet", "contrastive", "proxy"}
        Triplet loss with margin (Schroff et al. 2015), supervised contrastive loss (Khosla et al. 2020), or
        proxy anchor (Kim et al. 2020).
    margin : float or None
        Of the triplet loss; None takes 0.2 for cosine distances and 1 for Euclidean ones.
    swap : bool
        Use the distance between positive and negative where it is the smaller one (Balntas et al. 2016).
    mining : {"semihard", "hard", "all"}
        Which triplets of a batch count.
    exclude_anchor : tuple of str
        Classes that are never anchors or positives; they still serve as negatives.
    steps, minutes : int or None, float or None
        Budget; with both, whichever ends first. None and None mean :data:`DEFAULT_MATCH_STEPS`.
    batch_size : int
        Patches per step, in groups of four of a class.
    patience : int
        Training ends after so many evaluations without a better mAP; 0 never ends early.
    validation_fraction : float
        Share of each class, taken as blocks of positions, that is held out.
    learning_rate : float
        Of the projection head; the backbone takes a third of it when it starts from a file.
    noise : float
        Largest standard deviation of added noise, in units of the clip limit.
    seed : int
    device : str
    spare_cores : int
    """

    network: SiameseConfig = SiameseConfig()
    backbone_file: Path | None = None
    loss: MatchLoss = "triplet"
    margin: float | None = None
    swap: bool = True
    mining: Mining = "semihard"
    exclude_anchor: tuple[str, ...] = ()
    steps: int | None = None
    minutes: float | None = None
    batch_size: int = 32
    patience: int = 4
    validation_fraction: float = 0.2
    learning_rate: float = 5e-4
    noise: float = 0.05
    seed: int = 0
    device: str = "auto"
    spare_cores: int = 1

    def __post_init__(self) -> None:
        if self.backbone_file is not None:
            object.__setattr__(self, "backbone_file", Path(self.backbone_file))
        for value, allowed in (
            (self.loss, ("triplet", "contrastive", "proxy")),
            (self.mining, ("semihard", "hard", "all")),
        ):
            if value not in allowed:
                raise ModelError(f"There is no {value!r} here.", f"Choose one of {', '.join(allowed)}.")
        if self.steps is not None and self.steps < 1:
            raise ModelError("Training needs at least one step.", "Give a larger number of steps.")
        if self.minutes is not None and not self.minutes > 0:
            raise ModelError("Training needs some time.", "Give a number of minutes above zero.")
        if self.batch_size < 8:
            raise ModelError("A batch needs at least eight patches.", "Give a batch size of 8 or more.")
        if not 0 < self.validation_fraction < 0.5:
            raise ModelError("The validation share is not in 0..0.5.", "0.2 is a good choice.")

    @property
    def used_margin(self) -> float:
        """The margin of the triplet loss."""
        if self.margin is not None:
            return self.margin
        return 0.2 if self.network.distance == "cosine" else 1.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        values = asdict(self)
        values["backbone_file"] = None if self.backbone_file is None else self.backbone_file.name
        return values


@dataclass(frozen=True, slots=True)
class RoundsConfig:
    """Iterative training with pseudo-labels from an unlabelled survey.

    A neighbour is accepted when its distance to the labelled patch that retrieves it lies strictly between
    the two thresholds and no earlier round took it. For Euclidean networks the distance is the Euclidean one.

    Attributes
    ----------
    rounds : int
        At most; fewer when validation stops improving.
    duplicate_threshold, curated_threshold : float
        Nearer than the first is taken for a copy, farther than the second for something else.
    neighbours : int
        Retrieved for each labelled patch and round.
    tiles : int
        How many tiles of the survey are looked at.
    """

    rounds: int = 2
    duplicate_threshold: float = 0.0
    curated_threshold: float = 0.1
    neighbours: int = 5
    tiles: int = 2000

    def __post_init__(self) -> None:
        if self.rounds < 0 or self.neighbours < 1 or self.tiles < 1:
            raise ModelError("Rounds, neighbours and tiles are counts.", "Give numbers of 1 or more.")
        if not 0 <= self.duplicate_threshold < self.curated_threshold:
            raise ModelError(
                "The duplicate threshold must lie below the curated threshold.", "0 and 0.1 are good choices."
            )


@dataclass(frozen=True, slots=True)
class Region:
    """Part of a survey: half-open ranges of indices; None does not limit.

    Attributes
    ----------
    inlines, crosslines, samples : (int, int) or None
    """

    inlines: tuple[int, int] | None = None
    crosslines: tuple[int, int] | None = None
    samples: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """How a survey is searched.

    Attributes
    ----------
    top : int
        How many hits.
    region : Region
        Centres of hits lie in it.
    axes : tuple of Axis
        Directions of the sections that are searched; none takes the one whose features are kept anyway.
    overlap : float
        Hits are at least this share of a patch apart along one of the three axes; 1 forbids any overlap.
    exclude_query : bool
        Whether the neighbourhood of the query patches is left out.
    negative_weight : float
        How far a negative patch pushes away, relative to a positive one (Rocchio 1971).
    """

    top: int = 50
    region: Region = Region()
    axes: tuple[Axis, ...] = ()
    overlap: float = 0.75
    exclude_query: bool = True
    negative_weight: float = 0.5

    def __post_init__(self) -> None:
        if self.top < 1:
            raise ModelError("At least one hit must be asked for.", "Give a larger number.")
        object.__setattr__(self, "axes", tuple(Axis.named(axis) for axis in self.axes))
        if Axis.SAMPLE in self.axes:
            raise ModelError("Patches lie on inlines or crosslines.", "Choose one of them, or both.")
        if not 0 < self.overlap <= 2:
            raise ModelError("Hits cannot be that far apart.", "0.75 is a good choice.")
