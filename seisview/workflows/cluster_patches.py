"""Vectors of collections of patches, kept in the cache, and which images are fitted and which are scored."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, write_error
from seisview.data.npy_file import map_npy
from seisview.data.patches import PatchCollection, PatchScale
from seisview.errors import VolumeError
from seisview.learn.cluster_config import PatchFeatureConfig
from seisview.preferences import cache_folder
from seisview.progress import Progress

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
    """Vectors of all images of a collection, from the cache where they were made before.

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
    from seisview.learn.patch_features import embed_patches, features_key

    key = features_key(f"{collection.fingerprint} {scale.centre:.9g} {scale.limit:.9g}", config)
    path = _cache() / f"{key}.npy"
    try:
        stored = np.array(map_npy(path), np.float32)
        if stored.ndim == 2 and len(stored) == len(collection):
            return stored
    except (OSError, VolumeError):
        pass  # not made yet, or damaged: made again
    scaled = collection.images(config.per_image, scale)
    vectors = embed_patches(scaled, config, progress)
    with replacing(path) as temporary:
        np.save(temporary, vectors, allow_pickle=False)
    return vectors


def _cache() -> Path:
    folder = cache_folder() / "patch-features"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    return folder
