"""What `train --mode preview` does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from seisview.cli.console import job
from seisview.errors import ModelError
from seisview.learn.feature_config import FeatureConfig

if TYPE_CHECKING:
    from seisview.learn.config import BackboneName
    from seisview.workflows.train import TrainingFiles

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
    from seisview.learn.preview_config import PreviewConfig
    from seisview.workflows.preview_files import train_preview_from_files

    config = FeatureConfig(
        backbone=_backbone(network), weights=_weights(backbone), seed=seed, device=device, spare_cores=0
    )
    with job() as progress:
        return train_preview_from_files(files, config, PreviewConfig(seed=seed), progress)


def _backbone(network: str) -> BackboneName:
    from seisview.learn.config import BACKBONES

    wanted = _DEFAULT_NETWORK if network == "auto" else network
    for name in BACKBONES:
        if name == wanted:
            return name
    raise ModelError(f"There is no network {network!r}.", f"Choose one of {', '.join(BACKBONES)}.")


def _weights(backbone: str) -> Literal["default", "none"] | Path:
    if backbone in ("default", "none"):
        return FeatureConfig().weights if backbone == "default" else "none"
    path = Path(backbone)
    if not path.is_file():
        raise ModelError(f"There is no backbone file {path}.", "Give a file, or default, or none.")
    return path.resolve()
