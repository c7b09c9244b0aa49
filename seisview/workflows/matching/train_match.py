"""Siamese training from a folder or a project to a file, with rounds of pseudo-labels if wanted."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisview.data.amplitude import measure_amplitudes
from seisview.data.opening import open_volume
from seisview.data.patches.collection import is_patch_folder, open_patches
from seisview.data.volume import HeaderBytes
from seisview.errors import LabelError, ModelError
from seisview.events import DeviceChosen
from seisview.learn.config import BackboneName
from seisview.learn.matching.config import DEFAULT_PATCH, MatchTrainConfig, RoundsConfig
from seisview.learn.matching.patch_sets import PatchSet
from seisview.learn.rescue import save_or_rescue
from seisview.progress import Progress
from seisview.project.matches import list_matches, load_matches
from seisview.project.project import Project
from seisview.project.storage import is_project, open_project
from seisview.workflows.matching.patches import Source, choose_patches, folder_patches, survey_patches
from seisview.workflows.matching.rounds import Review, train_in_rounds

if TYPE_CHECKING:
    from seisview.learn.matching.model import TrainedSiamese

Sizes = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class MatchTrainingFiles:
    """What Siamese training reads and writes.

    Attributes
    ----------
    source : Path
        A folder of class folders, or a project.
    out : Path
        The model, a ``.safetensors`` file; manifests and contact sheets of rounds lie beside it.
    corpus : Path or None
        Unlabelled survey for rounds.
    learn_from : {"auto", "hits", "facies", "neighbours"}
        In a project: judged hits, else painted facies, else neighbouring sections without any labels.
    size : (int, int)
        Samples and traces of patches of a project.
    header_bytes : HeaderBytes
        Of a SEG-Y corpus.
    key : str
        Array of ``.mat`` files.
    """

    source: Path
    out: Path
    corpus: Path | None = None
    learn_from: Source = "auto"
    size: tuple[int, int] = DEFAULT_PATCH
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)
    key: str = "img"

    def __post_init__(self) -> None:
        for name in ("source", "out"):
            object.__setattr__(self, name, Path(getattr(self, name)))
        if self.corpus is not None:
            object.__setattr__(self, "corpus", Path(self.corpus))


def train_match(
    files: MatchTrainingFiles,
    config: MatchTrainConfig,
    rounds: RoundsConfig | None = None,
    progress: Progress | None = None,
    review: Review | None = None,
) -> dict[str, Any]:
    """Train a Siamese network and save it.

    Parameters
    ----------
    files : MatchTrainingFiles
    config : MatchTrainConfig
        Its budget is that of each training: the first, and one for every round.
    rounds : RoundsConfig, optional
        Rounds of pseudo-labels from ``files.corpus``; none without.
    progress : Progress, optional
    review : callable, optional
        Shown the accepted tiles of a round before they are used; says which to keep.

    Returns
    -------
    dict
        Model id, scores and how it was trained, as plain data.

    Raises
    ------
    VolumeError, LabelError, ModelError, ProjectError, ExportError
        As the steps it is made of.
    Cancelled
        If the job was asked to stop.
    """
    from seisview.learn.matching.model import save_siamese

    progress = progress or Progress()
    wanted = rounds is not None and rounds.rounds > 0
    if wanted and files.corpus is None:
        raise ModelError("Rounds need an unlabelled survey.", "Name one with --corpus.")
    patches, sizes, config = _gather(files, config, progress)
    if wanted and not patches.class_names:
        raise ModelError(
            "Rounds need labelled patches.", "Give class folders, judged hits or painted facies."
        )
    report: list[dict[str, Any]] = []
    if wanted and rounds is not None and files.corpus is not None:
        volume = open_volume(files.corpus, files.header_bytes, progress)
        try:
            model, report = train_in_rounds(
                patches, sizes, volume, config, rounds, files.out, progress, review
            )
        finally:
            volume.close()
    else:
        model = train_patches(patches, config, progress)
    save_or_rescue(lambda path: save_siamese(path, model), files.out)
    return {**match_summary(model), "rounds": report, "out": str(files.out)}


def train_patches(patches: PatchSet, config: MatchTrainConfig, progress: Progress) -> TrainedSiamese:
    """Train on patches; a block of positions of every class is held out.

    Raises
    ------
    LabelError, ModelError, Cancelled
        As :func:`seisview.learn.matching.training.fit_siamese`.
    """
    started = time.monotonic()
    from seisview.learn.device import choose_device
    from seisview.learn.matching.training import fit_siamese, match_budget, split

    device = choose_device(config.device, config.spare_cores)
    progress.emit(DeviceChosen(device.name, device.precision, device.reason))
    train, validation = split(patches, config)
    return fit_siamese(train, validation, config, match_budget(config, started), device, progress)


def starting_weights(network: BackboneName) -> Path | None:
    """Return the backbone that comes with the program; None where there is none for that network."""
    from seisview.learn.networks.backbones import shipped_backbone

    return shipped_backbone(network)


def match_summary(model: TrainedSiamese) -> dict[str, Any]:
    """Say what a model is and how it came about, as plain data."""
    return {
        "model": model.model_id,
        "network": model.config.backbone,
        "distance": model.config.distance,
        "classes": list(model.class_names),
        "steps": model.training.get("steps_done"),
        "n_train": model.training.get("n_train"),
        "n_validation": model.training.get("n_validation"),
        "metrics": dict(model.metrics),
    }


def project_patches(
    project: Project, learn_from: Source, size: tuple[int, int], config: MatchTrainConfig, progress: Progress
) -> tuple[PatchSet, MatchTrainConfig]:
    """Patches of a project: judged hits, else painted facies, else neighbouring sections.

    Returns
    -------
    (PatchSet, MatchTrainConfig)
        Rejected hits are excluded as anchors in the configuration.
    """
    volume = project.volume
    statistics = measure_amplitudes(volume, progress)
    names = list_matches(project.folder)
    searches = [load_matches(project.folder, n, volume.geometry, volume.fingerprint) for n in names]
    labels = project.labels.snapshot()
    placed, config = choose_patches(volume, searches, labels, size, config, progress, learn_from)
    return survey_patches(volume, statistics, placed, config.network.patch, progress), config


def _gather(
    files: MatchTrainingFiles, config: MatchTrainConfig, progress: Progress
) -> tuple[PatchSet, Sizes, MatchTrainConfig]:
    if is_project(files.source):
        with open_project(files.source, open_volume, read_only=True) as project:
            patches, config = project_patches(project, files.learn_from, files.size, config, progress)
            project.volume.close()
        return patches, [files.size], config
    if not is_patch_folder(files.source):
        raise LabelError(
            f"{files.source} is neither a folder of class folders nor a project.",
            "Name the folder that holds one folder of images per class.",
        )
    collection = open_patches(files.source, files.key, progress)
    sizes = [shape for shape, label in zip(collection.shapes, collection.labels, strict=True) if label >= 0]
    return folder_patches(collection, config.network.patch, progress), sizes, config


__all__ = [
    "MatchTrainingFiles",
    "match_summary",
    "project_patches",
    "starting_weights",
    "train_match",
    "train_patches",
]
