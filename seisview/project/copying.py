"""What a copy of a project takes along beside its labels: models, facies volumes, clusters."""

from __future__ import annotations

import shutil
from pathlib import Path

from seisview.project.catalog import MODEL_FOLDER, RESULT_FOLDER
from seisview.project.clusters import copy_clusters
from seisview.project.curves import curve_path
from seisview.project.project import Project


def copy_contents(project: Project, target: Path) -> None:
    """Copy the models and complete results of a project into the folder of another."""
    for model in project.content.models:
        (target / MODEL_FOLDER).mkdir(exist_ok=True)
        for path in (file := project.model_path(model), curve_path(file)):
            if path.is_file():
                shutil.copy2(path, target / MODEL_FOLDER)
    for result in project.results:
        if result.complete:
            shutil.copytree(result.folder, target / RESULT_FOLDER / result.id)
    copy_clusters(project.folder, target)
