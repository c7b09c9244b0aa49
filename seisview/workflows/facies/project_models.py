"""A model that was trained elsewhere becomes one of a project, with the facies it predicts."""

from __future__ import annotations

from seisview.errors import ProjectError
from seisview.labels.facies import FaciesScheme
from seisview.learn.config import PredictConfig
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.results import FaciesProvenance, FaciesResult
from seisview.project.schema import ModelRecord
from seisview.workflows.facies.segment import predict_facies


def add_model(
    project: Project,
    model: TrainedSegmenter,
    name: str = "",
    config: PredictConfig | None = None,
    progress: Progress | None = None,
) -> FaciesResult:
    """Predict the facies of a project's survey and keep them in the project, with the model.

    The window shows both when it opens the project; :func:`seisview.accept_facies`,
    :func:`seisview.label_next` and :func:`seisview.export_project` take the facies from there.

    Parameters
    ----------
    project : Project
        Open, and not for reading only.
    model : TrainedSegmenter
        From :func:`seisview.train_segmenter` or :func:`seisview.load_segmenter`.
    name : str, optional
        What the project calls it; by default ``"trained-1"``, ``"trained-2"``, ...
    config : PredictConfig, optional
    progress : Progress, optional

    Returns
    -------
    FaciesResult
        The facies shown from now on: ``facies`` and ``confidence`` are uint8 (inline, crossline, sample).

    Raises
    ------
    ProjectError
        If the name is taken, or the project is open elsewhere.
    ModelError
        If the model does not fit the survey.
    ExportError
        If the disk does not take it.
    Cancelled
        If the job was asked to stop; the project is as it was then.
    """
    name, progress = name or project.new_model_name("trained"), progress or Progress()
    if any(other.name == name for other in project.models):
        raise ProjectError(f"There is a model called {name} already.", "Choose another name.")
    axis = model.provenance.axis if config is None or config.axis is None else config.axis
    origin = FaciesProvenance(
        (model.model_id,),
        model.label_revision,
        FaciesScheme(model.classes),
        project.volume.fingerprint,
        name,
        {"axis": str(axis)},
    )
    result = project.create_result(origin)
    try:
        predict_facies(model, project.volume, result, progress, config=config)
        _keep(project, model, name)
        result.finish()
    finally:
        if not result.complete:
            result.delete()  # nobody knows about it yet
    project.install_result(result)
    return result


def _keep(project: Project, model: TrainedSegmenter, name: str) -> None:
    path = project.new_model_path(name)
    model.save(path)
    sections = model.provenance.training.get("n_sections")
    record = ModelRecord(
        name=name,
        file=path.name,
        model_id=model.model_id,
        label_revision=model.label_revision,
        metrics=dict(model.metrics),
        seconds=model.seconds,
        details={} if sections is None else {"sections": str(sections)},
    )
    project.add_model(record)
