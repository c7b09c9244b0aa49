"""The methods of the few-label table that train a network, each by the product's own training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisview.benchmarks.few_label_bench import Answer, Bench, CellSpec, Confidence, Facies
from seisview.data.geometry import SectionKey
from seisview.errors import ModelError
from seisview.learn.config import BackboneName, PredictConfig, TrainConfig
from seisview.learn.recipes import RecipeName

if TYPE_CHECKING:
    from seisview.learn.pretext.config import PretextName
    from seisview.learn.segmentation.trained import TrainedSegmenter


@dataclass(frozen=True, slots=True)
class Tuning:
    """Fine-tuning, by a recipe, from weights that a function finds.

    Attributes
    ----------
    recipe : str
    carry : bool
        Whether labels are carried along reflections, where the recipe does so.
    start : callable
        The file of pretrained weights to begin from, or None for random ones.
    kept_as : str
        Keep the trained network under this name, so that another row judges the very same one.
    alone : bool
        Judge what the network says alone; else with carried labels weighed in, as window and command predict.
    """

    recipe: RecipeName
    carry: bool = True
    start: Callable[[Bench, BackboneName], Path | None] = lambda _bench, _network: None
    kept_as: str = ""
    alone: bool = True

    def __call__(self, bench: Bench) -> Answer:
        return _judged([_tuned(bench, self)], bench, self.alone)


def fused(bench: Bench) -> Answer:
    """Networks of the rows *jigsaw* and *rotation*, their logits added (Monteiro et al., 2022)."""
    return _judged([_tuned(bench, JIGSAW), _tuned(bench, ROTATION)], bench, alone=True)


def pretext_weights(
    task: PretextName, own: bool = False, from_shipped: bool = False
) -> Callable[[Bench, BackboneName], Path]:
    """Weights of a pretraining on the survey, made once per seed.

    Parameters
    ----------
    task : str
    own : bool
        On the scored lines as well, which the survey of a user includes.
    from_shipped : bool
        Begin with the shipped weights, where there are any, as window and command do.
    """

    def start(bench: Bench, network: BackboneName) -> Path:
        from seisview.learn.networks.backbones import shipped_backbone
        from seisview.learn.pretext.config import PretrainConfig
        from seisview.workflows.pretrain import pretrain

        spec = bench.spec
        budget = "quick" if spec.quick else f"{spec.minutes}min"
        kind = f"{task}{'-own' if own else ''}{'-from-shipped' if from_shipped else ''}"
        name = f"{spec.survey}-{kind}-{network}-s{spec.seed}-{budget}"
        path = bench.folder / "pretrained" / f"{name}.safetensors"
        if path.is_file():
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        config = PretrainConfig(
            tasks=(task,),
            backbone=network,
            backbone_file=shipped_backbone(network) if from_shipped else None,
            seed=spec.seed,
            device="cpu",
            spare_cores=0,
            **_budget(spec),
        )
        hidden = frozenset[SectionKey]() if own else frozenset(bench.problem.plan.hidden)
        pretrain([bench.volume], [bench.statistics], config, path, bench.progress, [hidden])
        return path

    return start


def shipped_weights(bench: Bench, network: BackboneName) -> Path:
    """The weights that come with the product."""
    from seisview.learn.networks.backbones import shipped_backbone

    name: BackboneName = "resnet18" if bench.spec.quick else network
    path = shipped_backbone(name)
    if path is None:
        raise ModelError(f"No weights of a {name} are shipped yet.", "Leave this method out.")
    return path


JIGSAW = Tuning("reference", start=pretext_weights("jigsaw"), kept_as="jigsaw")
ROTATION = Tuning("reference", start=pretext_weights("rotation"), kept_as="rotation")
SHIPPED = Tuning("default", start=shipped_weights, kept_as="shipped")


def _tuned(bench: Bench, tuning: Tuning) -> TrainedSegmenter:
    from seisview.learn.segmentation.checkpoint import load_segmenter
    from seisview.workflows.facies.segment import train_segmenter

    spec = bench.spec
    kept = bench.folder / "tuned" / f"{replace(spec, method=tuning.kept_as).name}.safetensors"
    if tuning.kept_as and kept.is_file():
        return load_segmenter(kept)
    config, labels = _configured(bench, tuning), bench.problem.labels(spec.n)
    model = train_segmenter(bench.volume, labels, bench.statistics, config, bench.progress)
    if tuning.kept_as:
        kept.parent.mkdir(parents=True, exist_ok=True)
        model.save(kept)
    return model


def _configured(bench: Bench, tuning: Tuning) -> TrainConfig:
    network = _network(bench.spec, tuning.recipe)
    file = tuning.start(bench, network)
    return TrainConfig(
        mode="scratch" if file is None else "tune",
        recipe=tuning.recipe,
        carry=tuning.carry,
        backbone=network,
        backbone_file=file,
        seed=bench.spec.seed,
        device="cpu",
        spare_cores=0,
        **_budget(bench.spec),
    )


def _judged(models: list[TrainedSegmenter], bench: Bench, alone: bool) -> Answer:
    from seisview.workflows.facies.segment import predict_section

    config = PredictConfig(device="cpu", spare_cores=0)
    if alone:
        config = replace(config, carried_weight=0.0)

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


def _network(spec: CellSpec, recipe: RecipeName) -> BackboneName:
    if spec.quick:
        return "resnet18" if spec.method.startswith("shipped") else "resnet10"
    return "resnet50" if recipe == "reference" else "resnet18"


def _budget(spec: CellSpec) -> dict[str, Any]:
    if spec.quick:
        return {"steps": 2, "batch_size": 2, "crop": (64, 64)}
    return {"minutes": spec.minutes, "clock": "processor"}
