"""What can be chosen about pretraining; free of torch, so that window and command line may import it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from seisview.data.geometry import Axis
from seisview.errors import ModelError
from seisview.learn.config import BACKBONES, STRIDE, BackboneName
from seisview.learn.training.budget import Clock

PretextName = Literal["masked", "rotation", "jigsaw", "frame-order"]
PRETEXTS: tuple[PretextName, ...] = ("masked", "rotation", "jigsaw", "frame-order")
Joining = Literal["alternate", "sum"]

DEFAULT_STEPS = 600
"""Steps when neither a number of steps nor a time is given."""

_SIDES = (Axis.INLINE, Axis.CROSSLINE)


@dataclass(frozen=True, slots=True)
class PretrainConfig:
    """How a network is pretrained on unlabelled sections.

    Attributes
    ----------
    tasks : tuple of str
        Of :data:`PRETEXTS`; several share one backbone.
    joining : {"alternate", "sum"}
        Several tasks: one batch of each in turn, or the sum of their losses in every step.
    backbone : str
        One of :data:`seisview.learn.config.BACKBONES`.
    backbone_file : Path or None
        Weights to begin with; None for random ones.
    steps : int or None
        Optimiser steps; None with `minutes` None as well means :data:`DEFAULT_STEPS`. Only a budget in steps
        gives the same curve again.
    minutes : float or None
        Time for the whole job, over all its parts when it is interrupted and resumed. With both, whichever
        ends first.
    clock : {"wall", "processor"}
        What `minutes` are counted on, see :class:`seisview.learn.training.budget.Budget`.
    batch_size : int or None
        Sections per step (of jigsaw: sections, of nine tiles each); None chooses by device and crop.
    crop : (int, int) or None
        Rows and columns that the network sees, multiples of 32, of all tasks; None takes each task's own,
        see :mod:`seisview.learn.pretext`. Less where the sections are smaller.
    axes : tuple of Axis
        Sections that are taken: inlines, crosslines, or both.
    seed : int
        Seeds weights, sections, crops and everything else that is random.
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    spare_cores : int
        Cores of the CPU left to others: 1 for the window, 0 where nothing else wants them.
    learning_rate, weight_decay : float
        Of Adam; the reference's.
    dropout : float
        After the stem and after each layer group; the reference's is 0.5, which costs more than it gives in
        minutes of training.
    flip : bool
        Mirror half of the crops left to right.
    noise : float
        Largest standard deviation of the Gaussian noise added per sample, in units of the clip limit.
    hidden_fraction : float
        Masked reconstruction: share of the blocks that are hidden.
    validation_fraction : float
        Share of each survey that is set apart as one block for validation.
    resume : bool
        Go on with the unfinished run beside the output; without one begin anew.
    keep_state : bool
        Keep what is needed to go on with a larger budget after the run has ended, too.
    """

    tasks: tuple[PretextName, ...] = ("masked",)
    joining: Joining = "alternate"
    backbone: BackboneName = "resnet18"
    backbone_file: Path | None = None
    steps: int | None = None
    minutes: float | None = None
    clock: Clock = "wall"
    batch_size: int | None = None
    crop: tuple[int, int] | None = None
    axes: tuple[Axis, ...] = _SIDES
    seed: int = 0
    device: str = "auto"
    spare_cores: int = 1
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    dropout: float = 0.0
    flip: bool = True
    noise: float = 0.1
    hidden_fraction: float = 0.6
    validation_fraction: float = 0.1
    resume: bool = False
    keep_state: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "axes", tuple(Axis.named(axis) for axis in self.axes))
        if self.backbone_file is not None:
            object.__setattr__(self, "backbone_file", Path(self.backbone_file))
        self._check_choices()
        if self.steps is not None and self.steps < 1:
            raise ModelError("Pretraining needs at least one step.", "Give a larger number of steps.")
        if self.minutes is not None and not self.minutes > 0:
            raise ModelError("Pretraining needs some time.", "Give a number of minutes above zero.")
        if self.batch_size is not None and self.batch_size < 1:
            raise ModelError("A batch needs at least one section.", "Give a batch size of 1 or more.")
        if self.crop is not None and any(side < 2 * STRIDE or side % STRIDE for side in self.crop):
            raise ModelError(
                f"Crops of {self.crop[0]} x {self.crop[1]} samples do not fit the network.",
                f"Give sides that are multiples of {STRIDE}, at least {2 * STRIDE}.",
            )
        if not 0 < self.hidden_fraction < 1:
            raise ModelError("The share of hidden blocks is not in 0..1.", "0.6 is a good choice.")
        if not 0 <= self.validation_fraction < 0.5:
            raise ModelError("The validation share is not in 0..0.5.", "0.1 is a good choice.")

    def _check_choices(self) -> None:
        unknown = [task for task in self.tasks if task not in PRETEXTS]
        if unknown or not self.tasks or len(set(self.tasks)) != len(self.tasks):
            what = f"There is no pretext task {unknown[0]!r}." if unknown else "Name each task once."
            raise ModelError(what, f"Choose of {', '.join(PRETEXTS)}.")
        if self.joining not in ("alternate", "sum"):
            raise ModelError(f"Tasks cannot be joined by {self.joining!r}.", "Choose alternate or sum.")
        if self.backbone not in BACKBONES:
            raise ModelError(
                f"There is no backbone {self.backbone!r}.", f"Choose one of {', '.join(BACKBONES)}."
            )
        if not self.axes or any(axis not in _SIDES for axis in self.axes):
            raise ModelError("Networks learn from vertical sections.", "Choose inlines, crosslines or both.")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        values = asdict(self)
        values["backbone_file"] = None if self.backbone_file is None else self.backbone_file.name
        values["axes"] = [axis.value for axis in self.axes]
        return values
