"""Facies of a project by what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from seisview.errors import ExportError
from seisview.project.results import FaciesProvenance
from seisview.project.storage import create_project
from seisview.workflows.stored_results import stored_result
from tests.project.surveys import survey


def test_the_latest_of_a_title_and_what_was_shown_last(tmp_path: Path) -> None:
    with create_project(tmp_path / "canyon", survey(tmp_path / "s.npy")) as project:
        with pytest.raises(ExportError, match="canyon has no facies yet"):
            stored_result(project)
        made = [
            project.create_result(
                FaciesProvenance(("m",), 0, project.labels.scheme, project.volume.fingerprint, title)
            )
            for title in ("tuned-1", "tuned-2", "tuned-1")
        ]
        for result in made:
            project.install_result(result)
        assert stored_result(project, "tuned-1") is made[2]
        assert stored_result(project, "tuned-2") is made[1]
        project.install_result(made[0])
        assert stored_result(project) is made[0]
        with pytest.raises(ExportError, match="no result 'tuned-9'") as told:
            stored_result(project, "tuned-9")
        assert told.value.hint == "It has: tuned-1, tuned-2."
