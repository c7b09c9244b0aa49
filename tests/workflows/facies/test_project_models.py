from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import Cancelled, ExportError
from seisview.progress import Progress, ProgressState
from seisview.workflows.export import export_project
from seisview.workflows.facies.label_next import label_next
from seisview.workflows.facies.project_models import add_model
from seisview.workflows.projects import create_project, open_project, paint_section
from tests.learn.surveys import random_segmenter
from tests.project.surveys import survey as small_survey


def test_an_interrupted_prediction_leaves_the_project_as_it_was(tmp_path: Path) -> None:
    survey = small_survey(tmp_path / "s.npy", shape=(4, 40, 70))
    model = random_segmenter(survey, measure_amplitudes(survey))
    said: list[str] = []

    def stop_in_the_middle(state: ProgressState) -> None:
        said.append(state.message)
        if state.fraction is not None and state.fraction >= 0.5:
            progress.cancel()

    progress = Progress(stop_in_the_middle)
    with create_project(tmp_path / "p", survey) as project:
        with pytest.raises(Cancelled):
            add_model(project, model, progress=progress)
        assert said
        assert (project.models, project.results) == ((), ())
        assert not [*project.results_folder.glob("*"), *project.models_folder.glob("*")]
        result = add_model(project, model)
        assert result.complete
        assert np.isin(result.facies, model.class_ids).all()
        assert repr(result) == "<FaciesResult trained-1: 4 x 40 x 70>"
        paint_section(project.labels, SectionKey(Axis.INLINE, 2), np.ones((70, 40), np.uint8))
        ranked = label_next(project)
        assert ranked
        assert SectionKey(Axis.INLINE, 2) not in {suggestion.key for suggestion in ranked}
        with pytest.raises(ExportError, match="no 'face'"):
            export_project(project, "face", tmp_path / "x.npy")  # type: ignore[arg-type]
    with open_project(tmp_path / "p") as again:
        assert [one.name for one in again.models] == ["trained-1"]
        assert again.current_result is not None
