"""The methods that few labels are given to; what a method needs is imported when it runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.few_label_problem import Problem
from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.learn.config import BackboneName, PredictConfig, TrainConfig
from seisview.learn.recipes import RecipeName
from seisview.progress import Progress

if TYPE_CHECKING:
    from seisview.learn.pretext.config import PretextName
    from seisview.learn.segmentation.trained import TrainedSegmenter

Facies = npt.NDArray[np.uint8]
Confidence = npt.NDArray[np.float32]
Judge = Callable[[SectionKey], tuple[Facies, Confidence]]


@dataclass(frozen=True, slots=True)
class CellSpec:
    """One cell of the table: one method, one number of labelled sections, one seed.

    Attributes
    ----------
    survey : str
        Name of the problem.
    method : str
        One of :data:`METHODS`.
    n : int
        Labelled sections.
    seed : int
    minutes : float
        Processor time of the training, and as much again of a pretraining where there is one.
    quick : bool
        A handful of steps of the smallest network instead: shows that it runs, proves nothing.
    """

    survey: str
    method: str
    n: int
    seed: int
    minutes: float
    quick: bool = False

    @property
    def name(self) -> str:
        """Of the file that keeps the result."""
        return f"{self.survey}-{self.method}-n{self.n}-s{self.seed}-{'quick' if self.quick else self.minutes}"


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """What a method works on."""

    problem: Problem
    spec: CellSpec
    folder: Path
    volume: Volume
    statistics: AmplitudeStatistics
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a method gives.

    Attributes
    ----------
    judge : callable
        Facies and confidence of a section.
    details : dict
        How it was trained, as plain data.
    uncalibrated : callable or None
        The same without calibration, where there is one.
    """

    judge: Judge
    details: dict[str, Any] = field(default_factory=dict)
    uncalibrated: Judge | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """One row of the table.

    Attributes
    ----------
    title : str
        As the table calls it.
    run : callable
    transductive : bool
        Whether it saw the scored sections, without their labels.
    """

    title: str
    run: Callable[[Bench], Answer]
    transductive: bool = False


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


@dataclass(frozen=True, slots=True)
class _Tuning:
    """Fine-tuning, by a recipe, from weights that a function finds."""

    recipe: RecipeName
    carry: bool = True
    start: Callable[[Bench, BackboneName], Path | None] = lambda _bench, _network: None

    def __call__(self, bench: Bench) -> Answer:
        return _judged([_tuned(bench, self)], bench)


def _tuned(bench: Bench, tuning: _Tuning) -> TrainedSegmenter:
    from seisview.workflows.facies.segment import train_segmenter

    spec, network = bench.spec, _network(bench.spec, tuning.recipe)
    file = tuning.start(bench, network)
    config = TrainConfig(
        mode="scratch" if file is None else "tune",
        recipe=tuning.recipe,
        carry=tuning.carry,
        backbone=network,
        backbone_file=file,
        seed=spec.seed,
        device="cpu",
        spare_cores=0,
        **_budget(spec),
    )
    labels = bench.problem.labels(spec.n)
    return train_segmenter(bench.volume, labels, bench.statistics, config, bench.progress)


def _judged(models: list[TrainedSegmenter], bench: Bench) -> Answer:
    from seisview.workflows.facies.segment import predict_section

    config = PredictConfig(device="cpu", spare_cores=0)

    def judge(key: SectionKey) -> tuple[Facies, Confidence]:
        return predict_section(models, bench.volume, key, config)

    plain = [replace(model, temperature=1.0) for model in models]

    def uncalibrated(key: SectionKey) -> tuple[Facies, Confidence]:
        return predict_section(plain, bench.volume, key, config)

    details = {
        "steps": [model.provenance.training["steps_done"] for model in models],
        "network": [model.config.backbone for model in models],
        "temperature": [round(model.temperature, 3) for model in models],
    }
    return Answer(judge, details, uncalibrated)


def _fused(bench: Bench) -> Answer:
    """Jigsaw and rotation, their logits added: late fusion as in Monteiro et al. (2022)."""
    return _judged(
        [_tuned(bench, _Tuning("reference", start=_pretext(task))) for task in ("jigsaw", "rotation")], bench
    )


def _pretext(task: PretextName, own: bool = False) -> Callable[[Bench, BackboneName], Path]:
    """Weights of a pretraining on the survey, made once per seed; `own`: on its scored lines as well."""

    def start(bench: Bench, network: BackboneName) -> Path:
        from seisview.learn.pretext.config import PretrainConfig
        from seisview.workflows.pretrain import pretrain

        spec = bench.spec
        budget = "quick" if spec.quick else f"{spec.minutes}min"
        kind = f"{spec.survey}-{task}{'-own' if own else ''}-{network}-s{spec.seed}-{budget}"
        path = bench.folder / "pretrained" / f"{kind}.safetensors"
        if path.is_file():
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        config = PretrainConfig(
            tasks=(task,), backbone=network, seed=spec.seed, device="cpu", spare_cores=0, **_budget(spec)
        )
        hidden = frozenset[SectionKey]() if own else frozenset(bench.problem.plan.hidden)
        pretrain([bench.volume], [bench.statistics], config, path, bench.progress, [hidden])
        return path

    return start


def _shipped(bench: Bench, network: BackboneName) -> Path:
    from seisview.learn.networks.backbones import shipped_backbone

    name: BackboneName = "resnet18" if bench.spec.quick else network
    path = shipped_backbone(name)
    if path is None:
        raise ModelError(f"No weights of a {name} are shipped yet.", "Leave this method out.")
    return path


def _network(spec: CellSpec, recipe: RecipeName) -> BackboneName:
    if spec.quick:
        return "resnet18" if spec.method == "shipped" else "resnet10"
    return "resnet50" if recipe == "reference" else "resnet18"


def _budget(spec: CellSpec) -> dict[str, Any]:
    if spec.quick:
        return {"steps": 2, "batch_size": 2, "crop": (64, 64)}
    return {"minutes": spec.minutes, "clock": "processor"}


METHODS: Mapping[str, Method] = {
    "forest": Method("random forest, pixel features + depth", _forest),
    "scratch-reference": Method("reference recipe from scratch", _Tuning("reference")),
    "rotation": Method("rotation, reference recipe", _Tuning("reference", start=_pretext("rotation"))),
    "jigsaw": Method("jigsaw, reference recipe", _Tuning("reference", start=_pretext("jigsaw"))),
    "frame-order": Method(
        "frame order, reference recipe", _Tuning("reference", start=_pretext("frame-order"))
    ),
    "fusion-jr": Method("late fusion of jigsaw and rotation", _fused),
    "masked": Method("masked, default recipe", _Tuning("default", start=_pretext("masked"))),
    "carried": Method("labels carried along reflections, no network", _carried),
    "default-uncarried": Method("default recipe from scratch, nothing carried", _Tuning("default", False)),
    "default-scratch": Method("default recipe from scratch", _Tuning("default")),
    "shipped": Method("default recipe, shipped backbone", _Tuning("default", start=_shipped)),
    "own-survey": Method(
        "default recipe, own pretraining (transductive)",
        _Tuning("default", start=_pretext("masked", own=True)),
        transductive=True,
    ),
    "preview": Method("instant preview", _preview),
}
