"""Training from files to a file, for the command line and for scripts."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from seisview.data.amplitude import measure_amplitudes
from seisview.data.volume import HeaderBytes, Volume
from seisview.errors import SeisviewError
from seisview.events import Note
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import PredictConfig, TrainConfig
from seisview.learn.features.config import FeatureConfig
from seisview.learn.rescue import save_or_rescue
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.progress import Progress
from seisview.workflows.facies.beside_preview import compare_with_preview
from seisview.workflows.facies.preview import preview_keys
from seisview.workflows.facies.segment import train_segmenter
from seisview.workflows.features import section_features, survey_features
from seisview.workflows.labels import LabelChoice, labels_from_path
from seisview.workflows.surveys import open_survey


@dataclass(frozen=True, slots=True)
class TrainingFiles:
    """What training reads and writes.

    Attributes
    ----------
    survey, labels : Path
        See :func:`seisview.workflows.surveys.open_survey` and
        :func:`seisview.workflows.labels.labels_from_path`.
    out : Path
        The model, a ``.safetensors`` file.
    header_bytes : HeaderBytes
        Of a SEG-Y survey.
    choice : LabelChoice
        Which of the labels are used.
    """

    survey: Path
    labels: Path
    out: Path
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)
    choice: LabelChoice = field(default_factory=LabelChoice)


def train_from_files(
    files: TrainingFiles,
    config: TrainConfig,
    progress: Progress | None = None,
    compared: bool | None = None,
) -> dict[str, Any]:
    """Train a segmenter and save it.

    Parameters
    ----------
    files : TrainingFiles
    config : TrainConfig
    progress : Progress, optional
    compared : bool, optional
        Whether the instant preview is judged beside it
        (:func:`~seisview.workflows.facies.beside_preview.compare_with_preview`). By default where features
        are cached; True makes those that are not.

    Returns
    -------
    dict
        Model id, scores, how it was trained and how the preview does beside it, as plain data.

    Raises
    ------
    VolumeError, LabelError, ModelError, ExportError
        As the steps it is made of.
    """
    progress = progress or Progress()
    with closing(open_survey(files.survey, files.header_bytes, progress)) as volume:
        labels = labels_from_path(files.labels, volume.geometry, files.choice, volume.info.header_bytes)
        statistics = measure_amplitudes(volume, progress)
        model = train_segmenter(volume, labels, statistics, config, progress)
        save_or_rescue(model.save, files.out)
        done = {
            **training_summary(model),
            "sections": [volume.geometry.title(key) for key in labels.training_sections],
        }
        if compared is not False:
            with progress.preparing():  # the training was the whole job, and is not to run twice
                done |= _beside_preview(model, volume, labels, bool(compared), config, progress)
    return {**done, "out": str(files.out)}


def _beside_preview(
    model: TrainedSegmenter,
    volume: Volume,
    labels: LabelSnapshot,
    made: bool,
    config: TrainConfig,
    progress: Progress,
) -> dict[str, Any]:
    """How the preview does; nothing where that cannot be told: the model is saved, and is what counts."""
    wanted = FeatureConfig(device=config.device, spare_cores=config.spare_cores)
    keys = preview_keys(labels, volume.geometry)
    predict = PredictConfig(device=config.device, spare_cores=config.spare_cores)
    try:
        if made:
            features = section_features(volume, model.statistics, wanted, keys, progress)
        else:
            cached = survey_features(volume, model.statistics, wanted)
            features = {} if cached is None else cached.find_all(keys)
        found = compare_with_preview(model, volume, labels, features, predict, progress)
    except SeisviewError as error:
        progress.emit(Note(f"The preview was not compared: {error}"))
        return {}
    return {} if found is None else {"beside_preview": found.to_dict()}


def training_summary(model: TrainedSegmenter) -> dict[str, Any]:
    """Say what a model is and how it came about, as plain data."""
    return {
        "model": model.model_id,
        "network": model.config.backbone,
        "classes": [{"id": c.id, "name": c.name} for c in model.classes],
        "steps": model.provenance.training.get("steps_done", len(model.history)),
        "seconds": round(model.seconds, 2),
        "metrics": dict(model.metrics),
    }


def from_shipped_weights(config: TrainConfig) -> TrainConfig:
    """Start from the weights that come with the program, if there are any of the network that is wanted.

    Parameters
    ----------
    config : TrainConfig
        From scratch it stays as it is.

    Raises
    ------
    ModelError
        If the device that is asked for does not exist here.
    """
    if config.mode == "scratch":
        return config
    from seisview.learn.device import choose_device
    from seisview.learn.networks.backbones import shipped_backbone
    from seisview.learn.segmentation.fitting import choose_backbone

    network = choose_backbone(config, choose_device(config.device, config.spare_cores))
    return replace(config, backbone=network, backbone_file=shipped_backbone(network))
