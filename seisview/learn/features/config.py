"""What can be chosen about dense features; free of torch, so that the window may import it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from seisview.data.geometry import Axis, SurveyGeometry
from seisview.errors import ModelError
from seisview.learn.config import BACKBONES, BackboneName

RECIPE = 1
"""Raised whenever the same settings give other features, so that caches of before are not used."""

MAX_DIMENSIONS = 128
TEXTURE_DIMENSIONS = 32


@dataclass(frozen=True, slots=True)
class FeatureConfig:
    """How the dense features of a survey are made.

    Attributes
    ----------
    backbone : str
        One of :data:`seisview.learn.config.BACKBONES`.
    weights : {"default", "none"} or Path
        ``"none"`` takes random weights, ``"default"`` the shipped ones of that backbone when there are any.
        Random ones are the default because masked pretraining does not make features linearly better
        (preview trained on three quarters of an inline of Parihaka, mean IoU on the rest: hand-made channels
        alone .62, with random weights .67, with weights after 10 minutes of masked pretraining .63).
    cell : (int, int)
        Samples and traces that share one feature vector; 8 x 8 is the only grid made so far.
    dimensions : int
        Length of a feature vector, at most 128.
    axis : Axis or None
        The axis whose sections the volume stores; None takes the one along which the survey is read fastest.
    every : int
        Store every n-th section only, for maps; the others can still be asked for one by one.
    seed : int
        Of random weights and of the choice of sections that the projection is fitted on.
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``; does not identify the features.
    spare_cores : int
        Cores of the CPU left to others; does not identify the features either.
    kind : {"dense", "texture"}
        ``"dense"``: activations and hand-made channels, for previews and clusters. ``"texture"``: what a
        small shipped network makes of hand-made channels of a section and its neighbours, for similarity;
        no backbone takes part. See :meth:`texture`.
    """

    backbone: BackboneName = "resnet18"
    weights: Literal["default", "none"] | Path = "none"
    cell: tuple[int, int] = (8, 8)
    dimensions: int = 64
    axis: Axis | None = None
    every: int = 1
    seed: int = 0
    device: str = "auto"
    spare_cores: int = 1
    kind: Literal["dense", "texture"] = "dense"

    @classmethod
    def texture(cls, every: int = 1, axis: Axis | None = None) -> FeatureConfig:
        """Features in which cosines say how alike places are."""
        return cls(dimensions=TEXTURE_DIMENSIONS, every=every, axis=axis, kind="texture")

    def __post_init__(self) -> None:
        if self.weights not in ("default", "none"):
            object.__setattr__(self, "weights", Path(self.weights))
        if self.backbone not in BACKBONES:
            raise ModelError(
                f"There is no backbone {self.backbone!r}.", f"Choose one of {', '.join(BACKBONES)}."
            )
        if tuple(self.cell) != (8, 8):
            raise ModelError("Features are made for cells of 8 x 8 samples.", "Leave the cell as it is.")
        if not 1 <= self.dimensions <= MAX_DIMENSIONS:
            raise ModelError(
                f"Features of {self.dimensions} dimensions are not made.", f"Give 1 to {MAX_DIMENSIONS}."
            )
        if self.axis is not None:
            object.__setattr__(self, "axis", Axis.named(self.axis))
        if self.axis is Axis.SAMPLE:
            raise ModelError("Features are made of vertical sections.", "Choose inline or crossline.")
        if self.every < 1:
            raise ModelError("Every how many lines is not a positive number.", "Give 1 for all lines.")

    def to_dict(self) -> dict[str, Any]:
        """What identifies the features, as plain values for JSON."""
        weights = self.weights.name if isinstance(self.weights, Path) else self.weights
        values = {
            "backbone": self.backbone,
            "weights": weights,
            "cell": list(self.cell),
            "dimensions": self.dimensions,
            "axis": None if self.axis is None else self.axis.value,
            "every": self.every,
            "seed": self.seed,
        }
        # Only where it matters, so that caches of before stay valid.
        return values if self.kind == "dense" else {**values, "kind": self.kind}


@dataclass(frozen=True, slots=True)
class FeatureOrigin:
    """What features were made from; equal origins have equal features.

    Attributes
    ----------
    fingerprint : str
        Of the survey.
    clip : float
        Amplitude that was scaled to 1.
    weights_hash : str
        Of the backbone's weights: of the file, or of the seed they were drawn from.
    config : dict
        :meth:`FeatureConfig.to_dict` with the axis that was chosen.
    """

    fingerprint: str
    clip: float
    weights_hash: str
    config: dict[str, Any]

    @property
    def axis(self) -> Axis:
        """The axis of the stored sections."""
        return Axis(self.config["axis"])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "recipe": RECIPE,
            "fingerprint": self.fingerprint,
            "clip": float(f"{self.clip:.6g}"),
            "weights_hash": self.weights_hash,
            "config": self.config,
        }

    @property
    def key(self) -> str:
        """Name of the cache folder: 24 hexadecimal digits."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def cell_grid(shape: tuple[int, int], cell: tuple[int, int] = (8, 8)) -> tuple[int, int]:
    """Cells along the rows and columns of a section; the last ones may be cut off by its edge."""
    return -(-shape[0] // cell[0]), -(-shape[1] // cell[1])


def feature_axis(config: FeatureConfig, geometry: SurveyGeometry, sorting: str = "") -> Axis:
    """Return the axis whose sections are stored."""
    if geometry.is_2d:
        return Axis.INLINE
    return config.axis or (Axis.CROSSLINE if sorting == Axis.CROSSLINE.value else Axis.INLINE)


def feature_bytes(config: FeatureConfig, geometry: SurveyGeometry, axis: Axis) -> int:
    """Disk space that the features of a survey take, in bytes; known before anything is made."""
    rows, columns = cell_grid(geometry.section_shape(axis), config.cell)
    n_lines = len(range(0, geometry.count(axis), config.every))
    return n_lines * rows * columns * config.dimensions * 2
