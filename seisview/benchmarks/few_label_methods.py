"""The methods that few labels are given to; what a method needs is imported when it runs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.few_label_bench import Answer, Bench, Confidence, Facies, Method
from seisview.benchmarks.few_label_training import (
    JIGSAW,
    ROTATION,
    SHIPPED,
    Tuning,
    fused,
    pretext_weights,
)
from seisview.data.geometry import SectionKey


def _forest(bench: Bench) -> Answer:
    from seisview.learn.samples.labelled import LabelRequest, gather_sections
    from seisview.learn.segmentation.forest import ForestSegmenter

    request = LabelRequest(bench.problem.labels(bench.spec.n).sections)
    data = gather_sections(bench.volume, request, bench.statistics, bench.progress)
    forest = ForestSegmenter(data.sections, bench.spec.seed, trees=10 if bench.spec.quick else 100)

    def judge(key: SectionKey) -> tuple[Facies, Confidence]:
        targets, confidence = forest.predict(bench.statistics.normalise(bench.volume.read_section(key)))
        return data.targets.decode(targets), confidence

    return Answer(judge)


def _preview(bench: Bench) -> Answer:
    from seisview.learn.features.config import FeatureConfig
    from seisview.learn.preview.config import PreviewConfig
    from seisview.workflows.facies.dips import survey_dips
    from seisview.workflows.facies.preview import carried_to_preview, fit_preview, preview_section
    from seisview.workflows.features import section_features

    spec, labels = bench.spec, bench.problem.labels(bench.spec.n)
    config = FeatureConfig("resnet10" if spec.quick else "resnet18", device="cpu", spare_cores=0)

    def features(keys: tuple[SectionKey, ...]) -> dict[SectionKey, npt.NDArray[np.float16]]:
        return section_features(bench.volume, bench.statistics, config, keys, bench.progress)

    known, dips = features(tuple(labels.sections)), survey_dips(bench.volume, bench.progress)
    began = time.process_time()
    model = fit_preview(known, labels, bench.volume.geometry, PreviewConfig(seed=spec.seed))
    seconds = time.process_time() - began

    def judge(key: SectionKey) -> tuple[Facies, Confidence]:
        shape = bench.volume.geometry.section_shape(key.axis)
        carried = carried_to_preview(model, dips, key)
        return preview_section(model, features((key,))[key], shape, carried)

    return Answer(judge, {"head_seconds": seconds})


def _carried(bench: Bench) -> Answer:
    """Labels followed along reflections and nothing else; where none arrives, the most frequent class."""
    from seisview.learn.carrying.carried import carry_labels
    from seisview.learn.carrying.trust import trust_of
    from seisview.workflows.facies.dips import survey_dips

    labels = bench.problem.labels(bench.spec.n)
    dips, counts = survey_dips(bench.volume, bench.progress), labels.class_counts()
    usual = np.uint8(max(counts, key=counts.__getitem__))

    def judge(key: SectionKey) -> tuple[Facies, Confidence]:
        found = carry_labels(labels.sections, dips, key)
        facies = np.where(found.facies == 0, usual, found.facies)
        return facies.astype(np.uint8), trust_of(found.lines)

    return Answer(judge)


METHODS: Mapping[str, Method] = {
    "forest": Method("random forest, pixel features + depth", _forest),
    "scratch-reference": Method("reference recipe from scratch", Tuning("reference")),
    "rotation": Method("rotation, reference recipe", ROTATION),
    "jigsaw": Method("jigsaw, reference recipe", JIGSAW),
    "frame-order": Method(
        "frame order, reference recipe", Tuning("reference", start=pretext_weights("frame-order"))
    ),
    "fusion-jr": Method("late fusion of jigsaw and rotation", fused),
    "masked": Method("masked, default recipe", Tuning("default", start=pretext_weights("masked"))),
    "carried": Method("labels carried along reflections, no network", _carried),
    "default-uncarried": Method("default recipe from scratch, nothing carried", Tuning("default", False)),
    "default-scratch": Method("default recipe from scratch", Tuning("default")),
    "shipped": Method("default recipe, shipped backbone", SHIPPED),
    "shipped-weighed": Method(
        "default recipe, shipped backbone, carried labels weighed in: as the window predicts",
        replace(SHIPPED, alone=False),
    ),
    "own-random": Method(
        "default recipe, own pretraining from scratch (transductive)",
        Tuning("default", start=pretext_weights("masked", own=True)),
        transductive=True,
    ),
    "own-survey": Method(
        "default recipe, own pretraining from the shipped backbone (transductive)",
        Tuning("default", start=pretext_weights("masked", own=True, from_shipped=True)),
        transductive=True,
    ),
    "preview": Method("instant preview", _preview),
}
