"""Pretraining from files to a file, for the command line and for scripts."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import SectionKey
from seisview.data.opening import open_volume
from seisview.data.volume import HeaderBytes
from seisview.events import Note
from seisview.learn.pretext.config import PretrainConfig
from seisview.progress import Progress
from seisview.project.storage import is_project, open_project
from seisview.workflows.pretrain import PretrainedBackbone, pretrain
from seisview.workflows.surveys import open_survey
from seisview.workflows.synthetic_surveys import varied_surveys


@dataclass(frozen=True, slots=True)
class PretrainingFiles:
    """What pretraining reads and writes.

    Attributes
    ----------
    surveys : tuple of Path
        See :func:`seisview.workflows.surveys.open_survey`. Sections that a project holds out are never used.
    out : Path
        The weights, a ``.safetensors`` file.
    header_bytes : HeaderBytes
        Of SEG-Y surveys.
    n_synthetic : int
        So many surveys of :mod:`seisview.workflows.synthetic_surveys` are added.
    """

    surveys: tuple[Path, ...]
    out: Path
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)
    n_synthetic: int = 0


def pretrain_from_files(
    files: PretrainingFiles, config: PretrainConfig, progress: Progress | None = None
) -> dict[str, Any]:
    """Pretrain a backbone and save it.

    Parameters
    ----------
    files : PretrainingFiles
    config : PretrainConfig
    progress : Progress, optional

    Returns
    -------
    dict
        Figures and how it was trained, as plain data.

    Raises
    ------
    VolumeError, ProjectError, ModelError, ExportError
        As the steps it is made of.
    """
    progress = progress or Progress()
    paths = (*files.surveys, *varied_surveys(files.n_synthetic, progress))
    with ExitStack() as opened:
        volumes = [
            opened.enter_context(closing(open_survey(path, files.header_bytes, progress))) for path in paths
        ]
        statistics = [measure_amplitudes(volume, progress) for volume in volumes]
        holdout = [_held_out(path) for path in paths]
        if any(holdout):
            progress.emit(Note(f"Held-out sections that are not used: {sum(map(len, holdout))}."))
        done = pretrain(volumes, statistics, config, files.out, progress, holdout)
    return {**pretraining_summary(done), "surveys": [path.name for path in paths]}


def pretraining_summary(done: PretrainedBackbone) -> dict[str, Any]:
    """Say what came of a pretraining, as plain data."""
    losses = [step.loss for step in done.history[-max(1, len(done.history) // 10) :]]
    return {
        "out": str(done.path),
        "network": done.backbone,
        "tasks": list(done.tasks),
        "steps": done.steps,
        "best_step": done.best_step,
        "seconds": round(done.seconds, 2),
        "training_loss": sum(losses) / len(losses) if losses else None,
        "metrics": dict(done.metrics),
    }


def _held_out(path: Path) -> frozenset[SectionKey]:
    if not is_project(path):
        return frozenset()
    with open_project(path, open_volume, read_only=True) as project:
        project.volume.close()
        return frozenset(project.labels.holdout)
