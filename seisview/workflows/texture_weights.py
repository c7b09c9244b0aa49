"""Makes the network for similarity that comes with the program.

``python -m seisview.workflows.texture_weights OUT`` writes it.

From synthetic surveys only, whose rock is known: most of them varied in geology and recording, some as the
built-in survey. Their seeds (20,000 and above, and 11,000 to 11,059) are those of no other survey.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.data.synthetic import Counts, SyntheticConfig, synthesize
from seisview.learn.texture.channels import REACH, texture_channels
from seisview.progress import Progress
from seisview.workflows.synthetic_surveys import varied_config

FloatArray = npt.NDArray[np.float32]
Ints = npt.NDArray[np.uint8]

USUAL, VARIED = 16, 60

_USUAL_SHAPE, _USUAL_COUNTS = (96, 192, 256), Counts(channels=3, chaotic=3, salts=2)
_FIRST_USUAL_SEED, _FIRST_VARIED = 20_000, 1000
_STRETCHES = (0.9, 2.2)
_KINDS = (3, 4, 5, 6)  # channel, salt, chaotic, gas, as SyntheticSurvey numbers them
_CELL = 8
_CLIP = 99.0


def make_texture_network(
    out: Path, progress: Progress, usual: int = USUAL, varied: int = VARIED, steps: int | None = None
) -> None:
    """Synthesise surveys, train the network on them, and write it.

    Parameters
    ----------
    out : Path
        ``.npz``.
    progress : Progress
    usual, varied : int
        How many surveys of each sort.
    steps : int, optional
        Fewer than the shipped one's, to try it.
    """
    from seisview.learn.texture.training import TextureTraining, train_texture

    surveys = [
        *(_usual(number) for number in range(usual)),
        *(_varied(_FIRST_VARIED + number) for number in range(varied)),
    ]
    channels, shares = [], []
    for config, stretch, every in progress.track(surveys, "Synthesising surveys"):
        found = list(labelled_cells(config, stretch, every))
        channels.append(np.stack([c for c, _ in found]).astype(np.float16))
        shares.append(np.stack([s for _, s in found]).astype(np.float16))
    progress.report("Training")
    training = TextureTraining() if steps is None else TextureTraining(steps=steps)
    train_texture(channels, shares, training, progress.check).save(out)


def labelled_cells(
    config: SyntheticConfig, stretch: float = 1.0, every: int = 1
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Channels and shares of rock of the cells of every n-th inline of a survey.

    Every fourth of them is its own neighbour, as on a 2-D line.

    Yields
    ------
    (ndarray of float32, ndarray of float32)
        (cell rows, cell columns, N_CHANNELS), and (cell rows, cell columns, 5): channel, salt, chaotic, gas,
        fault.
    """
    survey = synthesize(config)
    amplitude = _widened(survey.amplitude, stretch, 1)
    facies = _widened(survey.facies, stretch, 0)
    faults = _widened(survey.faults.astype(np.uint8), stretch, 0)
    clip = np.percentile(np.abs(amplitude[::4, ::4]), _CLIP)
    last = len(amplitude) - 1
    for number, line in enumerate(range(REACH, last - REACH + 1, every)):
        near = np.clip(np.arange(line - REACH, line + REACH + 1), 0, last)
        near = near if number % 4 else np.full(2 * REACH + 1, line)
        lines = [np.clip(amplitude[i].T / clip, -1, 1).astype(np.float32) for i in near]
        masks = [*(np.equal(facies[line].T, kind) for kind in _KINDS), faults[line].T]
        yield texture_channels(lines), np.stack([_cell_shares(mask) for mask in masks], axis=-1)


def _usual(number: int) -> tuple[SyntheticConfig, float, int]:
    return SyntheticConfig(*_USUAL_SHAPE, _FIRST_USUAL_SEED + number, _USUAL_COUNTS), 1.0, 8


def _varied(number: int) -> tuple[SyntheticConfig, float, int]:
    config = varied_config(number)
    stretch = float(np.exp(np.random.default_rng(config.seed).uniform(*np.log(_STRETCHES))))
    return config, 1.0 if number % 2 else stretch, 6


def _widened(array: npt.NDArray[np.generic], stretch: float, order: int) -> npt.NDArray[np.generic]:
    """Draw traces apart along the lines: folds of a small survey are steep, most real ones are not."""
    from scipy.ndimage import zoom

    return array if stretch == 1.0 else np.asarray(zoom(array, (1, stretch, 1), order=order))


def _cell_shares(mask: npt.NDArray[np.generic]) -> FloatArray:
    padded = np.pad(mask, [(0, -side % _CELL) for side in mask.shape], mode="symmetric").astype(np.float32)
    rows, columns = padded.shape[0] // _CELL, padded.shape[1] // _CELL
    return np.asarray(padded.reshape(rows, _CELL, columns, _CELL).mean(axis=(1, 3)), np.float32)


if __name__ == "__main__":
    make_texture_network(Path(sys.argv[1]), Progress())
