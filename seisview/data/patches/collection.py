"""Collections of labelled patches: folders of images, one folder for each class."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from seisview.data.patches.files import PATCH_SUFFIXES, read_patch
from seisview.data.patches.scale import PatchScale, per_image_scale
from seisview.data.volume import FloatArray
from seisview.errors import VolumeError
from seisview.progress import Progress

UNKNOWN = -1
"""Label of an image that lies in no class folder."""

_SCALE_SAMPLES = 4096
_SCALE_IMAGES = 512


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that was left out, and why, in words.

    Attributes
    ----------
    path : Path
    reason : str
        Completes "left out, because ...".
    """

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class PatchCollection:
    """Images that can be read, in the order of class and file name; made by :func:`open_patches`.

    Attributes
    ----------
    folder : Path
    paths : tuple of Path
    labels : ndarray of int, shape (n,)
        Index into `class_names`, or -1 where the class is not known.
    class_names : tuple of str
        Names of the class folders; empty for a folder without class folders.
    unreadable : tuple of Unreadable
        Files left out; nothing stands in their place.
    shapes : tuple of (int, int)
        Rows and columns of every image.
    fingerprint : str
        Of names, values and classes; equal for equal collections wherever they lie.
    key : str
        Array that is read from ``.mat`` files.
    scale : PatchScale
        Amplitude scale of the whole collection.
    """

    folder: Path
    paths: tuple[Path, ...]
    labels: npt.NDArray[np.intp]
    class_names: tuple[str, ...]
    unreadable: tuple[Unreadable, ...]
    shapes: tuple[tuple[int, int], ...]
    fingerprint: str
    key: str = "img"
    scale: PatchScale = field(default_factory=PatchScale)

    def __len__(self) -> int:
        return len(self.paths)

    def __repr__(self) -> str:
        classes = f"; classes {', '.join(self.class_names)}" if self.class_names else ""
        left_out = f", {len(self.unreadable)} left out" if self.unreadable else ""
        return f"PatchCollection({self.folder}: {len(self)} images{left_out}{classes})"

    @property
    def names(self) -> tuple[str, ...]:
        """File names relative to the folder, with forward slashes."""
        return tuple(path.relative_to(self.folder).as_posix() for path in self.paths)

    @property
    def is_labelled(self) -> bool:
        """Whether the class of every image is known."""
        return bool(len(self.paths)) and bool((self.labels >= 0).all())

    def image(self, index: int) -> FloatArray:
        """Read one image, float32, shape (rows, columns), with the amplitudes of the file.

        Raises
        ------
        VolumeError
            If the file changed since the collection was opened.
        """
        path = self.paths[index]
        try:
            image = read_patch(path, self.key)
        except VolumeError as error:
            raise VolumeError(f"{path.name} was left out: {error}.", "Open the folder again.") from error
        if image.shape != self.shapes[index]:
            raise VolumeError(f"{path.name} changed while it was used.", "Open the folder again.")
        return image

    def scaled(self, index: int) -> FloatArray:
        """Read one image in the collection's scale, -1..1."""
        return self.scale.apply(self.image(index))

    def images(self, per_image: bool = False, scale: PatchScale | None = None) -> ScaledPatches:
        """All images as a sequence that reads them one by one, scaled to -1..1.

        Parameters
        ----------
        per_image : bool
            Scale each image by itself instead; see :func:`per_image_scale`.
        scale : PatchScale, optional
            Of another collection, such as the one that a model was fitted on.
        """
        return ScaledPatches(self, None if per_image else scale or self.scale)


