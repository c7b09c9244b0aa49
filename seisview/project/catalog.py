"""What a project keeps beside its labels: settings, models and facies volumes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from seisview.atomic import write_error
from seisview.data.geometry import SurveyGeometry
from seisview.errors import ProjectError
from seisview.project.curves import curve_path
from seisview.project.lock import ProjectLock
from seisview.project.results import FaciesProvenance, FaciesResult, create_result
from seisview.project.schema import ModelRecord, ProjectFile, SurveyReference, write_project_file

MODEL_FOLDER = "models"
RESULT_FOLDER = "results"
MODEL_SUFFIX = ".safetensors"


class ProjectCatalog:
    """Settings, models and results of a project folder; models and results are stored when added.

    Parameters
    ----------
    folder : Path
    content : ProjectFile
    geometry : SurveyGeometry
        Of the survey that results are made for.

    Attributes
    ----------
    folder : Path
    geometry : SurveyGeometry
    """

    def __init__(self, folder: Path, content: ProjectFile, geometry: SurveyGeometry) -> None:
        self.folder = folder
        self.geometry = geometry
        self._content = content
        self._lock: ProjectLock | None = None
        self._results: list[FaciesResult] = []

    @property
    def name(self) -> str:
        """What the project is called."""
        return self._content.name

    @property
    def content(self) -> ProjectFile:
        """What ``project.json`` holds; to be read, not changed."""
        return self._content

    @property
    def survey(self) -> SurveyReference:
        """Where the survey is and how it is read."""
        return self._content.survey

    @property
    def view(self) -> dict[str, Any]:
        """What the window wants to find again."""
        return self._content.view

    @property
    def read_only(self) -> bool:
        """Whether another window has the project, so that nothing is written here."""
        return self._lock is None

    @property
    def models_folder(self) -> Path:
        """Where models lie."""
        return self.folder / MODEL_FOLDER

    @property
    def results_folder(self) -> Path:
        """Where results lie; jobs make theirs there by :func:`create_result`."""
        return self.folder / RESULT_FOLDER

    @property
    def models(self) -> tuple[ModelRecord, ...]:
        """The models kept that predict facies, the oldest first."""
        return tuple(model for model in self._content.models if model.kind == "facies")

    @property
    def backbones(self) -> tuple[ModelRecord, ...]:
        """What was pretrained on this survey, the oldest first."""
        return tuple(model for model in self._content.models if model.kind == "backbone")

    @property
    def current_model(self) -> ModelRecord | None:
        """The model last added or chosen."""
        return next((m for m in self._content.models if m.name == self._content.current_model), None)

    def model_path(self, model: ModelRecord) -> Path:
        """Where the file of a model lies."""
        return self.models_folder / model.file

    def new_model_name(self, stem: str = "tuned") -> str:
        """Return a name no model has: "tuned-1", "tuned-2", ... ."""
        taken = {model.name for model in self._content.models}
        numbers = (f"{stem}-{number}" for number in range(1, len(taken) + 2))
        return next(name for name in numbers if name not in taken)

    def new_model_path(self, name: str) -> Path:
        """Where to store a model of this name; makes the folder, or raises :class:`ExportError`."""
        self._check_writable()
        try:
            self.models_folder.mkdir(exist_ok=True)
        except OSError as error:
            raise write_error(self.models_folder, error) from error
        file = re.sub(r"[^\w.-]+", "_", name)
        return self.models_folder / f"{file}{MODEL_SUFFIX}"

    def add_model(self, model: ModelRecord) -> None:
        """Keep a model whose file lies in :attr:`models_folder`; one that predicts is the current one then.

        Raises
        ------
        ProjectError
            If the name is taken or the file is not there.
        """
        self._check_writable()
        if any(other.name == model.name for other in self._content.models):
            raise ProjectError(f"There is a model called {model.name} already.", "Choose another name.")
        if Path(model.file).name != model.file or not self.model_path(model).is_file():
            raise ProjectError(f"The model file {model.file} is not in {self.models_folder}.")
        self._content.models = [*self._content.models, model]
        if model.kind == "facies":
            self._content.current_model = model.name
        self.save_settings()

    def remove_model(self, name: str) -> None:
        """Forget a model and delete its file."""
        self._check_writable()
        gone = self._find_model(name)
        self._content.models = [model for model in self._content.models if model is not gone]
        self.save_settings()
        for path in (self.model_path(gone), curve_path(self.model_path(gone))):
            path.unlink(missing_ok=True)

    @property
    def results(self) -> tuple[FaciesResult, ...]:
        """Facies volumes, the oldest first."""
        return tuple(self._results)

    @property
    def current_result(self) -> FaciesResult | None:
        """The facies volume last installed or chosen."""
        return next((r for r in self._results if r.id == self._content.current_result), None)

    @property
    def shown_result(self) -> FaciesResult | None:
        """The current facies volume, else the latest; None when there is none."""
        return self.current_result or next(reversed(self._results), None)

    def result_titled(self, title: str) -> FaciesResult | None:
        """The latest facies volume of that title; None when there is none."""
        return next((result for result in reversed(self._results) if result.title == title), None)

    def create_result(self, provenance: FaciesProvenance) -> FaciesResult:
        """Make an empty facies volume for a job to fill; :meth:`install_result` shows it."""
        self._check_writable()
        return create_result(self.results_folder, self.geometry, provenance)

    def install_result(self, result: FaciesResult) -> None:
        """Keep a facies volume (complete or being written) and make it the current one."""
        if result not in self._results:
            self._results.append(result)
        self._content.current_result = result.id
        if not self.read_only:
            self.save_settings()

    def remove_result(self, result: FaciesResult) -> None:
        """Forget a facies volume and delete its files."""
        self._check_writable()
        self._results = [other for other in self._results if other is not result]
        if self._content.current_result == result.id:
            self._content.current_result = self._results[-1].id if self._results else ""
        self.save_settings()
        result.delete()

    def adopt_results(self, results: list[FaciesResult]) -> None:
        """Take over the results found on disk."""
        self._results = list(results)

    def save_settings(self) -> None:
        """Store everything but labels; :class:`ExportError` when the folder cannot be written."""
        self._check_writable()
        write_project_file(self.folder, self._content)

    def _find_model(self, name: str) -> ModelRecord:
        for model in self._content.models:
            if model.name == name:
                return model
        raise ProjectError(f"There is no model called {name}.", "Pick one of the list.")

    def _check_writable(self) -> None:
        if self.read_only:
            raise ProjectError(
                f"{self.name} is open in another window or write-protected: it can only be looked at.",
                "Close it there or make its folder writable, then open it again.",
            )
