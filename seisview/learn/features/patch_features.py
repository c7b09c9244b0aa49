"""Images to vectors: their spectrum, or the pooled activations of a network, or both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.learn.clustering.config import PatchFeatureConfig
from seisview.progress import Progress

FloatArray = npt.NDArray[np.float32]
Images = Sequence[FloatArray]

SPECTRUM_SIZE = 24
"""Frequencies downwards, and to either side, of the spectrum that is kept."""

_HIGHEST = 0.2424  # cycles per sample: where the energy of migrated seismic ends
_FLOOR = 3e-3
_BATCH_PIXELS = 1 << 20
_SPECTRA_SHARE = 0.1  # of the time that both kinds of channels take


def embed_patches(
    images: Images, config: PatchFeatureConfig, progress: Progress, out: FloatArray | None = None
) -> FloatArray:
    """Vectors of images.

    Parameters
    ----------
    images : sequence of ndarray of float32, shape (rows, columns)
        In -1..1, of any sizes, e.g. :meth:`seisview.data.patches.collection.PatchCollection.images`; read one
        batch at a time.
    config : PatchFeatureConfig
    progress : Progress
    out : ndarray of float32, shape (n, sum of :func:`channel_blocks`), optional
        Filled and returned, e.g. a mapped file: however many images there are, few are in memory.

    Returns
    -------
    ndarray of float32, shape (n, sum of :func:`channel_blocks`)

    Raises
    ------
    ModelError
        If the weights or the device do not fit.
    Cancelled
        If the job was asked to stop.
    """
    blocks = channel_blocks(config)
    found = np.empty((len(images), sum(blocks)), np.float32) if out is None else out
    spectra = {"spectrum": 1.0, "both": _SPECTRA_SHARE}.get(config.channels, 0.0)
    if spectra > 0:
        with progress.part(0.0, spectra):
            for index in progress.track(range(len(images)), "Measuring spectra"):
                found[index, : blocks[0]] = log_spectrum(images[index])
    if config.is_deep:
        with progress.part(spectra, 1.0):
            _fill_deep(found[:, -blocks[-1] :], images, config, progress)
    return found


def channel_blocks(config: PatchFeatureConfig) -> tuple[int, ...]:
    """How many channels of each kind :func:`embed_patches` gives."""
    spectrum, deep = 2 * SPECTRUM_SIZE**2, {"resnet50": 2048}.get(config.backbone, 512)
    return {"spectrum": (spectrum,), "deep": (deep,), "both": (spectrum, deep)}[config.channels]


def log_spectrum(image: FloatArray) -> FloatArray:
    """Logarithm of the magnitude spectrum of one image, the same frequencies for every size.

    The mean is taken out and the edges are tapered; magnitudes are per sample, so strong images stay strong.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, columns)
        In -1..1.

    Returns
    -------
    ndarray of float32, shape (2 * SPECTRUM_SIZE ** 2,)
        Frequencies downwards from 0, times frequencies sideways of both signs.
    """
    taper = np.outer(_taper(image.shape[0]), _taper(image.shape[1]))
    whole = np.fft.fft2((image - image.mean()) * taper)
    magnitude = np.abs(whole) / np.sqrt((taper**2).sum())
    down = np.arange(SPECTRUM_SIZE) * (_HIGHEST / SPECTRUM_SIZE)
    sideways = np.arange(-SPECTRUM_SIZE, SPECTRUM_SIZE) * (_HIGHEST / SPECTRUM_SIZE)
    sampled = _between(image.shape[0], down) @ magnitude @ _between(image.shape[1], sideways).T
    spectrum: FloatArray = np.log(sampled + _FLOOR).astype(np.float32).ravel()
    return spectrum


def _fill_deep(out: FloatArray, images: Images, config: PatchFeatureConfig, progress: Progress) -> None:
    """Mean activations of the last layer group."""
    from seisview.learn.device import choose_device
    from seisview.learn.features.patch_network import PatchNetwork

    network = PatchNetwork(config, choose_device(config.device, 1))
    progress.begin_stage()
    done = 0
    for indices in _batches(images):
        progress.report("Describing images", done, len(images))
        out[indices] = network.pooled(np.stack([images[i] for i in indices]), progress.check)
        done += len(indices)


def weights_path(config: PatchFeatureConfig) -> Path | None:
    """File of the network's weights; None for random ones."""
    from seisview.learn.features.config import FeatureConfig
    from seisview.learn.features.extractor import weights_file

    return weights_file(FeatureConfig(backbone=config.backbone, weights=config.weights))


def features_key(fingerprint: str, config: PatchFeatureConfig) -> str:
    """Name of the features of a collection: of the data, the settings and the weights themselves."""
    import hashlib
    import json

    identity: dict[str, object] = {"data": fingerprint, "recipe": 1, "channels": config.channels}
    identity["per_image"] = config.per_image
    if config.is_deep:
        from seisview.learn.features.network import weights_hash

        identity["weights"] = weights_hash(config.backbone, weights_path(config), config.seed)
        identity["backbone"] = config.backbone
    text = json.dumps(identity, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _batches(images: Images) -> Iterator[list[int]]:
    """Indices of images of one shape, as many as are computed together."""
    shapes = getattr(images, "shapes", None) or [image.shape for image in images]
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, shape in enumerate(shapes):
        groups[shape].append(index)
    for (rows, columns), indices in groups.items():
        size = max(1, min(128, _BATCH_PIXELS // max(1, rows * columns)))
        for start in range(0, len(indices), size):
            yield indices[start : start + size]


def _taper(length: int) -> npt.NDArray[np.float64]:
    # without the two zeros at the ends, so that an image of one or two rows keeps something
    return np.hanning(length + 2)[1:-1]


def _between(length: int, frequencies: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Matrix that reads a spectrum of `length` values at frequencies in between, linearly."""
    place = frequencies * length
    below = np.floor(place).astype(int)
    share = place - below
    matrix = np.zeros((len(frequencies), length))
    rows = np.arange(len(frequencies))
    np.add.at(matrix, (rows, below % length), 1.0 - share)
    np.add.at(matrix, (rows, (below + 1) % length), share)
    return matrix
