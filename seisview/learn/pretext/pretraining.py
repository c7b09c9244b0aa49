"""Pretraining on surveys, from their sections to a file of weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from torch import Tensor

from seisview.events import Note
from seisview.learn.device import Device
from seisview.learn.networks.pretrained import load_pretrained
from seisview.learn.pretext.config import DEFAULT_STEPS, PretrainConfig
from seisview.learn.pretext.joint import JointTask, make_task
from seisview.learn.pretext.sections import Pieces, PretextSurvey, Selection, gather_pieces
from seisview.learn.pretext.task import PretextNetwork
from seisview.learn.rescue import save_or_rescue
from seisview.learn.segmentation.fitting import seeded
from seisview.learn.tensor_files import write_tensors
from seisview.learn.training.budget import Budget, now
from seisview.learn.training.loop import FitConfig, FitOutcome, fit
from seisview.learn.training.resume import RunFile
from seisview.learn.training.schedules import one_cycle
from seisview.learn.training.unfinished import describe_state, state_path
from seisview.progress import Progress

KIND = "backbone"
VERSION = 1
BATCH_SIZE_CPU, BATCH_SIZE_GPU = 4, 32

_HISTORY_POINTS = 200
# What may change from one part of an interrupted run to the next.
_FREE = ("steps", "minutes", "clock", "device", "spare_cores", "resume", "keep_state")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pretraining computes and writes, and since when it runs.

    Attributes
    ----------
    device : Device
    out_path : Path
    started : float
        By the clock of the configuration, see :func:`seisview.learn.training.budget.now`.
    """

    device: Device
    out_path: Path
    started: float


@dataclass(frozen=True, slots=True)
class Pretrained:
    """What came of it.

    Attributes
    ----------
    outcome : FitOutcome
    seconds : float
        Over all parts of the run.
    """

    outcome: FitOutcome
    seconds: float


def pretrain_network(
    surveys: Sequence[PretextSurvey], config: PretrainConfig, place: Place, progress: Progress
) -> Pretrained:
    """Train on the pretext tasks and write the weights that do best on validation sections.

    Raises
    ------
    ModelError, VolumeError, ExportError, Cancelled
        As :func:`seisview.workflows.pretrain.pretrain`.
    """
    kept = state_path(place.out_path)
    with progress.preparing(*_time_given(config, place, kept)):
        wanted = Selection(config.axes, config.validation_fraction, config.seed)
        pieces = gather_pieces(surveys, wanted, progress)
    _note_what_is_missing(pieces, progress)
    with seeded(config.seed, place.device):
        task = make_task(pieces, config, place.device)
        _begin_with(config, task.network)
        keeper = RunFile(kept, _signature(surveys, config), config.resume, keep_finished=config.keep_state)
        batch_size = config.batch_size or (BATCH_SIZE_CPU if place.device.is_cpu else BATCH_SIZE_GPU)
        outcome = fit(task, _fit_config(config, place, batch_size, keeper), progress)
        task.settle_on_sections(outcome.batch_size)
    result = Pretrained(outcome, keeper.seconds)
    described = _described(surveys, config, result)
    weights = _half(_kept_weights(task, config))
    save_or_rescue(lambda path: write_tensors(path, weights, described), place.out_path)
    if not config.keep_state:
        kept.unlink(missing_ok=True)
    return result


def decayed_by_twentieths(fraction: float) -> float:
    """Factor of the learning rate: the reference's StepLR(5, 0.8) over 100 epochs, for any budget."""
    return 0.8 ** min(int(20 * fraction), 19)


def _fit_config(config: PretrainConfig, place: Place, batch_size: int, keeper: RunFile) -> FitConfig:
    steps = DEFAULT_STEPS if config.steps is None and config.minutes is None else config.steps
    seconds = None if config.minutes is None else 60.0 * config.minutes
    return FitConfig(
        Budget(steps, seconds, place.started, config.clock),
        place.device,
        batch_size,
        config.weight_decay,
        schedule=one_cycle if "masked" in config.tasks else decayed_by_twentieths,
        decoupled="masked" in config.tasks,
        select="-validation_loss",
        message="Pretraining",
        keeper=keeper,
    )


def _time_given(config: PretrainConfig, place: Place, kept: Path) -> tuple[float, float] | tuple[()]:
    """Seconds of the whole job, and how many of them are spent; nothing where steps decide."""
    if config.minutes is None or config.clock != "wall":
        return ()
    described = describe_state(kept) if config.resume else None
    before = 0.0 if described is None else float(described["clock"]["seconds"])
    return 60.0 * config.minutes, before + now(config.clock) - place.started


def _begin_with(config: PretrainConfig, network: PretextNetwork) -> None:
    if config.backbone_file is not None:
        load_pretrained(config.backbone_file, network.segmenter)


def _note_what_is_missing(pieces: Pieces, progress: Progress) -> None:
    if not pieces.validation:
        progress.emit(Note("The surveys are too small to hold sections out: there is no validation curve."))


def _signature(surveys: Sequence[PretextSurvey], config: PretrainConfig) -> dict[str, Any]:
    chosen = {name: value for name, value in config.to_dict().items() if name not in _FREE}
    data = [survey.volume.fingerprint for survey in surveys]
    holdout = [sorted(f"{key.axis} {key.index}" for key in survey.holdout) for survey in surveys]
    return {**chosen, "surveys": data, "hold-outs": holdout}


def _kept_weights(task: JointTask, config: PretrainConfig) -> dict[str, Tensor]:
    """The backbone, what else of the segmenter was trained, and what the tasks say belongs to it."""
    parts = ("backbone.", "decoder.", "depth_stem.") if "masked" in config.tasks else ("backbone.",)
    weights = task.network.segmenter.state_dict()
    return {k: v.detach().cpu() for k, v in weights.items() if k.startswith(parts)} | task.tensors()


def _half(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Half precision, but for normalisations: their variances may be too small for it."""
    return {
        name: value.half() if value.is_floating_point() and value.ndim > 1 else value
        for name, value in weights.items()
    }


def _described(
    surveys: Sequence[PretextSurvey], config: PretrainConfig, result: Pretrained
) -> dict[str, Any]:
    outcome = result.outcome
    thinned = outcome.history[:: max(1, len(outcome.history) // _HISTORY_POINTS)]
    return {
        "kind": KIND,
        "version": VERSION,
        "backbone": config.backbone,
        "decoder": "all_groups" if "masked" in config.tasks else None,
        "depth": "masked" in config.tasks,
        "tasks": list(config.tasks),
        "data": [
            {
                "name": survey.volume.info.path.name,
                "fingerprint": survey.volume.fingerprint,
                "shape": survey.volume.geometry.shape,
            }
            for survey in surveys
        ],
        "steps": outcome.steps,
        "best_step": outcome.best_step,
        "minutes": round(result.seconds / 60, 2),
        "metrics": outcome.metrics,
        "config": config.to_dict(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "history": [[step.step, step.loss, step.metrics] for step in thinned],
    }
