"""Pretraining a network on unlabelled sections of one or several surveys.

Importing this module does not load torch; calling :func:`pretrain` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.events import DeviceChosen, Note, TrainingStep
from seisview.learn.pretext.config import PretextName, PretrainConfig
from seisview.learn.training.budget import now
from seisview.learn.training.unfinished import KEPT_EVERY_S, describe_state, state_path
from seisview.progress import Progress


@dataclass(frozen=True, slots=True)
class PretrainedBackbone:
    """What came of a pretraining; the weights are in the file.

    Attributes
    ----------
    path : Path
        The weights: safetensors in half precision.
    backbone : str
        Name of the network.
    tasks : tuple of str
        Pretext tasks it was trained on.
    history : tuple of TrainingStep
        The curve, over all parts of an interrupted run.
    metrics : dict of str to float
        Validation loss, and accuracy by task (``validation_rotation_accuracy``; of masked reconstruction the
        share of the hidden amplitudes' energy that is explained, ``validation_masked_explained``), of the
        weights that were kept.
    steps, best_step : int
        Steps done, and the step after which the kept weights stood.
    seconds : float
        How long it took, over all parts.
    """

    path: Path
    backbone: str
    tasks: tuple[PretextName, ...]
    history: tuple[TrainingStep, ...]
    metrics: dict[str, float]
    steps: int
    best_step: int
    seconds: float


@dataclass(frozen=True, slots=True)
class UnfinishedRun:
    """A pretraining that was interrupted and can be gone on with.

    Attributes
    ----------
    path : Path
        Where its state is kept, beside the output.
    steps : int
        Steps done.
    seconds : float
        Time spent.
    tasks : tuple of str
    backbone : str
    """

    path: Path
    steps: int
    seconds: float
    tasks: tuple[PretextName, ...]
    backbone: str


def pretrain(
    volumes: Sequence[Volume],
    statistics: Sequence[AmplitudeStatistics],
    config: PretrainConfig,
    out_path: Path | str,
    progress: Progress | None = None,
    holdout: Sequence[frozenset[SectionKey]] = (),
) -> PretrainedBackbone:
    """Pretrain a network on the sections of one or several surveys and write its weights.

    Emits :class:`~seisview.events.DeviceChosen`, one :class:`~seisview.events.TrainingStep` per step (with
    validation figures on some) and notes. A run that is cancelled or killed leaves its state beside the
    output (:func:`unfinished_run`); ``config.resume`` goes on with it. A run that begins anew beside another
    one's state replaces it only once it has taken more steps, or has run for some minutes.

    Parameters
    ----------
    volumes : sequence of Volume
    statistics : sequence of AmplitudeStatistics
        One per volume; each survey is normalised by its own.
    config : PretrainConfig
    out_path : Path or str
        ``.safetensors``; written when the run is over, whole or not at all.
    progress : Progress, optional
    holdout : sequence of frozenset of SectionKey
        One per volume, or none at all: sections that are never used, nor what lies within
        :data:`seisview.learn.samples.labelled.GUARD_LINES` of them.

    Raises
    ------
    ModelError
        If the surveys are too small, the unfinished run is of other data or another configuration, memory
        does not suffice, or training diverges.
    VolumeError, ExportError
        If a survey cannot be read, or the output not written.
    Cancelled
        If the job was asked to stop.
    """
    _check_surveys(volumes, statistics, holdout)
    started, progress, out_path = now(config.clock), progress or Progress(), Path(out_path)
    _tell_of_unfinished(out_path, config, progress)
    from seisview.learn.device import choose_device
    from seisview.learn.pretext.pretraining import Place, pretrain_network
    from seisview.learn.pretext.sections import PretextSurvey

    device = choose_device(config.device, config.spare_cores)
    progress.emit(DeviceChosen(device.name, device.precision, device.reason))
    held = holdout or [frozenset[SectionKey]()] * len(volumes)
    surveys = [PretextSurvey(*each) for each in zip(volumes, statistics, held, strict=True)]
    done = pretrain_network(surveys, config, Place(device, out_path, started), progress)
    outcome = done.outcome
    return PretrainedBackbone(
        out_path,
        config.backbone,
        config.tasks,
        outcome.history,
        dict(outcome.metrics),
        outcome.steps,
        outcome.best_step,
        done.seconds,
    )


def unfinished_run(out_path: Path) -> UnfinishedRun | None:
    """Find the unfinished run whose output is to be `out_path`; None when there is none that can be read."""
    path = state_path(out_path)
    described = describe_state(path)
    if described is None:
        return None
    clock, signature = described["clock"], described["signature"]
    return UnfinishedRun(
        path, int(clock["step"]), float(clock["seconds"]), tuple(signature["tasks"]), signature["backbone"]
    )


def steps_text(count: int) -> str:
    """``"1 step"``, ``"120 steps"``."""
    return "1 step" if count == 1 else f"{count} steps"


def _tell_of_unfinished(out_path: Path, config: PretrainConfig, progress: Progress) -> None:
    run = unfinished_run(out_path)
    if config.resume and run is None and not state_path(out_path).exists():
        progress.emit(Note(f"There is nothing to go on with beside {out_path.name}: this run begins anew."))
    elif run is not None and not config.resume:
        older = f"The unfinished run of {steps_text(run.steps)} beside {out_path.name}"
        earned = f"this one has taken more steps or has run for {KEPT_EVERY_S / 60:g} min"
        progress.emit(Note(f"{older} is kept until {earned}."))


def _check_surveys(
    volumes: Sequence[Volume],
    statistics: Sequence[AmplitudeStatistics],
    holdout: Sequence[frozenset[SectionKey]],
) -> None:
    if not volumes:
        raise ModelError("There is no survey to pretrain on.", "Name at least one.")
    if len(statistics) != len(volumes) or len(holdout) not in (0, len(volumes)):
        raise ModelError(
            "Every survey needs its own statistics and hold-outs.", "Give as many of them as surveys."
        )
