"""What can be chosen about clusters; free of torch, umap and scikit-learn, for the window to import."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from seisview.errors import ModelError
from seisview.learn.config import BACKBONES, BackboneName

FloatArray = npt.NDArray[np.float32]

PatchChannels = Literal["spectrum", "deep", "both"]
SurveySource = Literal["attributes", "features", "windows"]
Method = Literal["kmeans", "hdbscan"]
EmbeddingName = Literal["pca", "umap"]
PresetName = Literal["default", "system-b"]

MOST_CLUSTERS = 40
"""More than a person tells apart, and than the palette has colours for."""


@dataclass(frozen=True, slots=True)
class PatchFeatureConfig:
    """How an image becomes a vector.

    Attributes
    ----------
    channels : {"spectrum", "deep", "both"}
        Logarithm of the magnitude spectrum, pooled activations of a network, or both side by side.
    per_image : bool
        Scale every image by itself, as system B does, instead of by one scale for the collection.
    backbone : str
        One of :data:`seisview.learn.config.BACKBONES`; for deep channels.
    weights : {"default", "none"} or Path
        Shipped weights when there are any, else random ones; always random ones; or a file.
    seed : int
        Of random weights.
    device : str
        Does not identify the features.
    """

    channels: PatchChannels = "spectrum"
    per_image: bool = False
    backbone: BackboneName = "resnet50"
    weights: Literal["default", "none"] | Path = "default"
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        if self.backbone not in BACKBONES:
            raise ModelError(
                f"There is no backbone {self.backbone!r}.", f"Choose one of {', '.join(BACKBONES)}."
            )

    @property
    def is_deep(self) -> bool:
        """Whether a network is needed."""
        return self.channels != "spectrum"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        weights = self.weights if isinstance(self.weights, str) else self.weights.name
        return {**asdict(self), "weights": weights}


@dataclass(frozen=True, slots=True)
class SurveyFeatureConfig:
    """What stands for a place of a survey.

    Attributes
    ----------
    source : {"attributes", "features", "windows"}
        Energy, frequency and continuity of cells of 8 x 8 samples; the cached dense features of such cells;
        or windows around them, through a network.
    window : (int, int)
        Samples and traces of a window.
    backbone, weights, seed
        Of the network, as for :class:`PatchFeatureConfig`; the cached features have their own default.
    raw : bool
        Take the amplitudes of a window themselves: the plainest baseline.
    detrend : int
        Degree of the trend with depth that is taken out of every channel, so that attenuation and
        compaction do not become clusters; -1 leaves it in.
    """

    source: SurveySource = "attributes"
    window: tuple[int, int] = (64, 64)
    backbone: BackboneName = "resnet18"
    weights: Literal["default", "none"] | Path = "default"
    seed: int = 0
    device: str = "auto"
    per_image: bool = False
    raw: bool = False
    detrend: int = 2

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        weights = self.weights if isinstance(self.weights, str) else self.weights.name
        return {**asdict(self), "weights": weights, "window": list(self.window)}


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """How vectors are clustered.

    Attributes
    ----------
    clusters : int or None
        How many; None: as many as can be found again in other samples of the data (ignored by HDBSCAN).
    method : {"kmeans", "hdbscan"}
    embedding : {"pca", "umap"}
        Space the clusters are looked for in.
    components : int
        Principal components kept before anything else; 0 keeps the vectors as they are.
    embedding_dimensions : int
        Of the UMAP embedding for clusters. The view in two dimensions is fitted to the same vectors, not
        to this embedding.
    standardise : bool
        Bring every channel to the same spread first.
    view : {"pca", "umap"}
        How points are laid out in the view.
    max_fit_points : int
        UMAP, centres and neighbours are fitted on at most this many points, drawn by `seed`; the rest is
        placed.
    n_init : int
        Starts of K-Means.
    neighbours : int
        Of UMAP.
    anomalous : float
        Share of the points that the anomaly threshold selects.
    seed : int
    """

    clusters: int | None = None
    method: Method = "kmeans"
    embedding: EmbeddingName = "pca"
    components: int = 64
    embedding_dimensions: int = 50
    standardise: bool = False
    view: EmbeddingName = "umap"
    max_fit_points: int = 10_000
    n_init: int = 20
    neighbours: int = 15
    anomalous: float = 0.02
    seed: int = 42

    def __post_init__(self) -> None:
        if self.clusters is not None and not 2 <= self.clusters <= MOST_CLUSTERS:
            raise ModelError(
                f"{self.clusters} clusters cannot be made.", f"Choose 2 to {MOST_CLUSTERS}, or auto."
            )
        if not 0 < self.anomalous < 1:
            raise ModelError("The anomalous share must lie between 0 and 1.", "Try 0.02.")

    @property
    def needs_umap(self) -> bool:
        """Whether UMAP is fitted at all."""
        return "umap" in (self.embedding, self.view)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> ClusterConfig:
        """Inverse of :meth:`to_dict`; TypeError or ModelError when it is none."""
        return cls(**plain)


@dataclass(frozen=True, slots=True)
class ClusterRecipe:
    """All settings of a run.

    Attributes
    ----------
    clusters : ClusterConfig
    patches : PatchFeatureConfig
        For folders.
    survey : SurveyFeatureConfig
        For surveys.
    """

    clusters: ClusterConfig = field(default_factory=ClusterConfig)
    patches: PatchFeatureConfig = field(default_factory=PatchFeatureConfig)
    survey: SurveyFeatureConfig = field(default_factory=SurveyFeatureConfig)

    @classmethod
    def of(cls, preset: PresetName) -> ClusterRecipe:
        """Settings by name: ours, or those of reference system B."""
        if preset == "default":
            return cls(survey=SurveyFeatureConfig(), clusters=ClusterConfig())
        return cls(
            ClusterConfig(embedding="umap", components=0, n_init=20, seed=42),
            PatchFeatureConfig("deep", per_image=True, backbone="resnet50"),
            SurveyFeatureConfig("windows", backbone="resnet50", per_image=True, detrend=-1),
        )

    def for_survey(self) -> ClusterRecipe:
        """The same for the few standardised channels of a survey."""
        if self.survey.source == "windows":
            return self
        return replace(self, clusters=replace(self.clusters, standardise=True))


@dataclass(frozen=True, slots=True, eq=False)
class ViewReady:
    """Event: points can be drawn in two dimensions; comes again as more is known.

    Attributes
    ----------
    positions : ndarray of float32, shape (n, 2)
    assignments : ndarray of int, shape (n,), or None
        Cluster of each point, from 0; -1 for none; None while unknown.
    name : {"pca", "umap"}
    chosen : ndarray of int, shape (n,)
        Which of the points given to the fit these are.
    final : bool
        Whether this is the last one.
    """

    positions: FloatArray
    assignments: npt.NDArray[np.intp] | None
    name: EmbeddingName
    chosen: npt.NDArray[np.intp]
    final: bool = False
