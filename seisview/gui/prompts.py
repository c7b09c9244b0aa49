"""The system's file dialogs, in one place, so that tests and other windows can answer instead."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from seisview.preferences import Preferences

_SURVEYS = "Surveys (*.sgy *.segy *.seg *.SGY *.SEGY *.npy zarr.json .zarray);;All files (*)"
_MATCHES = "Table (*.csv);;Table (*.json);;Similarity as SEG-Y (*.sgy);;Similarity as array (*.npy)"
_LABELS = (
    "Labels: volume, one of several masks, project (*.sgy *.segy *.SGY *.SEGY *.npy *.png zarr.json .zarray "
    "project.json);;All files (*)"
)
_ZARR_FILES = {"zarr.json", ".zarray", ".zgroup"}


class Prompts:
    """Asks for files and folders, beginning in the folder used last.

    Parameters
    ----------
    parent : QWidget
    preferences : Preferences
        Its `last_folder` is read and kept up to date.
    """

    def __init__(self, parent: QWidget, preferences: Preferences) -> None:
        self._parent = parent
        self._preferences = preferences

    def survey_to_open(self) -> Path | None:
        """Ask for a survey; a file inside a zarr array stands for the array. None when cancelled."""
        chosen, _ = QFileDialog.getOpenFileName(self._parent, "Open a survey", self._folder(), _SURVEYS)
        path = self._remembered(chosen)
        return path.parent if path is not None and path.name in _ZARR_FILES else path

    def folder_to_open(self) -> Path | None:
        """Ask for the folder of a project."""
        return self._remembered(
            QFileDialog.getExistingDirectory(self._parent, "Open a project", self._folder())
        )

    def project_to_save(self, proposed: str) -> Path | None:
        """Ask where to save the project."""
        start = str(Path(self._folder()) / f"{proposed}.seisview")
        chosen, _ = QFileDialog.getSaveFileName(self._parent, "Save the project as", start)
        return self._remembered(chosen)

    def survey_to_relink(self, missing: Path) -> Path | None:
        """Ask where the survey of a project is now."""
        title = f"{missing.name} is not where it was: where is it now?"
        chosen, _ = QFileDialog.getOpenFileName(self._parent, title, self._folder(), _SURVEYS)
        return self._remembered(chosen)

    def matches_to_export(self, proposed: str) -> Path | None:
        """Ask where to write the hits of a search, or its heat map."""
        start = str(Path(self._folder()) / f"{proposed}-matches.csv")
        chosen, _ = QFileDialog.getSaveFileName(self._parent, "Export the matches", start, _MATCHES)
        return self._remembered(chosen)

    def labels_to_import(self) -> Path | None:
        """Ask for labels; a mask, or a file inside a project or zarr array, stands for its folder."""
        chosen, _ = QFileDialog.getOpenFileName(self._parent, "Import labels", self._folder(), _LABELS)
        path = self._remembered(chosen)
        if path is None:
            return None
        is_mask = path.suffix.lower() == ".png" or path.stem.lower().startswith(("inline_", "crossline_"))
        return path.parent if is_mask or path.name in {*_ZARR_FILES, "project.json"} else path

    def folder_of_patches(self, title: str) -> Path | None:
        """Ask for a folder of images, or of a saved pipeline."""
        return self._remembered(QFileDialog.getExistingDirectory(self._parent, title, self._folder()))

    def model_to_use(self, title: str) -> Path | None:
        """Ask for a model that was learnt."""
        start, kinds = self._folder(), "Models (*.safetensors);;All files (*)"
        return self._remembered(QFileDialog.getOpenFileName(self._parent, title, start, kinds)[0])

    def file_to_write(self, title: str, proposed: str) -> Path | None:
        """Ask for a new file."""
        start = str(Path(self._folder()) / proposed)
        chosen, _ = QFileDialog.getSaveFileName(self._parent, title, start)
        return self._remembered(chosen)

    def folder_for_clusters(self) -> Path | None:
        """Ask for a new folder to write clusters into."""
        start = str(Path(self._folder()) / "clusters")
        chosen, _ = QFileDialog.getSaveFileName(self._parent, "Save the clusters in a new folder", start)
        return self._remembered(chosen)

    def _folder(self) -> str:
        folder = Path(self._preferences.last_folder or Path.home())
        return str(folder if folder.is_dir() else Path.home())

    def _remembered(self, chosen: str) -> Path | None:
        if not chosen:
            return None
        path = Path(chosen)
        self._preferences.last_folder = str(path.parent)
        return path
