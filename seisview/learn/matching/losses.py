"""Losses and miners of metric learning, from pytorch-metric-learning; the only file that imports it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from pytorch_metric_learning import losses, miners
from pytorch_metric_learning.distances import CosineSimilarity, LpDistance
from pytorch_metric_learning.utils import loss_and_miner_utils
from torch import Tensor, nn

from seisview.errors import ModelError
from seisview.learn.matching.config import MatchTrainConfig

_TEMPERATURE = 0.1


class SiameseLoss(nn.Module):
    """The loss that a configuration asks for, over the pairs and triplets of a batch.

    Patches of excluded classes are never anchors (and so never positives), but they are negatives of all
    others.

    Parameters
    ----------
    config : MatchTrainConfig
    n_classes : int
    excluded : sequence of int
        Labels of the excluded classes.

    Raises
    ------
    ModelError
        If a proxy loss is to exclude classes, or to learn Euclidean distances: its anchors are the classes.
    """

    def __init__(self, config: MatchTrainConfig, n_classes: int, excluded: Sequence[int] = ()) -> None:
        super().__init__()
        self._config = config
        self.register_buffer("_excluded", torch.tensor(sorted(excluded), dtype=torch.long))
        euclidean = config.network.distance == "euclidean"
        distance: Any = LpDistance(normalize_embeddings=False) if euclidean else CosineSimilarity()
        self._miner: Any = None
        self._loss: Any
        if config.loss == "triplet":
            self._loss = losses.TripletMarginLoss(config.used_margin, swap=config.swap, distance=distance)
            self._miner = miners.TripletMarginMiner(config.used_margin, config.mining, distance=distance)
        elif config.loss == "contrastive" and euclidean:
            self._loss = losses.ContrastiveLoss(0.0, config.used_margin, distance=distance)
        elif config.loss == "contrastive":
            self._loss = losses.SupConLoss(_TEMPERATURE, distance=distance)
        else:
            self._loss = _proxy_loss(config, n_classes, excluded)

    def proxies(self) -> list[nn.Parameter]:
        """Parameters of the loss itself."""
        return list(self._loss.parameters())

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss of a batch; 0 (with a gradient of 0) when no triplet counts.

        Parameters
        ----------
        embeddings : Tensor, shape (batch, dimensions)
        labels : Tensor of int64, shape (batch,)
        """
        indices = self.tuples(embeddings.detach(), labels)
        loss: Tensor = self._loss(embeddings, labels, indices)
        # Without any triplet the loss is a constant: backward would fail.
        return loss + 0.0 * embeddings.sum()

    def tuples(self, embeddings: Tensor, labels: Tensor) -> tuple[Tensor, ...] | None:
        """Triplets (anchor, positive, negative) or pairs (a, p, a, n) that count; None for proxies."""
        if self._config.loss == "proxy":
            return None
        if self._miner is not None:
            triplets: tuple[Tensor, ...] = self._miner(embeddings, labels)
            if not len(triplets[0]) and self._config.mining != "all":
                # Late in training no triplet is semi-hard any more: the others still keep the order.
                triplets = loss_and_miner_utils.get_all_triplets_indices(labels)
            keep = self._may_anchor(labels[triplets[0]])
            return tuple(part[keep] for part in triplets)
        a1, positive, a2, negative = loss_and_miner_utils.get_all_pairs_indices(labels)
        first, second = self._may_anchor(labels[a1]), self._may_anchor(labels[a2])
        return a1[first], positive[first], a2[second], negative[second]

    def _may_anchor(self, labels: Tensor) -> Tensor:
        excluded: Tensor = self._excluded  # type: ignore[assignment]
        return ~torch.isin(labels, excluded.to(labels.device))


def _proxy_loss(config: MatchTrainConfig, n_classes: int, excluded: Sequence[int]) -> Any:
    if excluded or config.network.distance == "euclidean":
        raise ModelError(
            "The proxy loss knows no excluded classes and no Euclidean distances.",
            "Choose the triplet or the contrastive loss.",
        )
    return losses.ProxyAnchorLoss(n_classes, config.network.dimensions)
