"""Frame order: near which of six places along the survey does a section lie? (Monteiro et al. 2022)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from seisview.data.geometry import Axis
from seisview.errors import ModelError
from seisview.learn.pretext.config import PretextName
from seisview.learn.pretext.sections import Piece, Pieces
from seisview.learn.pretext.windows import FloatArray, Size, Sizes, Window

N_ANCHORS = 6
REFERENCE_CROP = (448, 448)
LEAST_CROP = (64, 64)


def nearest_anchor(index: int, n_lines: int) -> int:
    """Which of six places, equally spaced from the first line to the last, is nearest to a line: 0..5."""
    anchors = np.linspace(0, n_lines - 1, N_ANCHORS)
    return int(np.abs(anchors - index).argmin())


def with_neighbours(pieces: Pieces) -> Pieces:
    """Pieces of axes with more than one line; others have no order.

    Raises
    ------
    ModelError
        If there are none, as on a 2-D line.
    """
    train = tuple(piece for piece in pieces.train if piece.n_lines > 1)
    if not train:
        raise ModelError(
            "The sections of a single 2-D line have no order.",
            "Choose another pretext task than frame-order.",
        )
    return Pieces(train, tuple(piece for piece in pieces.validation if piece.n_lines > 1))


class FrameOrder:
    """Crops of sections, labelled by the nearest of six anchors along their axis.

    The third inline of one survey has nothing in common with the third crossline of another: every axis of
    every survey has six outputs of its own, on the one backbone.

    Parameters
    ----------
    pieces : Pieces
        What there is to draw from.
    crop : (int, int) or None
        Default: the reference's 448 x 448.
    """

    name: PretextName = "frame-order"

    def __init__(self, pieces: Pieces, crop: Size | None = None) -> None:
        self.sizes = Sizes(crop or REFERENCE_CROP, LEAST_CROP)
        directions = sorted({_direction(piece) for piece in (*pieces.train, *pieces.validation)})
        self._numbers = {direction: number for number, direction in enumerate(directions)}
        self.head = (1, N_ANCHORS * len(directions))

    def images(
        self, windows: Sequence[Window], _generator: np.random.Generator, /
    ) -> tuple[list[FloatArray], npt.NDArray[np.int64]]:
        """The crops, and for each six times the number of its direction, plus its anchor."""
        targets = [
            N_ANCHORS * self._numbers[_direction(w.piece)]
            + nearest_anchor(w.piece.key.index, w.piece.n_lines)
            for w in windows
        ]
        return [window.amplitude for window in windows], np.array(targets, np.int64)

    def arranged(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """The six outputs of each crop's own direction."""
        per_direction = outputs.reshape(len(outputs), -1, N_ANCHORS)
        rows = torch.arange(len(outputs), device=outputs.device)
        return per_direction[rows, targets // N_ANCHORS], targets % N_ANCHORS

    def tensors(self) -> dict[str, Tensor]:
        """Nothing."""
        return {}


def _direction(piece: Piece) -> tuple[int, Axis]:
    return piece.survey, piece.key.axis