class ScaledPatches(Sequence[FloatArray]):
    """The images of a collection in -1..1, read when they are asked for; nothing is kept.

    Parameters
    ----------
    collection : PatchCollection
    scale : PatchScale or None
        None scales each image by itself.
    """

    def __init__(self, collection: PatchCollection, scale: PatchScale | None) -> None:
        self._collection = collection
        self._scale = scale

    def __len__(self) -> int:
        return len(self._collection)

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Rows and columns of every image, without reading any."""
        return self._collection.shapes

    @overload
    def __getitem__(self, index: int) -> FloatArray: ...
    @overload
    def __getitem__(self, index: slice) -> list[FloatArray]: ...
    def __getitem__(self, index: int | slice) -> FloatArray | list[FloatArray]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        image = self._collection.image(index)
        return per_image_scale(image) if self._scale is None else self._scale.apply(image)


def open_patches(folder: Path | str, key: str = "img", progress: Progress | None = None) -> PatchCollection:
    """Look at every image of a folder.

    Parameters
    ----------
    folder : path
        Holds one folder for each class, or images without classes. Hidden files and other kinds are ignored.
    key : str
        Name of the array in ``.mat`` files.
    progress : Progress, optional

    Raises
    ------
    VolumeError
        If there is no such folder, or no image in it can be read.
    """
    folder, progress = Path(folder), progress or Progress()
    if not folder.is_dir():
        raise VolumeError(f"There is no folder {folder}.", "Choose the folder that holds the class folders.")
    class_names, files = _list_files(folder)
    if not files:
        raise VolumeError(
            f"{folder} holds no images.", f"Images end in {', '.join(PATCH_SUFFIXES)}, in a folder per class."
        )
    survey = _Inspection(key)
    with progress.preparing():
        for path, label in progress.track(files, "Reading images"):
            survey.look_at(path, label, path.relative_to(folder).as_posix())
    if not survey.paths:
        first = survey.unreadable[0]
        raise VolumeError(
            f"None of the {len(files)} images in {folder} can be read; {first.path.name}: {first.reason}.",
            "Check --key, the name of the array in .mat files." if ".mat" in first.path.suffix else "",
        )
    return survey.collection(folder, class_names)


def is_patch_folder(folder: Path) -> bool:
    """Whether a folder looks like a collection of patches, rather than a project or a zarr array."""
    if not folder.is_dir() or (folder / "project.json").exists():
        return False
    if any((folder / name).exists() for name in ("zarr.json", ".zarray", ".zgroup")):
        return False
    return bool(_list_files(folder)[1])


def _list_files(folder: Path) -> tuple[tuple[str, ...], list[tuple[Path, int]]]:
    """Class names, and every image with its class; images beside class folders have none."""
    classes = sorted(
        entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith(".")
    )
    with_images = [(name, list(_images(folder / name))) for name in classes]
    with_images = [(name, images) for name, images in with_images if images]
    names = tuple(name for name, _ in with_images)
    files = [(path, number) for number, (_, images) in enumerate(with_images) for path in images]
    return names, files + [(path, UNKNOWN) for path in _images(folder)]


def _images(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in PATCH_SUFFIXES and not path.name.startswith(".") and path.is_file():
            yield path


class _Inspection:
    """Collects what is learnt while every file is read once."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.paths: list[Path] = []
        self.unreadable: list[Unreadable] = []
        self._labels: list[int] = []
        self._shapes: list[tuple[int, int]] = []
        self._digest = hashlib.sha256()
        self._samples: list[FloatArray] = []
        self._rng = np.random.default_rng(0)

    def look_at(self, path: Path, label: int, name: str) -> None:
        try:
            image = read_patch(path, self.key)
        except VolumeError as error:
            self.unreadable.append(Unreadable(path, error.message))
            return
        self.paths.append(path)
        self._labels.append(label)
        self._shapes.append((image.shape[0], image.shape[1]))
        self._digest.update(f"{name} {image.shape} ".encode())
        self._digest.update(image.tobytes())
        self._sample(image)

    def _sample(self, image: FloatArray) -> None:
        """Keep some amplitudes of a random choice of images, whose number stays bounded."""
        n_seen = len(self.paths)
        place = n_seen - 1 if n_seen <= _SCALE_IMAGES else int(self._rng.integers(n_seen))
        if place < _SCALE_IMAGES:
            step = max(1, image.size // _SCALE_SAMPLES)
            values = image.ravel()[::step].copy()
            self._samples[place : place + 1] = [values]

    def collection(self, folder: Path, class_names: tuple[str, ...]) -> PatchCollection:
        return PatchCollection(
            folder=folder,
            paths=tuple(self.paths),
            labels=np.array(self._labels, np.intp),
            class_names=class_names,
            unreadable=tuple(self.unreadable),
            shapes=tuple(self._shapes),
            fingerprint=self._digest.hexdigest()[:16],
            key=self.key,
            scale=PatchScale.of(np.concatenate(self._samples)),
        )


__all__ = [
    "UNKNOWN",
    "PatchCollection",
    "PatchScale",
    "ScaledPatches",
    "Unreadable",
    "is_patch_folder",
    "open_patches",
    "per_image_scale",
]
