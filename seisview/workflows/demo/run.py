"""The main job from end to end on the built-in survey, whose true facies are known."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from seisview.atomic import replacing, write_text_atomic
from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import SectionKey, SurveyGeometry, section_of
from seisview.data.labels_io import read_label_volume
from seisview.data.opening import open_volume
from seisview.data.synthetic import CLASS_NAMES, builtin_survey_path
from seisview.errors import ExportError
from seisview.export.content import ByteArray
from seisview.labels.facies import FaciesScheme
from seisview.learn.config import PredictConfig, TrainConfig
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.storage import create_project, is_project
from seisview.workflows.demo.files import write_exports, write_pictures
from seisview.workflows.demo.labels import demo_sections, label_sections
from seisview.workflows.facies.evaluate import Evaluation, evaluate_sections
from seisview.workflows.facies.project_models import add_model
from seisview.workflows.facies.segment import train_segmenter
from seisview.workflows.facies.train import from_shipped_weights

SCORES_FILE = "scores.json"


@dataclass(frozen=True, slots=True)
class DemoConfig:
    """How the demo runs.

    Attributes
    ----------
    train : TrainConfig
        Default: the default recipe from random weights, as many steps as take a few minutes on two CPU cores.
    overwrite : bool
        Replace the folder of an earlier demo.
    survey, truth : Path or None
        Another survey and its true facies instead of the built-in one; SEG-Y files.
    """

    train: TrainConfig = field(default_factory=lambda: TrainConfig(steps=400, minutes=6.0))
    overwrite: bool = False
    survey: Path | None = None
    truth: Path | None = None


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo made.

    Attributes
    ----------
    folder, project : Path
    labelled, tested : tuple of int
        Inline numbers.
    evaluation : Evaluation
        On the tested inlines.
    scheme : FaciesScheme
    files : tuple of str
        Everything written, relative to `folder`.
    seconds : dict of str to float
        By stage.
    """

    folder: Path
    project: Path
    labelled: tuple[int, ...]
    tested: tuple[int, ...]
    evaluation: Evaluation
    scheme: FaciesScheme
    files: tuple[str, ...]
    seconds: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return scores, files and times as plain data."""
        scores = self.evaluation.to_dict()
        rows = scores.pop("classes")
        classes = [{"id": row["id"], "name": self.scheme.name_of(row["id"]), **row} for row in rows]
        return {
            "folder": str(self.folder),
            "labelled_inlines": list(self.labelled),
            "tested_inlines": {"first": self.tested[0], "last": self.tested[-1], "count": len(self.tested)},
            "scores": scores,
            "classes": classes,
            "seconds": {name: round(value, 1) for name, value in self.seconds.items()},
            "files": list(self.files),
        }


def free_demo_folder(parent: Path) -> Path:
    """Return the first of ``seisview-demo``, ``seisview-demo-2``, ... that is not there yet."""
    names = ("seisview-demo", *(f"seisview-demo-{number}" for number in range(2, 1000)))
    return next(parent / name for name in names if not (parent / name).exists())


def run_demo(folder: Path, config: DemoConfig | None = None, progress: Progress | None = None) -> DemoResult:
    """Label a few inlines from the known truth, train, predict, score, export and draw.

    Labels come from the first half of the survey; scores from inlines well apart, which the network never
    saw. Everything appears in `folder` at the end, in one step; a failure or a cancel leaves nothing.

    Parameters
    ----------
    folder : Path
        Where the results go.
    config : DemoConfig, optional
    progress : Progress, optional

    Raises
    ------
    ExportError
        If the folder exists (unless it is that of an earlier demo and may be replaced), or the disk fails.
    Cancelled
        If the job was asked to stop.
    """
    config, progress = config or DemoConfig(), progress or Progress()
    _check_folder(folder, config.overwrite)
    with replacing(folder) as temporary:
        temporary.mkdir()
        result = _Demo(temporary, config, progress).run()
    return replace(result, folder=folder, project=folder / "project")


class _Demo:
    """One run; holds what the stages share."""

    def __init__(self, folder: Path, config: DemoConfig, progress: Progress) -> None:
        self.folder, self.config, self.progress = folder, config, progress
        self.seconds: dict[str, float] = {}

    def run(self) -> DemoResult:
        with self._stage("survey"):
            survey, true_facies = self._copy_survey()
        with closing(open_volume(survey, progress=self.progress)) as volume:
            geometry = volume.geometry
            labelled, tested = demo_sections(geometry)
            truth = read_label_volume(true_facies, geometry, self.progress)
            project = create_project(
                self.folder / "project", volume, "seisview demo", FaciesScheme.named(CLASS_NAMES)
            )
            with project:
                self._work(project, truth, labelled)
                facies = np.array(project.results[-1].facies)
            evaluation = evaluate_sections(facies, ((key, section_of(truth, key)) for key in tested))
            scheme = project.labels.scheme
        return self._finished(geometry, (labelled, tested), evaluation, scheme)

    def _work(self, project: Project, truth: ByteArray, labelled: tuple[SectionKey, ...]) -> None:
        volume, progress = project.volume, self.progress
        label_sections(project.labels, truth, labelled)
        statistics = measure_amplitudes(volume, progress)
        with self._stage("training"):
            config = from_shipped_weights(self.config.train)
            model = train_segmenter(volume, project.labels.snapshot(), statistics, config, progress)
        with self._stage("prediction"):
            predict = PredictConfig(device=config.device, spare_cores=config.spare_cores)
            add_model(project, model, project.new_model_name("demo"), predict, progress)
        with self._stage("exports"):
            write_exports(project, self.folder, progress)
            shown = demo_sections(volume.geometry)[1]
            write_pictures(project, truth, statistics, (labelled[1], shown[len(shown) // 2]), self.folder)

    def _copy_survey(self) -> tuple[Path, Path]:
        sources = builtin_survey_path(progress=self.progress)
        if self.config.survey is not None and self.config.truth is not None:
            sources = self.config.survey, self.config.truth
        targets = self.folder / "survey.sgy", self.folder / "true-facies.sgy"
        for source, target in zip(sources, targets, strict=True):
            shutil.copyfile(source, target)
        return targets

    def _finished(
        self,
        geometry: SurveyGeometry,
        sections: tuple[tuple[SectionKey, ...], tuple[SectionKey, ...]],
        evaluation: Evaluation,
        scheme: FaciesScheme,
    ) -> DemoResult:
        labelled, tested = (tuple(int(geometry.number_of(key)) for key in keys) for keys in sections)
        made = [path.relative_to(self.folder).as_posix() for path in sorted(self.folder.rglob("*"))]
        own = tuple(name for name in made if "/" not in name or name.startswith("pictures/"))
        result = DemoResult(
            self.folder,
            self.folder / "project",
            labelled,
            tested,
            evaluation,
            scheme,
            (*(name for name in own if name != "pictures"), SCORES_FILE),
            self.seconds,
        )
        scores = {name: value for name, value in result.to_dict().items() if name != "folder"}
        write_text_atomic(self.folder / SCORES_FILE, json.dumps(_without_nan(scores), indent=1))
        return result

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - started


def _check_folder(folder: Path, overwrite: bool) -> None:
    if not folder.exists():
        return
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        return
    if not (is_project(folder / "project") and (folder / SCORES_FILE).is_file()):
        raise ExportError(f"{folder} exists and is not the folder of a demo.", "Choose another folder.")
    if not overwrite:
        raise ExportError(
            f"{folder} holds an earlier demo.", "Choose another folder, or add --overwrite to replace it."
        )


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
