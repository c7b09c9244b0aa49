from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import segyio

from seisview.data.geometry import Axis, LineNumbers, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.errors import Cancelled, ExportError
from seisview.learn.config import TrainConfig
from seisview.progress import Progress, ProgressState
from seisview.project.storage import open_project
from seisview.workflows.demo.labels import demo_sections
from seisview.workflows.demo.run import DemoConfig, free_demo_folder, run_demo


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> DemoConfig:
    folder = tmp_path_factory.mktemp("tiny")
    write_survey(synthesize(SyntheticConfig.tiny(seed=3)), folder / "s.sgy", folder / "f.sgy")
    train = TrainConfig(backbone="resnet10", steps=2, batch_size=2, device="cpu")
    return DemoConfig(train, survey=folder / "s.sgy", truth=folder / "f.sgy")


def test_labelled_and_tested_sections_are_far_apart() -> None:
    geometry = SurveyGeometry(LineNumbers.regular(1, 1, 128), LineNumbers.regular(1, 1, 9), 4, 0.0, 4.0)
    labelled, tested = demo_sections(geometry)
    assert {key.axis for key in (*labelled, *tested)} == {Axis.INLINE}
    assert len(labelled) == 4
    assert len(tested) >= 20
    assert min(abs(t.index - k.index) for t in tested for k in labelled) >= 15


def test_the_demo_from_end_to_end(quick: DemoConfig, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    result = run_demo(folder, quick)
    written = {p.relative_to(folder).as_posix() for p in folder.rglob("*")}
    assert set(result.files) - {"project"} <= written
    assert [p.name for p in tmp_path.iterdir()] == ["demo"]
    assert sum(name.endswith(".png") for name in result.files) == 5

    with segyio.open(folder / "facies.sgy", iline=189, xline=193) as file:
        facies = segyio.tools.cube(file)
    np.testing.assert_array_equal(facies, np.load(folder / "facies.npy"))
    with segyio.open(folder / "true-facies.sgy", iline=189, xline=193) as file:
        truth = segyio.tools.cube(file)
    scores = json.loads((folder / "scores.json").read_text())
    first, last = (scores["tested_inlines"][name] - 1000 for name in ("first", "last"))
    expected = np.mean(facies[first : last + 1] == truth[first : last + 1])
    assert scores["scores"]["pixel_accuracy"] == pytest.approx(expected)

    with open_project(folder / "project", open_volume, read_only=True) as project:
        labels = project.labels.snapshot()
        inlines = {k.index for k in labels.sections if k.axis is Axis.INLINE and labels.sections[k].all()}
        assert inlines == {number - 1000 for number in result.labelled}
        np.testing.assert_array_equal(project.results[-1].facies, facies)
        assert project.current_result is not None
        assert project.current_model is not None
        assert [c.name for c in project.labels.scheme][:2] == ["Layered shale", "Layered sand"]
        project.volume.close()


def test_an_earlier_demo_is_replaced_only_when_told(quick: DemoConfig, tmp_path: Path) -> None:
    folder = tmp_path / "seisview-demo"
    (folder / "project").mkdir(parents=True)
    (folder / "project" / "project.json").write_text("{}")
    (folder / "scores.json").write_text("{}")
    with pytest.raises(ExportError, match="earlier demo"):
        run_demo(folder, quick)
    assert free_demo_folder(tmp_path) == tmp_path / "seisview-demo-2"


def test_a_folder_of_something_else_is_never_replaced(quick: DemoConfig, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    config = DemoConfig(quick.train, True, quick.survey, quick.truth)
    with pytest.raises(ExportError, match="not the folder of a demo"):
        run_demo(tmp_path, config)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_cancelling_leaves_nothing(quick: DemoConfig, tmp_path: Path) -> None:
    def stop(state: ProgressState) -> None:
        if state.message.startswith("Training"):
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        run_demo(tmp_path / "demo", quick, progress)
    assert list(tmp_path.iterdir()) == []
