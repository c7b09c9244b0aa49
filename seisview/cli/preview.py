"""What `train --mode preview` does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from seisview.cli.console import job
from seisview.cli.options import chosen_backbone, weights_file
from seisview.learn.features.config import FeatureConfig

if TYPE_CHECKING:
    from seisview.workflows.facies.train import TrainingFiles

_DEFAULT_NETWORK = "resnet18"


def train_preview(
    files: TrainingFiles, backbone: str, network: str, seed: int, device: str
) -> dict[str, object]:
    """Fit a preview to labels in files.

    Parameters
    ----------
    files : TrainingFiles
    backbone : str
        ``"none"``, a file, or ``"default"``: what features are made with in the window.
    network : str
        Name of the backbone; ``"auto"`` takes the one that features are made with in the window.
    seed : int
    device : str
    """
    from seisview.learn.preview.config import PreviewConfig
    from seisview.workflows.facies.preview_files import train_preview_from_files

    config = FeatureConfig(
        backbone=chosen_backbone(_DEFAULT_NETWORK if network == "auto" else network),
        weights=_weights(backbone),
        seed=seed,
        device=device,
        spare_cores=0,
    )
    with job() as progress:
        return train_preview_from_files(files, config, PreviewConfig(seed=seed), progress)


def _weights(backbone: str) -> Literal["default", "none"] | Path:
    if backbone in ("default", "none"):
        return FeatureConfig().weights if backbone == "default" else "none"
    return weights_file(backbone).resolve()
