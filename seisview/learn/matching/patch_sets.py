"""Labelled patches for training: a stack of images, their classes, and what may be held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from seisview.errors import LabelError

Half = npt.NDArray[np.float16]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class PatchSet:
    """Patches of one shape with their classes, in the order of their positions.

    Attributes
    ----------
    images : ndarray of float16, shape (n, rows, columns)
        In -1..1.
    labels : ndarray of int, shape (n,)
        Index into `class_names`.
    class_names : tuple of str
        Empty when the classes are places: patches of neighbouring sections at one place are one class.
    """

    images: Half
    labels: Ints
    class_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return max(len(self.class_names), int(self.labels.max(initial=-1)) + 1)

    def subset(self, rows: Ints) -> Self:
        """Some of the patches."""
        return type(self)(self.images[rows], self.labels[rows], self.class_names)

    def joined(self, other: PatchSet) -> PatchSet:
        """These patches and others of the same classes."""
        return PatchSet(
            np.concatenate([self.images, other.images]),
            np.concatenate([self.labels, other.labels]),
            self.class_names,
        )

    def excluded_labels(self, names: tuple[str, ...]) -> list[int]:
        """Labels of classes by name; :class:`LabelError` when there is no such class."""
        known = {name.casefold(): number for number, name in enumerate(self.class_names)}
        for name in names:
            if name.casefold() not in known:
                raise LabelError(
                    f"There is no class {name}.",
                    f"The classes are {', '.join(self.class_names) or 'places'}.",
                )
        return [known[name.casefold()] for name in names]


def split_by_position(labels: Ints, fraction: float, seed: int = 0, guard: float = 0.03) -> tuple[Ints, Ints]:
    """Hold out one block of consecutive positions of every class.

    Neighbours are near copies: picked at random they would be in both parts. A few patches on either side of
    the block are in neither.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        In the order of positions within every class.
    fraction : float
        Share of each class in its block.
    seed : int
        Where the blocks lie.
    guard : float
        Share of each class that is left out on either side of its block.

    Returns
    -------
    (ndarray of int, ndarray of int)
        Rows to train on and to validate on, each in order. Classes of fewer than five patches are trained on.

    Raises
    ------
    LabelError
        If fewer than two classes have enough patches.
    """
    rng = np.random.default_rng(seed)
    train, held = [], []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        count = max(1, round(fraction * len(rows)))
        if len(rows) < 5:
            train.append(rows)
            continue
        start = int(rng.integers(0, len(rows) - count + 1))
        beside = max(1, round(guard * len(rows))) if len(rows) >= 20 else 0
        held.append(rows[start : start + count])
        train.append(np.concatenate([rows[: max(0, start - beside)], rows[start + count + beside :]]))
    if len(held) < 2:
        raise LabelError(
            "There are too few patches to learn from.", "Give at least five patches of two classes each."
        )
    return np.sort(np.concatenate(train)), np.sort(np.concatenate(held))


def split_places(labels: Ints, fraction: float) -> tuple[Ints, Ints]:
    """Hold out whole places (classes), the last ones by number: they are numbered along the survey."""
    places = np.unique(labels)
    n_held = max(2, round(fraction * len(places)))
    if len(places) < 2 * n_held:
        raise LabelError("The survey is too small to learn from.", "Choose smaller patches.")
    held = np.isin(labels, places[-n_held:])
    return np.flatnonzero(~held), np.flatnonzero(held)


class BatchSampler:
    """Draws batches of some classes with several patches each.

    Parameters
    ----------
    labels : ndarray of int
    rng : numpy.random.Generator
    per_class : int
        Patches of each class in a batch; drawn again where a class has fewer.
    """

    def __init__(self, labels: Ints, rng: np.random.Generator, per_class: int = 4) -> None:
        self._rows = [np.flatnonzero(labels == label) for label in np.unique(labels)]
        self._rng = rng
        self._per_class = per_class

    def batch(self, size: int) -> Ints:
        """Rows of one batch of about `size` patches, at least two classes of two."""
        per_class = max(2, min(self._per_class, size // 2))
        n_classes = max(2, size // per_class)
        if n_classes >= len(self._rows):  # few classes: all of them, with more patches each
            chosen = np.arange(len(self._rows))
            per_class = max(2, size // len(self._rows))
        else:
            chosen = self._rng.choice(len(self._rows), n_classes, replace=False)
        return np.concatenate([self._draw(self._rows[i], per_class) for i in chosen])

    def state(self) -> dict[str, Any]:
        """What decides the next batches, as plain values."""
        return dict(self._rng.bit_generator.state)

    def restore(self, state: dict[str, Any]) -> None:
        """Draw next what would have been drawn when `state` was taken."""
        self._rng.bit_generator.state = state

    def _draw(self, rows: Ints, count: int) -> Ints:
        return self._rng.choice(rows, count, replace=len(rows) < count)
