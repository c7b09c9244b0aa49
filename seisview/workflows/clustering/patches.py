"""Vectors of collections of patches, kept in the cache, and which images are fitted and which are scored."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, write_error
from seisview.data.arrays.npy_file import map_npy
from seisview.data.patches.collection import PatchCollection, PatchScale
from seisview.errors import VolumeError
from seisview.learn.clustering.config import PatchFeatureConfig
from seisview.preferences import cache_folder
from seisview.progress import Progress
from seisview.project.result_files import allocate

FloatArray = npt.NDArray[np.float32]
IndexArray = npt.NDArray[np.intp]

FIT_SHARE, TEST_FROM = 0.48, 0.52


class Part(StrEnum):
    """What an image is used for."""

    FIT = "fit"
    GAP = "gap"
    TEST = "test"
    NEW = "new"


def split_blocks(truth: IndexArray) -> npt.NDArray[np.str_]:
    """Say which images are fitted: the first 48 % of each class; the last 48 % are for scores.

    Images follow each other as their files do, and neighbours are often near copies; what lies between the
    two parts is used for neither. Without any known class everything is fitted.
    """
    parts = np.full(len(truth), str(Part.FIT), dtype="<U4")
    for label in np.unique(truth[truth >= 0]):
        members = np.flatnonzero(truth == label)
        parts[members[int(FIT_SHARE * len(members)) :]] = str(Part.GAP)
        parts[members[-int((1 - TEST_FROM) * len(members) + 0.5) :]] = str(Part.TEST)
    return parts


def patch_vectors(
    collection: PatchCollection, config: PatchFeatureConfig, scale: PatchScale, progress: Progress
) -> FloatArray:
    """Vectors of all images of a collection, mapped from the cache, where they are made once.

    The cache is keyed by every image, the settings, the scale and the weights themselves, so vectors of other
    data or of another network are never taken, let alone merged.

    Parameters
    ----------
    collection : PatchCollection
    config : PatchFeatureConfig
    scale : PatchScale
        Of the collection that was fitted.
    progress : Progress
    """
    from seisview.learn.features.patch_features import channel_blocks, embed_patches, features_key

    key = features_key(f"{collection.fingerprint} {scale.centre:.9g} {scale.limit:.9g}", config)
    path = _cache() / f"{key}.npy"
    shape = len(collection), sum(channel_blocks(config))
    stored = _stored(path, shape)
    if stored is not None:
        return stored
    scaled = collection.images(config.per_image, scale)
    with replacing(path) as temporary:
        allocate(temporary, shape, "<f4")  # room first: a full disk is an error then, not the end
        offset = temporary.stat().st_size - 4 * shape[0] * shape[1]
        mapped: np.memmap[Any, np.dtype[np.float32]] = np.memmap(temporary, "<f4", "r+", offset, shape)
        embed_patches(scaled, config, progress, mapped)
        mapped.flush()
        del mapped  # some systems rename no file that is mapped
    made = _stored(path, shape)
    assert made is not None
    return made


def _stored(path: Path, shape: tuple[int, int]) -> FloatArray | None:
    """Vectors of before, mapped; None where there are none, or where they are damaged."""
    try:
        stored = map_npy(path)
    except (OSError, VolumeError):
        return None
    return stored if stored.shape == shape and stored.dtype == np.float32 else None


def _cache() -> Path:
    folder = cache_folder() / "patch-features"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    return folder
