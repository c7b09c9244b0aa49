"""Learning the texture network: windows of one kind of rock are to be alike, whatever the survey."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from seisview.learn.features.config import TEXTURE_DIMENSIONS
from seisview.learn.texture.network import TextureNetwork

FloatArray = npt.NDArray[np.float32]
Bank = dict[int, tuple[npt.NDArray[np.int64], ...]]

LEAST_SHARE = (0.3, 0.5, 0.5, 0.5, 0.06)
"""Share of a window of 4 x 4 cells that makes it one of each kind."""

_SIDES = (2, 3, 4, 6, 8)
_FAULTS = 4
_ORDER = (4, 2, 1, 0, 3)  # a window of several kinds is of the last one here
_MOST_PER_KIND = 1500
_CELLS_SEEN = 12


@dataclass(frozen=True, slots=True)
class TextureTraining:
    """How the network is trained; the defaults made the shipped one."""

    hidden: int = 96
    dropout: float = 0.1
    steps: int = 1000
    per_kind: int = 48
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    noise: float = 0.1
    temperature: float = 0.2
    seed: int = 0


def train_texture(
    channels: Sequence[npt.NDArray[np.floating]],
    shares: Sequence[npt.NDArray[np.floating]],
    config: TextureTraining,
    check: Callable[[], None] = lambda: None,
) -> TextureNetwork:
    """Train on surveys whose rock is known, by the supervised contrastive loss (Khosla et al. 2020).

    Windows of 2 to 8 cells a side are embedded as the search does it: the mean over their cells of what the
    network makes of each.

    Parameters
    ----------
    channels : sequence of ndarray, shape (lines, cell rows, cell columns, N_CHANNELS)
        One per survey.
    shares : sequence of ndarray, shape (lines, cell rows, cell columns, 5)
        Share of each cell that is channel, salt, chaotic, gas, fault.
    config : TextureTraining
    check : callable
        Called every step; raises to stop.
    """
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    flat = np.concatenate([np.asarray(x, np.float32).reshape(-1, x.shape[-1])[::7] for x in channels])
    mean, spread = flat.mean(axis=0), flat.std(axis=0) + np.float32(1e-6)
    cells = torch.from_numpy(
        np.concatenate([((x - mean) / spread).reshape(-1, len(mean)) for x in channels]).astype(np.float32)
    )
    bank = _window_bank([np.asarray(y, np.float32) for y in shares], rng)
    network = _layers(len(mean), config)
    optimiser = torch.optim.AdamW(
        network.parameters(), config.learning_rate, weight_decay=config.weight_decay
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, config.steps)
    for _ in range(config.steps):
        check()
        places, kinds = _batch(bank, [x.shape[:3] for x in channels], config.per_kind, rng)
        x = cells[torch.from_numpy(places)]
        x = x + config.noise * torch.randn(len(x), 1, x.shape[-1])
        loss = contrastive_loss(network(x).mean(dim=1), torch.from_numpy(kinds), config.temperature)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    linear = [layer for layer in network if isinstance(layer, nn.Linear)]
    return TextureNetwork(
        mean.astype(np.float32),
        spread.astype(np.float32),
        tuple(layer.weight.detach().numpy().T.copy() for layer in linear),
        tuple(layer.bias.detach().numpy().copy() for layer in linear),
    )


def contrastive_loss(embeddings: Tensor, kinds: Tensor, temperature: float) -> Tensor:
    """Supervised contrastive loss; plain layers (kind 0) are many things, and count half as anchors."""
    unit = F.normalize(embeddings, dim=1)
    similarity = (unit @ unit.T / temperature).fill_diagonal_(-1e9)
    same = (kinds[:, None] == kinds[None]).float().fill_diagonal_(0)
    loss = -(same * F.log_softmax(similarity, dim=1)).sum(dim=1) / same.sum(dim=1).clamp(min=1)
    weighted: Tensor = (loss * torch.where(kinds == 0, 0.5, 1.0)).mean()
    return weighted


def window_kinds(shares: FloatArray, side: int) -> npt.NDArray[np.int64]:
    """Kind of every window: 0 layers, 1 + number of the kind else, -1 unclear; (lines, rows, columns)."""
    view = np.lib.stride_tricks.sliding_window_view(shares, (side, side), axis=(1, 2))
    means = view.mean(axis=(-2, -1))
    kinds = np.zeros(means.shape[:3], np.int64)
    for number in _ORDER:
        # the larger a window, the smaller the share of a fault that crosses it
        least = LEAST_SHARE[number] * (4 / side if number == _FAULTS else 1)
        kinds[means[..., number] >= least] = number + 1
    kinds[(kinds == 0) & (means.max(axis=-1) > 0.15)] = -1
    return kinds


def _window_bank(shares: Sequence[FloatArray], rng: np.random.Generator) -> Bank:
    """By side, and by kind: (survey, line, row, column) of windows, so many of every survey at most."""
    bank: Bank = {}
    for side in _SIDES:
        rows: list[list[npt.NDArray[np.int64]]] = [[] for _ in range(len(LEAST_SHARE) + 1)]
        for survey, share in enumerate(shares):
            kinds = window_kinds(share, side)
            for kind, found in enumerate(rows):
                places = np.argwhere(kinds == kind)
                if len(places) > _MOST_PER_KIND:
                    places = places[rng.choice(len(places), _MOST_PER_KIND, replace=False)]
                found.append(np.column_stack([np.full(len(places), survey), places]))
        bank[side] = tuple(np.concatenate(found) for found in rows)
    return bank


def _batch(
    bank: Bank, shapes: Sequence[tuple[int, ...]], per_kind: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Numbers of some cells of windows of one side, (windows, cells), and their kinds."""
    side = int(rng.choice(_SIDES))
    chosen, kinds = [], []
    for kind, windows in enumerate(bank[side]):
        if len(windows):
            picked = rng.integers(0, len(windows), per_kind if kind else 2 * per_kind)
            chosen.append(windows[picked])
            kinds += [kind] * len(picked)
    survey, line, row, column = np.concatenate(chosen).T
    down, across = np.divmod(rng.permutation(side * side)[:_CELLS_SEEN], side)
    first = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])[survey]
    grid = np.array([shape[1:] for shape in shapes])[survey]
    rows, columns = row[:, None] + down, column[:, None] + across
    places = (first + line * grid[:, 0] * grid[:, 1])[:, None] + rows * grid[:, 1:] + columns
    return places, np.array(kinds)


def _layers(n_channels: int, config: TextureTraining) -> Any:
    return nn.Sequential(
        nn.Linear(n_channels, config.hidden),
        nn.ReLU(),
        nn.Dropout(config.dropout),
        nn.Linear(config.hidden, config.hidden),
        nn.ReLU(),
        nn.Linear(config.hidden, TEXTURE_DIMENSIONS),
    ).train()
