"""Siamese training as a task of the training loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.learn.device import Device
from seisview.learn.matching.config import MatchTrainConfig
from seisview.learn.matching.losses import SiameseLoss
from seisview.learn.matching.patch_sets import BatchSampler, PatchSet
from seisview.learn.matching.retrieval_metrics import retrieval_scores
from seisview.learn.matching.siamese import SiameseNetwork, embed_images, similarity_matrix
from seisview.learn.networks.normalisation import settle_batch_norms

_SETTLING_BATCHES = 4
_LARGEST_GALLERY = 400
_LARGEST_QUERIES = 200
_LEAST_CROP = 0.85
_GAIN = 0.15


class SiameseTask:
    """Draws batches of augmented patches, and scores retrieval on patches that are never changed.

    Parameters
    ----------
    network : SiameseNetwork
        On `device` already.
    train, validation : PatchSet
        Apart in space. Queries are the validation patches; they look for their class among the training
        patches, or among each other where the classes are places.
    config : MatchTrainConfig
    device : Device
    """

    def __init__(
        self,
        network: SiameseNetwork,
        train: PatchSet,
        validation: PatchSet,
        config: MatchTrainConfig,
        device: Device,
    ) -> None:
        self.network = network
        self._train, self._config, self._device = train, config, device
        excluded = train.excluded_labels(config.exclude_anchor)
        self._loss = SiameseLoss(config, train.n_classes, excluded).to(device.name)
        self._sampler = BatchSampler(train.labels, np.random.default_rng(config.seed))
        self._generator = torch.Generator().manual_seed(config.seed)
        self._queries = validation.subset(_spread(len(validation), _LARGEST_QUERIES))
        shares_classes = bool(np.isin(validation.labels, train.labels).any())
        gallery = train if shares_classes else validation
        self._gallery = gallery.subset(_spread(len(gallery), _LARGEST_GALLERY)) if shares_classes else None

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The backbone, more slowly when it starts from a file; the head; the proxies, if any."""
        rate = self._config.learning_rate
        slower = 1.0 if self._config.backbone_file is None else 0.3
        groups: list[dict[str, Any]] = [
            {"params": list(self.network.backbone.parameters()), "lr": slower * rate},
            {"params": list(self.network.project.parameters()), "lr": rate},
        ]
        if proxies := self._loss.proxies():
            groups.append({"params": proxies, "lr": 10 * rate})
        return groups

    def loss(self, batch_size: int) -> Tensor:
        """Loss over the triplets or pairs of one batch."""
        rows = self._sampler.batch(batch_size)
        labels = torch.from_numpy(self._train.labels[rows]).long().to(self._device.name)
        loss: Tensor = self._loss(self._embed(self._batch(rows)), labels)
        return loss

    def settle(self, batch_size: int) -> None:
        """Average the batch-norm statistics over a few training batches."""

        def forward() -> None:
            self._embed(self._batch(self._sampler.batch(batch_size)))

        settle_batch_norms(self.network, forward, _SETTLING_BATCHES)

    def validate(self) -> dict[str, float]:
        """Retrieval mAP, P@1 and P@3 of the validation patches."""
        similarity, query_labels, gallery_labels = self.validation_similarity()
        scores = retrieval_scores(similarity, query_labels, gallery_labels, (1, 3))
        return {
            "validation_map": scores.mean_average_precision,
            "validation_p1": scores.precision[1],
            "validation_p3": scores.precision[3],
        }

    def validation_similarity(
        self,
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Similarities of validation queries (rows) to their gallery, and the labels of both."""
        queries = embed_images(self.network, self._queries.images, self._device)
        if self._gallery is None:
            similarity = similarity_matrix(queries, queries, self.network.config)
            np.fill_diagonal(similarity, -np.inf)
            return similarity, self._queries.labels, self._queries.labels
        gallery = embed_images(self.network, self._gallery.images, self._device)
        similarity = similarity_matrix(queries, gallery, self.network.config)
        return similarity, self._queries.labels, self._gallery.labels

    def state(self) -> dict[str, Any]:
        """What decides the next batches."""
        return {"numpy": self._sampler.state(), "torch": self._generator.get_state().tolist()}

    def restore(self, state: dict[str, Any]) -> None:
        """Draw next what would have been drawn when `state` was taken."""
        self._sampler.restore(state["numpy"])
        self._generator.set_state(torch.tensor(state["torch"], dtype=torch.uint8))

    def _batch(self, rows: npt.NDArray[np.intp]) -> Tensor:
        images = torch.from_numpy(self._train.images[rows]).float()[:, None]
        return self._augmented(images)

    def _embed(self, images: Tensor) -> Tensor:
        inputs = images.to(self._device.name, memory_format=torch.channels_last)
        with self._device.autocast():
            embedded: Tensor = self.network(inputs)
        return embedded

    def _augmented(self, images: Tensor) -> Tensor:
        """Mirrored, cropped a little, somewhat louder or softer, and noisy: still the same pattern."""
        draw = torch.rand((len(images), 6), generator=self._generator)
        side = _LEAST_CROP + (1 - _LEAST_CROP) * draw[:, :2]
        mirror = torch.where(draw[:, 2] < 0.5, -1.0, 1.0)
        shift = (2 * draw[:, 3:5] - 1) * (1 - side)
        theta = torch.zeros((len(images), 2, 3))
        theta[:, 0, 0], theta[:, 1, 1] = side[:, 1] * mirror, side[:, 0]
        theta[:, 0, 2], theta[:, 1, 2] = shift[:, 1], shift[:, 0]
        grid = F.affine_grid(theta, list(images.shape), align_corners=False)
        images = F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)
        gain = 1 + _GAIN * (2 * draw[:, 5] - 1)
        noise = self._config.noise * torch.rand((len(images), 1, 1, 1), generator=self._generator)
        noise = noise * torch.randn(images.shape, generator=self._generator)
        return (images * gain[:, None, None, None] + noise).clamp(-1.5, 1.5)


def _spread(count: int, most: int) -> npt.NDArray[np.intp]:
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.intp))
