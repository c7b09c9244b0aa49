"""Clusters of a folder of patches, and how well they go together with the classes that are known.

Importing this module loads neither torch nor scikit-learn; calling its functions does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seisview.data.patches.collection import PatchCollection, PatchScale, open_patches
from seisview.errors import ModelError
from seisview.events import Note
from seisview.learn.clustering.config import ClusterRecipe, PatchFeatureConfig
from seisview.progress import Progress, shares_of
from seisview.workflows.clustering.patches import Part, patch_vectors, split_blocks

if TYPE_CHECKING:
    from seisview.learn.clustering.pipeline import Clustered, ClusterModel

IndexArray = npt.NDArray[np.intp]
WHAT = "patches"


@dataclass(frozen=True, slots=True)
class FolderRequest:
    """What a run on a folder reads.

    Attributes
    ----------
    folder : Path
        Class folders, or images without classes.
    test : Path or None
        Another folder to score on; None: the later part of each class, with a gap between.
    using : Path or None
        A saved pipeline to apply instead of fitting one.
    key : str
        Array in ``.mat`` files.
    """

    folder: Path
    test: Path | None = None
    using: Path | None = None
    key: str = "img"

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", Path(self.folder))
        if self.test is not None:
            object.__setattr__(self, "test", Path(self.test))
        if self.using is not None:
            object.__setattr__(self, "using", Path(self.using))


@dataclass(frozen=True, slots=True, eq=False)
class FolderClusters:
    """The outcome for every image; those of a test folder come last.

    Attributes
    ----------
    collections : tuple of PatchCollection
    parts : ndarray of str, shape (n,)
        A :class:`~seisview.workflows.clustering.patches.Part` by image.
    truth : ndarray of int, shape (n,)
        Class of each, -1 unknown.
    class_names : tuple of str
    found : Clustered
    mapping : ndarray of int
        Class that each cluster is read as, learnt on the fitted part only; -1 unknown.
    model : ClusterModel
    origin : dict
        How vectors are made: what the pipeline keeps beside the model.
    seconds : float
    """

    collections: tuple[PatchCollection, ...]
    parts: npt.NDArray[np.str_]
    truth: IndexArray
    class_names: tuple[str, ...]
    found: Clustered
    mapping: IndexArray
    model: ClusterModel
    origin: dict[str, Any]
    seconds: float

    @property
    def files(self) -> tuple[str, ...]:
        """Names relative to their folder, all images in order."""
        return tuple(name for collection in self.collections for name in collection.names)

    @property
    def predicted(self) -> IndexArray:
        """Class that each image is given, -1 for none."""
        clusters = self.found.assignments
        return np.where(clusters >= 0, self.mapping[clusters], -1)

    @property
    def scored(self) -> npt.NDArray[np.bool_]:
        """Images of known class that took no part in the fit."""
        return np.isin(self.parts, (Part.TEST, Part.NEW)) & (self.truth >= 0)


def cluster_folder(
    request: FolderRequest, recipe: ClusterRecipe | None = None, progress: Progress | None = None
) -> FolderClusters:
    """Fit clusters to a folder of patches, or apply a saved pipeline to it.

    Where classes are known, clusters and their map to classes are learnt on the first 48 % of each class, in
    the order of file names, and scored on the last 48 %: neighbours are often near copies. With a test folder
    they are learnt on all of the first folder. Unreadable files are listed and left out.

    Raises
    ------
    VolumeError
        If a folder holds no readable image.
    ModelError
        If there are too few images, or the pipeline does not fit.
    Cancelled
        If the job was asked to stop.
    """
    progress = progress or Progress()
    if request.using is not None:
        return _apply_saved(request, request.using, progress)
    from seisview.learn.clustering.pipeline import Vectors, fit_clusters
    from seisview.learn.features.patch_features import channel_blocks

    recipe, started = recipe or ClusterRecipe(), time.monotonic()
    paths = (request.folder,) if request.test is None else (request.folder, request.test)
    collections = tuple(_opened(path, request.key, progress) for path in paths)
    names, truth = _classes(collections)
    parts = _parts(collections, truth)
    scale = collections[0].scale
    found_values = []
    for each, share in zip(collections, shares_of([len(each) for each in collections]), strict=True):
        with progress.part(*share):
            found_values.append(patch_vectors(each, recipe.patches, scale, progress))
    values = found_values[0] if len(found_values) == 1 else np.concatenate(found_values)
    vectors = Vectors(values, blocks=channel_blocks(recipe.patches))
    with progress.preparing():  # how long fitting takes is not known before
        model = fit_clusters(vectors.part(np.flatnonzero(parts == Part.FIT)), recipe.clusters, progress)
    found = model.apply(vectors, progress)
    mapping = _learnt_mapping(found, truth, parts, len(names), model.n_clusters)
    origin = _origin(collections[0], recipe.patches, names, mapping)
    seconds = round(time.monotonic() - started, 2)
    return FolderClusters(collections, parts, truth, names, found, mapping, model, origin, seconds)


def _apply_saved(request: FolderRequest, using: Path, progress: Progress) -> FolderClusters:
    from seisview.learn.clustering.pipeline import Vectors
    from seisview.learn.clustering.store import load_pipeline

    started = time.monotonic()
    model, origin = load_pipeline(using)
    if origin.get("what") != WHAT:
        raise ModelError("That pipeline was fitted on a survey.", "Use it with a survey.")
    config, scale, fitted_names, fitted_mapping = _restored(origin, using)
    collection = _opened(request.folder, request.key, progress)
    names = tuple(dict.fromkeys((*fitted_names, *collection.class_names)))
    truth = _renumbered(collection, names)
    vectors = Vectors(patch_vectors(collection, config, scale, progress))
    found = model.apply(vectors, progress)
    parts = np.full(len(collection), str(Part.NEW), dtype="<U4")
    mapping = np.array([-1 if name is None else names.index(name) for name in fitted_mapping], np.intp)
    seconds = round(time.monotonic() - started, 2)
    return FolderClusters((collection,), parts, truth, names, found, mapping, model, origin, seconds)


def _restored(
    origin: dict[str, Any], using: Path
) -> tuple[PatchFeatureConfig, PatchScale, list[str], list[str | None]]:
    from seisview.learn.clustering.store import EXTRACTOR

    try:
        config = PatchFeatureConfig(**origin["features"])
        scale = PatchScale(float(origin["scale"]["centre"]), float(origin["scale"]["limit"]))
        names, mapping = list(origin["class_names"]), list(origin["mapping"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The pipeline in {using} is damaged.", "Fit it again.") from error
    if config.is_deep:
        places = (using / EXTRACTOR, using / "pipeline" / EXTRACTOR)
        file = next((place for place in places if place.is_file()), None)
        if file is None:
            raise ModelError(f"The pipeline in {using} has lost its {EXTRACTOR}.", "Fit it again.")
        config = replace(config, weights=file)
    return config, scale, names, mapping


def _opened(folder: Path, key: str, progress: Progress) -> PatchCollection:
    collection = open_patches(folder, key, progress)
    if collection.unreadable:
        listed = ", ".join(item.path.name for item in collection.unreadable[:5])
        more = "" if len(collection.unreadable) <= 5 else ", ..."
        progress.emit(Note(f"{len(collection.unreadable)} files were left out: {listed}{more}"))
    return collection


def _classes(collections: tuple[PatchCollection, ...]) -> tuple[tuple[str, ...], IndexArray]:
    names = tuple(dict.fromkeys(name for each in collections for name in each.class_names))
    return names, np.concatenate([_renumbered(each, names) for each in collections])


def _renumbered(collection: PatchCollection, names: tuple[str, ...]) -> IndexArray:
    numbers = np.array([*(names.index(name) for name in collection.class_names), -1], np.intp)
    return np.asarray(numbers[collection.labels], np.intp)


def _parts(collections: tuple[PatchCollection, ...], truth: IndexArray) -> npt.NDArray[np.str_]:
    if len(collections) == 1:
        return split_blocks(truth)
    parts = np.full(len(truth), str(Part.FIT), dtype="<U4")
    parts[len(collections[0]) :] = str(Part.TEST)
    return parts


def _learnt_mapping(
    found: Clustered, truth: IndexArray, parts: npt.NDArray[np.str_], n_classes: int, n_clusters: int
) -> IndexArray:
    from seisview.learn.clustering.metrics import contingency, majority_classes

    if not n_classes:
        return np.full(n_clusters, -1, np.intp)
    fitted = parts == Part.FIT
    return majority_classes(contingency(truth[fitted], found.assignments[fitted], n_classes, n_clusters))


def _origin(
    collection: PatchCollection, config: PatchFeatureConfig, names: tuple[str, ...], mapping: IndexArray
) -> dict[str, Any]:
    return {
        "what": WHAT,
        "fingerprint": collection.fingerprint,
        "features": config.to_dict(),
        "scale": {"centre": collection.scale.centre, "limit": collection.scale.limit},
        "class_names": list(names),
        "mapping": [names[number] if number >= 0 else None for number in mapping.tolist()],
    }
