"""What must be true of a project and its exports after the program was killed, whenever that was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.export.content import ContentKind
from seisview.project.project import Project
from seisview.project.storage import open_project
from seisview.workflows.export import export_content, label_content
from seisview.workflows.facies.segment import load_segmenter
from tests.robustness.scripted_work import EXPORTS, SHAPE, expected_labels


def inspect(folder: Path, n_told: int) -> int:
    """Open the project as a restart does and look at everything; returns the number of edits found.

    Parameters
    ----------
    folder : Path
    n_told : int
        Edits that were made more than a second before the end.
    """
    project = open_project(folder / "project", open_volume)
    assert not project.read_only, "the lock of the dead process still stands"
    n_edits = project.labels.state.sequence
    assert n_edits >= n_told, f"{n_told - n_edits} edits older than a second are gone"
    _check_labels(project, n_edits)
    _check_models_and_results(project)
    _check_no_leftovers(folder / "project")
    for name in EXPORTS:
        if (folder / "exports" / name).exists():
            _check_export(folder / "exports" / name, folder / "survey.sgy")
    # The next export clears away what the killed one left.
    content = label_content(project.labels.snapshot(), project.volume)
    export_content(content, project.volume, folder / "exports" / "labels.csv")
    _check_no_leftovers(folder / "exports")
    project.close()
    project.volume.close()
    return n_edits


def _check_labels(project: Project, n_edits: int) -> None:
    expected, name = expected_labels(n_edits)
    for index in range(SHAPE[0]):
        found = project.labels.section(SectionKey(Axis.INLINE, index))
        assert np.array_equal(found, expected[index]), f"labels of inline {index} after edit {n_edits}"
    assert project.labels.scheme.get(3).name == name
    assert not project.recovery.damaged, project.recovery.messages
    assert not list(project.folder.rglob("*damaged*"))


def _check_models_and_results(project: Project) -> None:
    for record in project.models:
        assert load_segmenter(project.model_path(record)).model_id == record.model_id
    assert all("result" not in message for message in project.recovery.messages), project.recovery.messages
    for result in project.results:
        assert result.facies.shape == SHAPE
        assert not result.complete or bool((result.facies > 0).all())
    names = {path.name for path in project.models_folder.glob("*")}
    orphans = names - {record.file for record in project.models}
    assert len(orphans) <= 1, f"models nobody knows pile up: {orphans}"
    assert len(list(project.results_folder.glob("*"))) == len(project.results)


def _check_no_leftovers(folder: Path) -> None:
    found = [path for path in folder.rglob(".*") if "~" in path.name]
    assert not found, f"left behind: {found}"


def _check_export(path: Path, survey: Path) -> None:
    if path.suffix == ".sgy":
        assert path.stat().st_size == survey.stat().st_size
    if path.suffix in (".sgy", ".npy", ".zarr"):
        volume = open_volume(path)
        values = np.stack([volume.read_section(SectionKey(Axis.INLINE, i)) for i in range(SHAPE[0])])
        volume.close()
        # Predictions have no zeros, so a hole would show.
        assert values.any() if path.stem == ContentKind.LABELS else (values > 0).all(), f"holes in {path}"
    elif path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        assert len({len(row) for row in rows if row}) == 1, f"a torn row in {path}"
        assert len(rows) > SHAPE[0]
    else:
        from PIL import Image

        with Image.open(path) as image:
            image.load()
