"""A model that learnt nothing, for measuring what does not depend on it."""

from __future__ import annotations

import torch

from seisview.data.amplitude import AmplitudeStatistics
from seisview.labels.facies import FaciesScheme
from seisview.learn.config import SegmenterConfig
from seisview.learn.networks.segmenter import Segmenter
from seisview.learn.segmentation.checkpoint import model_id
from seisview.learn.segmentation.trained import Provenance, TrainedSegmenter


def untrained_segmenter(
    config: SegmenterConfig, statistics: AmplitudeStatistics, fingerprint: str = ""
) -> TrainedSegmenter:
    """A network with random weights: speed and memory do not ask whether it learnt anything.

    Parameters
    ----------
    config : SegmenterConfig
    statistics : AmplitudeStatistics
        Of the survey it is to predict.
    fingerprint : str
        Of the same survey.
    """
    torch.manual_seed(0)
    weights = {name: value.clone() for name, value in Segmenter(config).state_dict().items()}
    classes = FaciesScheme.named([f"Facies {number}" for number in range(1, config.n_classes + 1)]).classes
    return TrainedSegmenter(
        model_id=model_id(weights, classes),
        config=config,
        weights=weights,
        classes=classes,
        statistics=statistics,
        provenance=Provenance(fingerprint, 1, "2026-01-02T03:04:05+00:00"),
        metrics={},
        history=(),
        seconds=0.0,
    )
