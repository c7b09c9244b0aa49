"""The small network that makes a metric of hand-made channels; ships with the program, free of torch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing
from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.learn.features.config import (
    TEXTURE_DIMENSIONS,
    FeatureConfig,
    FeatureOrigin,
    feature_axis,
)
from seisview.learn.features.npz_file import read_arrays
from seisview.learn.texture.channels import N_CHANNELS
from seisview.resources import resource

FloatArray = npt.NDArray[np.float32]

_NAMES = ("mean", "spread", "weight0", "bias0", "weight1", "bias1", "weight2", "bias2")


@dataclass(frozen=True, slots=True, eq=False)
class TextureNetwork:
    """Three linear layers with rectifiers between them, after channels were standardised.

    Attributes
    ----------
    mean, spread : ndarray of float32, shape (N_CHANNELS,)
    weights : tuple of ndarray of float32
        ``(inputs, outputs)`` each.
    biases : tuple of ndarray of float32
    """

    mean: FloatArray
    spread: FloatArray
    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]

    def apply(self, channels: FloatArray) -> FloatArray:
        """Features of cells, (..., N_CHANNELS) to (..., TEXTURE_DIMENSIONS)."""
        x = ((channels - self.mean) / self.spread).reshape(-1, len(self.mean))
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = x @ weight + bias
            if number < len(self.weights) - 1:
                np.maximum(x, 0, out=x)
        features: FloatArray = x.reshape(*channels.shape[:-1], -1)
        return features

    def save(self, path: Path) -> None:
        """Write it as ``.npz`` of half-precision weights."""
        layers: dict[str, Any] = {f"bias{i}": bias for i, bias in enumerate(self.biases)}
        layers |= {f"weight{i}": weight.astype(np.float16) for i, weight in enumerate(self.weights)}
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez(file, mean=self.mean, spread=self.spread, **layers)


def load_texture_network(path: Path) -> TextureNetwork:
    """Read a network; :class:`ModelError` when the file is missing or damaged."""
    arrays = read_arrays(path, *_NAMES)
    if arrays is None:
        raise ModelError(f"{path.name} is missing or damaged.", "Install seisview again.")
    mean, spread, *layers = (np.asarray(array, np.float32) for array in arrays)
    network = TextureNetwork(mean, spread, tuple(layers[0::2]), tuple(layers[1::2]))
    sides = [N_CHANNELS, *(len(bias) for bias in network.biases)]
    shapes = [weight.shape for weight in network.weights]
    fits = shapes == list(pairwise(sides))
    if not fits or mean.shape != (N_CHANNELS,) or sides[-1] != TEXTURE_DIMENSIONS:
        raise ModelError(f"{path.name} does not fit this version.", "Install seisview again.")
    return network


def shipped_network() -> TextureNetwork:
    """The network that comes with the program; ``resources/texture/README.md`` says how it was made."""
    return _shipped()


@lru_cache(maxsize=1)
def shipped_hash() -> str:
    """Name the shipped network: 16 hexadecimal digits."""
    return hashlib.blake2b(resource("texture", "texture.npz").read_bytes(), digest_size=8).hexdigest()


def texture_origin(volume: Volume, statistics: AmplitudeStatistics, config: FeatureConfig) -> FeatureOrigin:
    """Say what the texture features of a survey would be made from: the key of the cache."""
    axis = feature_axis(config, volume.geometry, volume.info.sorting)
    described = {**config.to_dict(), "axis": axis.value}
    return FeatureOrigin(volume.fingerprint, statistics.clip_limit(), shipped_hash(), described)


@lru_cache(maxsize=1)
def _shipped() -> TextureNetwork:
    return load_texture_network(resource("texture", "texture.npz"))
