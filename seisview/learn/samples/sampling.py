"""Random crops of labelled sections that reach every labelled sample, at the edges too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.samples.targets import IGNORE, Mask

Amplitudes = npt.NDArray[np.float32]
Crop = tuple[Amplitudes, Mask]


class Anchors:
    """Draws labelled samples to cut crops around.

    Half of them are any labelled sample, half one of a class drawn first, so that one small stroke of a rare
    class is seen as well.

    Parameters
    ----------
    targets : sequence of ndarray of uint8
        Of each section; together at least one target.
    n_classes : int
    generator : numpy.random.Generator
    """

    def __init__(self, targets: Sequence[Mask], n_classes: int, generator: np.random.Generator) -> None:
        self._generator = generator
        self._widths = [t.shape[1] for t in targets]
        # Flat positions of the samples of each class in each section, found once.
        self._positions = [
            [np.flatnonzero(t == c).astype(np.int32) for c in range(n_classes)] for t in targets
        ]
        self._counts = np.array([[len(p) for p in per_class] for per_class in self._positions], np.float64)

    @property
    def class_counts(self) -> npt.NDArray[np.float64]:
        """Labelled samples per class over all sections, shape (n_classes,)."""
        return np.asarray(self._counts.sum(axis=0))

    def draw(self) -> tuple[int, int, int]:
        """Return section, row and column of a labelled sample."""
        counts = self._counts
        if self._generator.random() < 0.5:
            present = np.flatnonzero(counts.sum(axis=0))
            chosen = self._generator.choice(present)
            counts = np.where(np.arange(counts.shape[1]) == chosen, counts, 0.0)
        flat = int(self._generator.choice(counts.size, p=(counts / counts.sum()).ravel()))
        section, facies = divmod(flat, counts.shape[1])
        positions = self._positions[section][facies]
        position = int(positions[self._generator.integers(len(positions))])
        row, column = divmod(position, self._widths[section])
        return section, row, column


class CropSampler:
    """Draws crops, each around a labelled sample (:class:`Anchors`).

    The sample lies anywhere in its crop with equal chance; crops that would overrun the section are shifted
    back inside. Sections smaller than a crop are continued by reflection, without labels there.

    Parameters
    ----------
    sections : sequence of LabelledSection
        At least one, each with at least one target.
    n_classes : int
    crop : (int, int)
        Rows and columns.
    generator : numpy.random.Generator
        Decides everything that is random here.
    """

    def __init__(
        self,
        sections: Sequence[LabelledSection],
        n_classes: int,
        crop: tuple[int, int],
        generator: np.random.Generator,
    ) -> None:
        self._crop = crop
        self._generator = generator
        self._sections = [pad_to(section.amplitude, section.targets, crop) for section in sections]
        self._anchors = Anchors([targets for _, targets in self._sections], n_classes, generator)

    @property
    def class_counts(self) -> npt.NDArray[np.float64]:
        """Labelled samples per class over all sections, shape (n_classes,)."""
        return self._anchors.class_counts

    def batch(self, size: int) -> Crop:
        """Draw `size` crops.

        Returns
        -------
        amplitude : ndarray of float32, shape (size, rows, columns)
        targets : ndarray of uint8, same shape
        """
        crops = [self._draw() for _ in range(size)]
        return np.stack([a for a, _ in crops]), np.stack([t for _, t in crops])

    def _draw(self) -> Crop:
        section, row, column = self._anchors.draw()
        amplitude, targets = self._sections[section]
        (height, width), (n_rows, n_columns) = self._crop, targets.shape
        top = self._start(row, height, n_rows)
        left = self._start(column, width, n_columns)
        box = slice(top, top + height), slice(left, left + width)
        return amplitude[box], targets[box]

    def _start(self, anchor: int, length: int, limit: int) -> int:
        start = anchor - int(self._generator.integers(length))
        return min(max(start, 0), limit - length)


def pad_to(amplitude: Amplitudes, targets: Mask, least: tuple[int, int]) -> Crop:
    """Continue a section at its lower and right edge by reflection to at least `least`, unlabelled there."""
    missing = [(0, max(0, want - have)) for want, have in zip(least, targets.shape, strict=True)]
    if not any(after for _, after in missing):
        return amplitude, targets
    # numpy reflects repeatedly when the section is shorter than what is added.
    return (
        np.pad(amplitude, missing, mode="symmetric"),
        np.pad(targets, missing, constant_values=IGNORE),
    )


def covering_crops(values: Amplitudes, labels: Mask, crop: tuple[int, int]) -> list[Crop]:
    """Non-random crops that together cover all targets of a section, for validation.

    Crops without any target are left out; targets that two crops share count in the first only.

    Parameters
    ----------
    values : ndarray of float32, shape (n_samples, n_traces)
        What is cut: amplitudes, or depths.
    labels : ndarray of uint8, same shape
        Targets.
    crop : (int, int)
    """
    amplitude, targets = pad_to(values, labels, crop)
    seen = targets == IGNORE
    crops = []
    for top in _starts(targets.shape[0], crop[0]):
        for left in _starts(targets.shape[1], crop[1]):
            box = slice(top, top + crop[0]), slice(left, left + crop[1])
            fresh = np.where(seen[box], np.uint8(IGNORE), targets[box])
            seen[box] = True
            if (fresh != IGNORE).any():
                crops.append((amplitude[box], fresh))
    return crops


def _starts(length: int, window: int) -> list[int]:
    return [min(start, length - window) for start in range(0, length, window)]
