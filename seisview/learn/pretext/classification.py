"""What rotation, jigsaw and frame order share: label what was drawn, classify it, count what is right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.learn.device import Device
from seisview.learn.pretext.config import PretextName
from seisview.learn.pretext.sections import Pieces
from seisview.learn.pretext.task import (
    VALIDATION_BATCH,
    Drawing,
    PretextNetwork,
    Score,
    as_input,
    n_validation,
)
from seisview.learn.pretext.windows import FloatArray, Sizes, Window, WindowSampler

Targets = npt.NDArray[np.int64]


class Puzzle(Protocol):
    """How windows become images with a known answer."""

    @property
    def name(self) -> PretextName:
        """As on the command line."""

    @property
    def sizes(self) -> Sizes:
        """Of the crops it wants."""

    @property
    def head(self) -> tuple[int, int]:
        """Images that are looked at together, and outputs of the head."""

    def images(
        self, windows: Sequence[Window], generator: np.random.Generator, /
    ) -> tuple[list[FloatArray], Targets]:
        """Images of one size, and their answers, first axis: windows."""

    def arranged(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Class logits (n, n_classes) and classes (n,) from the head's outputs, one row per window."""

    def tensors(self) -> dict[str, Tensor]:
        """What else belongs into the file of weights."""


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    images: Tensor
    targets: Tensor


class Classification:
    """A puzzle as a pretext task: cross-entropy on what a linear layer makes of pooled activations.

    Parameters
    ----------
    puzzle : Puzzle
    pieces : Pieces
    drawing : Drawing
    device : Device
    seed : list of int
    """

    figure_name = "accuracy"

    def __init__(
        self, puzzle: Puzzle, pieces: Pieces, drawing: Drawing, device: Device, seed: list[int]
    ) -> None:
        self._puzzle, self._drawing, self._device = puzzle, drawing, device
        self._sampler = WindowSampler(pieces.train, puzzle.sizes, np.random.default_rng([*seed, 0]))
        judging = np.random.default_rng([*seed, 1])
        self._validation = self._drawn_once(pieces, judging)

    @property
    def name(self) -> PretextName:
        """As on the command line."""
        return self._puzzle.name

    def loss(self, network: PretextNetwork, batch_size: int) -> Tensor:
        """Cross-entropy of a new batch."""
        batch = self._draw(self._sampler, batch_size, self._drawing)
        logits, classes = self._answer(network, batch)
        return F.cross_entropy(logits, classes)

    def score(self, network: PretextNetwork) -> Score | None:
        """Cross-entropy and accuracy on validation windows."""
        if not self._validation:
            return None
        total, right, count, n_classes = 0.0, 0, 0, 2
        for batch in self._validation:
            logits, classes = self._answer(network, batch)
            total += float(F.cross_entropy(logits, classes, reduction="sum"))
            right += int((logits.argmax(1) == classes).sum())
            count, n_classes = count + len(classes), logits.shape[1]
        return Score(total / count, right / count, math.log(n_classes))

    def state(self) -> dict[str, Any]:
        """The random generator, as plain values."""
        return self._sampler.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Draw next what would have been drawn then."""
        self._sampler.restore(state)

    def tensors(self) -> dict[str, Tensor]:
        """What else belongs into the file of weights."""
        return self._puzzle.tensors()

    def _drawn_once(self, pieces: Pieces, generator: np.random.Generator) -> list[_Batch]:
        if not pieces.validation:
            return []
        sampler = WindowSampler(pieces.validation, self._puzzle.sizes, generator)
        plain = Drawing(flip=False, noise=0.0)
        n_batches = n_validation(self._puzzle.sizes.wanted) // VALIDATION_BATCH
        return [self._draw(sampler, VALIDATION_BATCH, plain) for _ in range(n_batches)]

    def _draw(self, sampler: WindowSampler, size: int, drawing: Drawing) -> _Batch:
        generator = sampler.generator
        drawn = sampler.batch(size)
        windows = [window.mirrored() if drawing.flips(generator) else window for window in drawn]
        images, targets = self._puzzle.images(windows, generator)
        noisy = [drawing.with_noise(image, generator) for image in images]
        return _Batch(as_input(noisy, self._device), torch.from_numpy(targets).to(self._device.name))

    def _answer(self, network: PretextNetwork, batch: _Batch) -> tuple[Tensor, Tensor]:
        with self._device.autocast():
            pooled = network.pooled(batch.images)
        outputs = network.heads[self.name](pooled.reshape(len(batch.targets), -1))
        return self._puzzle.arranged(outputs, batch.targets)
