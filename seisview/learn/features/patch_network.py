"""A frozen backbone that turns batches of images into one vector each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention

from seisview.atomic import write_error
from seisview.learn.clustering.config import PatchFeatureConfig
from seisview.learn.device import Device
from seisview.learn.features.patch_features import weights_path
from seisview.learn.networks.backbone import Backbone, load_backbone
from seisview.learn.training.stopping import stoppable

FloatArray = npt.NDArray[np.float32]

_LEAST_SIDE = 32


def load_extractor(config: PatchFeatureConfig) -> Backbone:
    """Backbone with the weights of a file, or random ones drawn by the seed.

    Raises
    ------
    ModelError
        If the weights do not fit.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        backbone = Backbone(config.backbone, dropout=0.0)
    if (path := weights_path(config)) is not None:
        load_backbone(path, backbone)
    return backbone


class PatchNetwork:
    """Global average pooling over the last layer group of a backbone (He et al. 2016).

    Parameters
    ----------
    config : PatchFeatureConfig
    device : Device

    Raises
    ------
    ModelError
        If the weights do not fit.
    """

    def __init__(self, config: PatchFeatureConfig, device: Device) -> None:
        backbone = load_extractor(config)
        self.n_channels = backbone.channels[-1]
        backbone.fold_batch_norms()
        self._network = device.place(backbone)
        self._device = device

    def pooled(self, images: FloatArray, check: Callable[[], None]) -> FloatArray:
        """Vectors of images of one size.

        Parameters
        ----------
        images : ndarray of float32, shape (n, rows, columns)
            In -1..1; small ones are continued by reflection.
        check : callable
            Raises to stop.

        Returns
        -------
        ndarray of float32, shape (n, n_channels)
        """
        batch = torch.from_numpy(np.ascontiguousarray(images))[:, None]
        missing = [max(0, _LEAST_SIDE - side) for side in batch.shape[-2:]]
        if any(missing):
            batch = F.pad(batch, (0, missing[1], 0, missing[0]), mode="replicate")
        batch = batch.to(self._device.name, memory_format=torch.channels_last)
        with torch.inference_mode(), self._device.autocast(), stoppable(self._network, check):
            last = self._network(batch)[-1]
        return np.asarray(last.float().mean(dim=(2, 3)).cpu().numpy(), np.float32)


def save_extractor(config: PatchFeatureConfig, path: Path) -> None:
    """Write the weights a pipeline depends on, so that it gives the same vectors wherever it is copied.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    try:
        save_file(dict(load_extractor(config).state_dict()), path)
    except SafetensorError as error:
        raise write_error(path, OSError(str(error))) from error
