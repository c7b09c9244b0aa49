"""What can be chosen about learning; free of torch, so that the window and the command line may import it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from seisview.data.geometry import Axis
from seisview.errors import ModelError
from seisview.learn.recipes import RECIPES, Recipe, RecipeName
from seisview.learn.training.budget import Clock

BackboneName = Literal["resnet10", "resnet18", "resnet34", "resnet50"]
BackboneChoice = Literal["auto", "resnet10", "resnet18", "resnet34", "resnet50"]
BACKBONES: tuple[BackboneName, ...] = ("resnet10", "resnet18", "resnet34", "resnet50")
BACKBONE_CHOICES: tuple[BackboneChoice, ...] = ("auto", *BACKBONES)
STRIDE = 32
"""Sizes of crops and tiles are multiples of this: the stride of the deepest layer group."""

DecoderName = Literal["all_groups", "reference"]
DECODER_CHANNELS: dict[DecoderName, int] = {"all_groups": 96, "reference": 256}

Mode = Literal["tune", "scratch"]
Fusion = Literal["sum", "vote"]


@dataclass(frozen=True, slots=True)
class SegmenterConfig:
    """Everything needed to build the network again.

    Attributes
    ----------
    n_classes : int
        Number of output classes.
    backbone : str
        One of :data:`BACKBONES`. ``"resnet50"`` is the reference; ``"resnet10"`` (one block per group) is the
        quick one, about 15x cheaper.
    head_channels : int or None
        Channels of the decoder; None takes :data:`DECODER_CHANNELS`.
    dropout : float
        Probability of the 2-D dropout after the stem and after each layer group.
    smallest_input : (int, int)
        Rows and columns of the crops it is trained on; smaller sections are continued by reflection to that
        size in prediction as in training, because deep layers depend on how much they see.
    decoder : {"all_groups", "reference"}
        See :mod:`seisview.learn.networks.decoder`.
    depth : bool
        Whether the input has the depth of its samples as a channel.
    carried : bool
        Whether the input has one channel per class more, with the labels carried along reflections
        (:mod:`seisview.learn.carrying`).
    """

    n_classes: int
    backbone: BackboneName = "resnet50"
    head_channels: int | None = None
    dropout: float = 0.0
    smallest_input: tuple[int, int] = (192, 192)
    decoder: DecoderName = "all_groups"
    depth: bool = False
    carried: bool = False

    def __post_init__(self) -> None:
        if self.backbone not in BACKBONES:
            raise ModelError(
                f"There is no backbone {self.backbone!r}.", f"Choose one of {', '.join(BACKBONES)}."
            )
        if self.n_classes < 1:
            raise ModelError("A segmenter needs at least one class.", "Paint at least two classes.")
        # JSON gives lists.
        object.__setattr__(self, "smallest_input", tuple(self.smallest_input))
        if not _fits(self.smallest_input):
            raise ModelError("The crop size of that segmenter is impossible.", "Train the model again.")
        if self.decoder not in DECODER_CHANNELS:
            raise ModelError(
                f"There is no decoder {self.decoder!r}.", f"Choose one of {', '.join(DECODER_CHANNELS)}."
            )

    @property
    def decoder_channels(self) -> int:
        """Channels of the decoder."""
        return self.head_channels or DECODER_CHANNELS[self.decoder]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """How a segmenter is trained.

    Attributes
    ----------
    mode : {"tune", "scratch"}
        ``"tune"`` starts from `backbone_file`; without one the weights are random, and the learning rates of
        ``"scratch"`` are used, as for ``"scratch"``, which never reads a file.
    recipe : {"default", "reference"}
        See :mod:`seisview.learn.recipes`.
    backbone : str
        One of :data:`BACKBONES`, or ``"auto"``: the network of `backbone_file`; without a file the
        ResNet-50 for the reference recipe and on a GPU, else the ResNet-18, which reaches more in the same
        minutes of a CPU.
    backbone_file : Path or str or None
        Starting weights, see :func:`seisview.learn.networks.pretrained.load_pretrained`.
    steps : int or None
        Optimiser steps; None with `minutes` None as well means :data:`DEFAULT_STEPS`.
    minutes : float or None
        Budget of the whole job, reading included, by `clock`. With both, whichever ends first. Only a budget
        in steps gives the same weights again.
    clock : {"wall", "processor"}
        What `minutes` are: time of the wall, or of the processor, which does not depend on what else runs.
    batch_size : int or None
        Crops per step; None chooses by size of the crop and device, see
        :func:`seisview.learn.samples.crops.default_batch_size`. Halved while memory does not suffice.
    crop : (int, int) or None
        Rows and columns of a crop, multiples of 32, not both 32; None takes the recipe's largest, or less
        where the sections are small.
    seed : int
        Seeds weights, dropout, crops and augmentation.
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    spare_cores : int
        Cores of the CPU left to others: 1 for the window, 0 where nothing else wants them.
    validation_fraction : float or None
        Share of the labels held out as one block for validation and calibration; 0 for none, None for the
        recipe's.
    carry : bool
        Whether the network also sees the labels carried to each section along the reflections of the survey,
        if its recipe does (:mod:`seisview.learn.carrying`). Not on 2-D lines.
    """

    mode: Mode = "tune"
    recipe: RecipeName = "default"
    backbone: BackboneChoice = "auto"
    backbone_file: Path | None = None
    steps: int | None = None
    minutes: float | None = None
    clock: Clock = "wall"
    batch_size: int | None = None
    crop: tuple[int, int] | None = None
    seed: int = 0
    device: str = "auto"
    spare_cores: int = 1
    validation_fraction: float | None = None
    carry: bool = True

    def __post_init__(self) -> None:
        if self.backbone_file is not None:
            object.__setattr__(self, "backbone_file", Path(self.backbone_file))
        if self.mode not in ("tune", "scratch"):
            raise ModelError(f"There is no training mode {self.mode!r}.", "Choose tune or scratch.")
        if self.recipe not in RECIPES:
            raise ModelError(f"There is no recipe {self.recipe!r}.", f"Choose one of {', '.join(RECIPES)}.")
        if self.backbone not in BACKBONE_CHOICES:
            raise ModelError(
                f"There is no backbone {self.backbone!r}.", f"Choose one of {', '.join(BACKBONE_CHOICES)}."
            )
        if self.clock not in ("wall", "processor"):
            raise ModelError(f"There is no clock {self.clock!r}.", "Choose wall or processor.")
        if self.steps is not None and self.steps < 1:
            raise ModelError("Training needs at least one step.", "Give a larger number of steps.")
        if self.minutes is not None and not self.minutes > 0:
            raise ModelError("Training needs some time.", "Give a number of minutes above zero.")
        if self.batch_size is not None and self.batch_size < 1:
            raise ModelError("A batch needs at least one crop.", "Give a batch size of 1 or more.")
        if self.crop is not None and not _fits(self.crop):
            raise ModelError(
                f"Crops of {self.crop[0]} x {self.crop[1]} samples do not fit the network.",
                f"Give sides that are multiples of {STRIDE}, one of them at least {2 * STRIDE}.",
            )
        if not 0 <= self.held_out < 0.5:
            raise ModelError(
                "The validation share is not in 0..0.5.", "0.2 is a good choice, 0 turns it off."
            )

    @property
    def rules(self) -> Recipe:
        """The recipe."""
        return RECIPES[self.recipe]

    @property
    def carries(self) -> bool:
        """Whether labels are carried where the survey has other sections."""
        return self.carry and self.rules.carried

    @property
    def held_out(self) -> float:
        """Share of the labels held out."""
        chosen = self.validation_fraction
        return self.rules.validation_fraction if chosen is None else chosen

    @property
    def starts_from_file(self) -> bool:
        """Whether weights are read from `backbone_file`."""
        return self.mode == "tune" and self.backbone_file is not None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        values = asdict(self)
        values["backbone_file"] = None if self.backbone_file is None else self.backbone_file.name
        return values


def _fits(crop: tuple[int, int]) -> bool:
    # One cell at the deepest stage is too little for batch normalisation of a single crop.
    return all(side >= STRIDE and side % STRIDE == 0 for side in crop) and max(crop) >= 2 * STRIDE


DEFAULT_STEPS = 300
"""Steps when neither a number of steps nor a time is given: some minutes on two CPU cores."""


@dataclass(frozen=True, slots=True)
class PredictConfig:
    """How facies are predicted.

    Attributes
    ----------
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    spare_cores : int
        Cores of the CPU left to others: 1 for the window, 0 where nothing else wants them.
    fusion : {"sum", "vote"}
        Several models: add their logits, or let each vote per sample (ties go to the larger summed
        probability).
    axis : Axis or None
        The axis the volume is cut across; None takes that of the visible section, else that of
        most training labels.
    lines : (int, int) or None
        Half-open range of section indices along `axis`; None for all. For the whole survey otherwise.
    whole_section_pixels : int or None
        Sections up to this many samples go through the network in one pass; None chooses by device.
    tile, overlap : int
        Side of the tiles of larger sections and what neighbours share, multiples of 32.
    carried_weight : float
        What a label carried along reflections adds to the network's log-probability of its class, times the
        trust in it (:func:`seisview.learn.carrying.trust.trust_of`) and how far carried labels agree with the
        network on the section: from 0 for a Cohen's kappa of 3/4 to 1 for 1. 0: the network alone. Mean IoU
        with 0, 5 and 8 on Penobscot .957, .975 and .978; the same on synthetic surveys full of faults, where
        beginning at a kappa of 1/2 would cost .013 (.507 to .493).
    """

    device: str = "auto"
    spare_cores: int = 1
    fusion: Fusion = "sum"
    axis: Axis | None = None
    lines: tuple[int, int] | None = None
    whole_section_pixels: int | None = None
    tile: int = 512
    overlap: int = 128
    carried_weight: float = 5.0

    def __post_init__(self) -> None:
        if self.axis is not None:
            object.__setattr__(self, "axis", Axis.named(self.axis))
        if self.fusion not in ("sum", "vote"):
            raise ModelError(f"There is no fusion {self.fusion!r}.", "Choose sum or vote.")
        if self.axis is Axis.SAMPLE:
            raise ModelError("Facies are predicted on vertical sections.", "Choose inline or crossline.")
        if self.tile % STRIDE or self.overlap % STRIDE or not 0 < self.overlap <= self.tile // 2:
            raise ModelError(
                f"Tiles of {self.tile} sharing {self.overlap} do not fit the network.",
                f"Give multiples of {STRIDE}; the overlap is at most half a tile.",
            )
