"""Training and prediction from the window: real jobs with a small real network on a real project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import numpy.typing as npt
import pytest
from pytestqt.qtbot import QtBot

from seisview.data.amplitude import measure_amplitudes
from seisview.data.cache import SectionCache
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.errors import ModelError, SeisviewError
from seisview.gui.analysis.analysis_controller import AnalysisController
from seisview.gui.analysis.analysis_texts import resumed_text, summary_text
from seisview.gui.docks.model_list import ModelRow
from seisview.gui.docks.train_dock import TrainDock
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.survey.session import Session
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.learn.config import TrainConfig
from seisview.project.results import FaciesResult
from seisview.project.storage import create_project, open_project

SHAPE = (24, 64, 64)
VISIBLE = SectionKey(Axis.INLINE, 12)
QUICK = TrainConfig(mode="scratch", backbone="resnet10", steps=2, crop=(32, 64), batch_size=1, device="cpu")
ENDLESS = TrainConfig(
    mode="scratch", backbone="resnet10", steps=100_000, crop=(32, 64), batch_size=1, device="cpu"
)
LONG_MS = 30_000


@dataclass
class Bench:
    """A controller with everything it talks to."""

    session: Session
    jobs: JobRunner
    dock: Mock
    errors: list[SeisviewError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    overlays: list[Callable[[SectionKey], object] | None] = field(default_factory=list)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.control = AnalysisController(self.dock, self.jobs, self.errors.append, self.notes.append)
        self.control.overlay_changed.connect(self.overlays.append)
        self.control.layer_described.connect(self._describe)
        self.control.set_session(self.session)
        self.control.show_section(VISIBLE)

    def _describe(self, layer: str, text: str, reason: str) -> None:
        self.texts[layer] = (text, reason)

    @property
    def project_files(self) -> set[str]:
        project = self.session.project
        folders = (project.models_folder, project.results_folder)
        return {path.name for folder in folders if folder.is_dir() for path in folder.iterdir()}

    @property
    def models(self) -> list[ModelRow]:
        return list(self.dock.set_models.call_args.args[0])

    def said(self, setter: str) -> list[object]:
        return [call.args[0] for call in getattr(self.dock, setter).call_args_list]

    def drawn(self, key: SectionKey) -> npt.NDArray[np.uint8]:
        assert self.overlays[-1] is not None
        facies, _ = self.overlays[-1](key)
        return facies


def run(qtbot: QtBot, bench: Bench, start: Callable[[], object]) -> None:
    """Start a job and wait until it and its callback are over."""
    with qtbot.waitSignal(bench.jobs.finished, timeout=LONG_MS):
        start()
    assert bench.jobs.busy is None


def paint(session: Session) -> None:
    upper, lower = np.zeros((64, 64), np.bool_), np.zeros((64, 64), np.bool_)
    upper[:30], lower[34:] = True, True
    for index in (5, 20):
        for class_id, mask in ((1, upper), (2, lower)):
            session.labels.apply(SectionKey(Axis.INLINE, index), Box.whole((64, 64)), mask, class_id)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    rng = np.random.default_rng(0)
    quiet = np.sin(np.arange(64) / 1.5) + 0.1 * rng.standard_normal(SHAPE)
    rough = 2.0 * rng.standard_normal(SHAPE)
    path = tmp_path / "survey.npy"
    np.save(path, np.where(np.arange(64) < 32, quiet, rough).astype(np.float32))
    volume = open_volume(path)
    project = create_project(tmp_path / "project", volume, scheme=FaciesScheme.named(["Calm", "Chaos"]))
    opened = Session(volume, project, measure_amplitudes(volume), SectionCache(volume))
    paint(opened)
    yield opened
    project.close()
    volume.close()


@pytest.fixture
def bench(qtbot: QtBot, session: Session) -> Iterator[Bench]:
    jobs = JobRunner()
    yield Bench(session, jobs, Mock(spec=TrainDock))
    assert jobs.shutdown()


def train(qtbot: QtBot, bench: Bench) -> None:
    run(qtbot, bench, lambda: bench.control.train(QUICK))
    assert bench.errors == []


def test_training_ends_in_facies_of_the_whole_survey(qtbot: QtBot, bench: Bench) -> None:
    train(qtbot, bench)
    result = bench.control.result
    assert result is not None
    assert result.complete
    assert result.n_sections_done == SHAPE[0]
    assert set(np.unique(bench.drawn(VISIBLE))) <= {1, 2}
    assert bench.project_files == {"scratch-1.safetensors", "scratch-1.curve.json", result.id}
    assert len(bench.said("add_step")) == QUICK.steps
    assert str(bench.said("set_device")[0]).startswith("CPU, ")
    assert bench.texts["facies"][0].startswith("scratch-1, ")
    assert "partial" not in bench.texts["facies"][0]
    assert [(row.name, row.labels, row.shown) for row in bench.models] == [("scratch-1", "2 sections", True)]
    assert "scratch-1 predicted the whole survey" in str(bench.said("end")[-1])


def test_the_class_that_failed_is_named_with_what_the_figures_rest_on(qtbot: QtBot, bench: Bench) -> None:
    train(qtbot, bench)
    (model,) = bench.session.project.models
    worst, mean = model.metrics["validation_worst_iou"], model.metrics["validation_mean_iou"]
    name = bench.session.labels.scheme.name_of(int(model.metrics["validation_worst_class"]))
    assert worst <= mean < 0.85  # two steps teach it next to nothing: there is a class to name
    assert model.details["worst_class"] == name
    assert model.details["carries"] == "yes"  # the quality page asks such a network again
    for setter in ("finish", "end"):
        said = str(bench.said(setter)[-1])
        assert f"{name} was never found" in said or f"{name} was found worst, IoU {worst:.2f}" in said
        assert f"on {model.metrics['validation_samples']:,.0f} held-back samples." in said


@pytest.mark.parametrize(
    ("worst_iou", "said"),
    [
        (0.0, "Trained in 8 s. Salt was never found. Mean IoU 0.52 on 2,391 held-back samples."),
        (0.31, "Trained in 8 s. Salt was found worst, IoU 0.31. Mean IoU 0.52 on 2,391 held-back samples."),
        (0.9, "Trained in 8 s. Mean IoU 0.52 on 2,391 held-back samples."),
    ],
)
def test_a_mean_does_not_hide_a_class(worst_iou: float, said: str) -> None:
    metrics = {
        "validation_loss": 1.0,
        "validation_mean_iou": 0.52,
        "validation_samples": 2391.0,
        "validation_worst_class": 2.0,
        "validation_worst_iou": worst_iou,
    }
    assert summary_text(metrics, 8.0, "Salt") == said


def test_the_section_on_screen_is_there_first(qtbot: QtBot, bench: Bench) -> None:
    seen: list[tuple[bool, bool]] = []

    def look(overlay: Callable[[SectionKey], tuple[npt.NDArray[np.uint8], object]] | None) -> None:
        if overlay is not None and not seen:
            far = SectionKey(Axis.INLINE, 0)
            seen.append((bool(overlay(VISIBLE)[0].any()), bool(overlay(far)[0].any())))

    bench.control.overlay_changed.connect(look)
    train(qtbot, bench)
    assert seen == [(True, False)]


def test_a_cancelled_training_leaves_everything_as_it_was(qtbot: QtBot, bench: Bench) -> None:
    revision, counts = bench.session.labels.revision, bench.session.labels.counts()
    n_overlays = len(bench.overlays)
    bench.dock.add_step.side_effect = lambda _step: bench.jobs.cancel()
    run(qtbot, bench, lambda: bench.control.train(ENDLESS))
    assert bench.said("end")[-1] == "Stopped. Labels and facies are as before."
    assert bench.project_files == set()
    assert bench.session.project.models == ()
    assert (bench.control.result, len(bench.overlays)) == (None, n_overlays)
    assert (bench.session.labels.revision, bench.session.labels.counts()) == (revision, counts)
    assert not bench.control.is_undecided
    assert bench.errors == []


def test_a_cancelled_second_training_keeps_the_overlay(qtbot: QtBot, bench: Bench) -> None:
    train(qtbot, bench)
    before, shown = bench.control.result, bench.drawn(VISIBLE)
    bench.dock.add_step.side_effect = lambda _step: bench.jobs.cancel()
    run(qtbot, bench, lambda: bench.control.train(ENDLESS))
    assert bench.control.result is before
    np.testing.assert_array_equal(bench.drawn(VISIBLE), shown)
    assert [row.name for row in bench.models] == ["scratch-1"]


def test_a_cancelled_prediction_keeps_what_was_predicted_and_says_partial(qtbot: QtBot, bench: Bench) -> None:
    stop = lambda overlay: bench.jobs.cancel() if overlay is not None else None  # noqa: E731
    bench.control.overlay_changed.connect(stop)
    run(qtbot, bench, lambda: bench.control.train(QUICK))
    result = bench.control.result
    assert result is not None
    assert not result.complete
    assert 0 < result.n_sections_done < SHAPE[0]
    assert bench.drawn(VISIBLE).any()
    assert f"partial: {result.n_sections_done} of 24 inlines" in bench.texts["facies"][0]
    assert f"{result.n_sections_done} predicted sections stay" in str(bench.said("end")[-1])


def _interrupted(qtbot: QtBot, bench: Bench) -> None:
    """Train, and stop the prediction after its first sections."""
    stop = lambda overlay: bench.jobs.cancel() if overlay is not None else None  # noqa: E731
    bench.control.overlay_changed.connect(stop)
    run(qtbot, bench, lambda: bench.control.train(QUICK))
    bench.control.overlay_changed.disconnect(stop)
    bench.control.keep()


def test_an_interrupted_prediction_goes_on_after_a_restart_where_it_stopped(
    qtbot: QtBot, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _interrupted(qtbot, bench)
    bench.session.project.close()
    with open_project(tmp_path / "project", open_volume) as project:
        again = Session(project.volume, project, bench.session.statistics, SectionCache(project.volume))
        bench.control.set_session(again)
        partial = project.current_result
        assert partial is not None
        assert bench.models[0].is_partial
        assert bench.texts["facies"][0].endswith("24 inlines")
        n_done, identity = partial.n_sections_done, partial.id
        before = np.array(partial.facies)
        written: list[SectionKey] = []
        write = FaciesResult.write_section
        monkeypatch.setattr(
            FaciesResult,
            "write_section",
            lambda self, key, *rest: (written.append(key), write(self, key, *rest)),
        )
        run(qtbot, bench, lambda: bench.control.predict("scratch-1"))
        assert bench.notes[-1] == resumed_text("scratch-1", n_done, 24)
        result = project.current_result
        assert result is not None
        assert result.id == identity
        assert result.complete
        assert len(written) == 24 - n_done
        assert "partial" not in bench.texts["facies"][0]
        assert not bench.models[0].is_partial
        stays = before != 0
        np.testing.assert_array_equal(result.facies[stays], before[stays])
        assert (result.facies != 0).mean() > stays.mean()
        monkeypatch.undo()
        run(qtbot, bench, lambda: bench.control.predict("scratch-1"))  # complete: predicted anew
        anew = project.current_result
        assert anew is not None
        assert anew.id != identity
        np.testing.assert_array_equal(anew.facies, before * stays + anew.facies * ~stays)
        bench.control.set_session(None)
        project.volume.close()


def test_going_on_and_stopping_at_once_loses_nothing(qtbot: QtBot, bench: Bench) -> None:
    _interrupted(qtbot, bench)
    partial = bench.control.result
    assert partial is not None
    n_done = partial.n_sections_done
    stop = lambda _overlay: bench.jobs.cancel()  # noqa: E731
    bench.control.overlay_changed.connect(stop)
    run(qtbot, bench, lambda: bench.control.predict("scratch-1"))
    assert bench.control.result is partial
    assert partial.n_sections_done >= n_done
    assert not partial.complete
    assert partial.folder.is_dir()


def test_what_another_model_left_is_not_gone_on_with(qtbot: QtBot, bench: Bench) -> None:
    _interrupted(qtbot, bench)
    project = bench.session.project
    partial = bench.control.result
    assert partial is not None
    partial._record = partial._record.model_copy(update={"model_ids": ["another"]})
    run(qtbot, bench, lambda: bench.control.predict("scratch-1"))
    assert project.current_result is not partial
    assert project.current_result is not None
    assert project.current_result.complete


def test_painting_goes_on_meanwhile_and_puts_the_facies_out_of_date(qtbot: QtBot, bench: Bench) -> None:
    def paint_more(_step: object) -> None:
        mask = np.ones((2, 2), np.bool_)
        bench.session.labels.apply(SectionKey(Axis.INLINE, 9), Box(0, 2, 0, 2), mask, 1)

    bench.dock.add_step.side_effect = paint_more
    train(qtbot, bench)
    assert bench.texts["facies"][0].endswith("labels changed since")


def test_undoing_the_change_makes_the_facies_up_to_date_again(qtbot: QtBot, bench: Bench) -> None:
    train(qtbot, bench)
    labels = bench.session.labels
    labels.apply(SectionKey(Axis.INLINE, 9), Box(0, 2, 0, 2), np.ones((2, 2), np.bool_), 1)
    bench.control.update_labels()
    assert bench.texts["facies"][0].endswith("labels changed since")
    labels.undo()
    bench.control.update_labels()
    assert "changed" not in bench.texts["facies"][0]


def test_a_new_model_can_be_discarded_for_the_one_before(qtbot: QtBot, bench: Bench) -> None:
    train(qtbot, bench)
    bench.control.keep()
    first, files = bench.control.result, bench.project_files
    train(qtbot, bench)
    assert bench.control.is_undecided
    assert bench.control.result is not first
    bench.control.discard()
    assert bench.control.result is first
    assert bench.drawn(VISIBLE).any()
    assert bench.project_files == files
    assert [row.name for row in bench.models] == ["scratch-1"]
    assert not bench.control.is_undecided


def test_the_first_model_can_be_discarded_too(qtbot: QtBot, bench: Bench) -> None:
    train(qtbot, bench)
    bench.control.discard()
    assert bench.overlays[-1] is None
    assert bench.project_files == set()
    assert bench.texts["facies"] == ("", "There is no facies prediction yet: train first (Ctrl+T).")
    assert not bench.control.has_result


def test_discarding_while_it_predicts_stops_it_without_an_error(qtbot: QtBot, bench: Bench) -> None:
    discard = lambda overlay: bench.control.discard() if overlay is not None else None  # noqa: E731
    bench.control.overlay_changed.connect(discard)
    run(qtbot, bench, lambda: bench.control.train(QUICK))
    assert bench.errors == []
    assert bench.project_files == set()
    assert bench.overlays[-1] is None
    assert bench.said("end")[-1] == "scratch-1 was discarded."


def test_a_kept_model_is_there_when_the_project_is_opened_again(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    train(qtbot, bench)
    bench.control.keep()
    shown = bench.drawn(VISIBLE)
    bench.session.project.close()
    with open_project(tmp_path / "project", open_volume) as project:
        again = Session(project.volume, project, bench.session.statistics, SectionCache(project.volume))
        bench.control.set_session(again)
        np.testing.assert_array_equal(bench.drawn(VISIBLE), shown)
        assert [row.name for row in bench.models] == ["scratch-1"]
        assert bench.texts["facies"][1] == ""
        bench.control.set_session(None)
        project.volume.close()


def test_the_curve_of_a_model_is_there_again_and_goes_with_it(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    train(qtbot, bench)
    seen = [call.args[0] for call in bench.dock.add_step.call_args_list]
    bench.session.project.close()
    with open_project(tmp_path / "project", open_volume) as project:
        again = Session(project.volume, project, bench.session.statistics, SectionCache(project.volume))
        bench.control.set_session(again)
        bench.control._facies.show_curve("scratch-1")
        assert bench.dock.show_curve.call_args.args[0] == tuple(seen)
        project.remove_model("scratch-1")
        assert [path.name for path in project.models_folder.iterdir()] == []
        bench.control.set_session(None)
        project.volume.close()


def test_a_saved_model_predicts_again_and_replaces_its_own_facies(qtbot: QtBot, bench: Bench) -> None:
    train(qtbot, bench)
    first = bench.control.result
    assert first is not None
    shown = bench.drawn(VISIBLE)
    run(qtbot, bench, bench.control.predict_survey)
    result = bench.control.result
    assert result is not None
    assert result is not first
    assert bench.project_files == {"scratch-1.safetensors", "scratch-1.curve.json", result.id}
    np.testing.assert_array_equal(bench.drawn(VISIBLE), shown)


def test_a_damaged_model_file_is_an_error_and_changes_nothing(qtbot: QtBot, bench: Bench) -> None:
    train(qtbot, bench)
    result = bench.control.result
    model = bench.session.project.models[0]
    bench.session.project.model_path(model).write_bytes(b"no model")
    run(qtbot, bench, lambda: bench.control.predict("scratch-1"))
    assert [type(error) for error in bench.errors] == [ModelError]
    assert bench.control.result is result
    assert bench.said("end")[-1] == f"{bench.errors[0].message} Labels and facies are as before."


def test_facies_of_an_earlier_model_can_be_shown(qtbot: QtBot, bench: Bench) -> None:
    train(qtbot, bench)
    first = bench.control.result
    train(qtbot, bench)
    assert [row.shown for row in bench.models] == [True, False]
    bench.dock.show_requested.connect.call_args.args[0]("scratch-1")
    assert bench.control.result is first
    assert bench.texts["facies"][0].startswith("scratch-1, ")
    assert [row.shown for row in bench.models] == [False, True]


@pytest.mark.parametrize("fusion", ["sum", "vote"])
def test_several_models_predict_together(qtbot: QtBot, bench: Bench, fusion: str) -> None:
    train(qtbot, bench)
    first = bench.drawn(VISIBLE)
    train(qtbot, bench)
    run(qtbot, bench, lambda: bench.control.predict("scratch-1 + scratch-2", fusion))
    result = bench.control.result
    assert result is not None
    assert result.title == f"scratch-1 + scratch-2 ({fusion})"
    assert len(result.provenance.model_ids) == 2
    assert bench.errors == []
    assert [(row.name, row.shown) for row in bench.models] == [
        ("scratch-2", False),
        ("scratch-1", False),
        (result.title, True),
    ]
    bench.control._facies.show_model("scratch-1")
    np.testing.assert_array_equal(bench.drawn(VISIBLE), first)
    bench.control._facies.show_model(result.title)
    assert bench.control.result is result


def test_the_preview_can_be_looked_at_again_and_a_new_prediction_replaces_it(
    qtbot: QtBot, bench: Bench
) -> None:
    train(qtbot, bench)
    bench.control.set_preview(2)
    assert [(row.name, row.shown) for row in bench.models] == [("scratch-1", True), ("preview", False)]
    bench.control._facies.show_model("preview")
    assert bench.overlays[-1] is None
    assert [(row.name, row.shown) for row in bench.models] == [("scratch-1", False), ("preview", True)]
    assert bench.texts["facies"][0] == ""
    train(qtbot, bench)
    assert bench.overlays[-1] is not None
    assert bench.models[0].shown


def test_a_second_job_is_refused_and_the_first_goes_on(qtbot: QtBot, bench: Bench) -> None:
    refusals: list[str] = []
    bench.jobs.refused.connect(refusals.append)

    def again(_step: object) -> None:
        bench.dock.add_step.side_effect = None
        bench.control.train(QUICK)

    bench.dock.add_step.side_effect = again
    train(qtbot, bench)
    assert len(refusals) == 1
    assert "Training scratch-1 is running" in refusals[0]
    assert [row.name for row in bench.models] == ["scratch-1"]


@pytest.mark.parametrize(
    ("erased", "reason"),
    [
        ({1, 2}, "Nothing is labelled yet: paint at least two classes on a section."),
        ({2}, "Only Calm is labelled: paint a second class, so that there is something to tell apart."),
    ],
)
def test_too_few_labels_are_said_on_the_button_and_start_nothing(
    bench: Bench, erased: set[int], reason: str
) -> None:
    labels = bench.session.labels
    for key in labels.labelled_sections():
        here = labels.section(key)
        labels.apply(key, Box.whole(here.shape), np.isin(here, list(erased)), 0)
    bench.control.update_labels()
    assert bench.dock.set_ready.call_args.args == (False, reason)
    bench.control.train(QUICK)
    assert bench.notes == [reason]
    assert bench.jobs.busy is None


def test_held_out_sections_are_not_enough(bench: Bench) -> None:
    for key in bench.session.labels.labelled_sections():
        bench.session.labels.set_holdout(key)
    bench.control.update_labels()
    assert (
        bench.dock.set_ready.call_args.args[1] == "All labelled sections are held out: paint on another one."
    )


def test_a_project_open_elsewhere_can_only_be_looked_at(bench: Bench, tmp_path: Path) -> None:
    with open_project(tmp_path / "project", open_volume, read_only=True) as project:
        bench.control.set_session(
            Session(project.volume, project, bench.session.statistics, SectionCache(project.volume))
        )
        assert "open in another window" in bench.dock.set_ready.call_args.args[1]
        bench.control.train(QUICK)
        assert "open in another window" in bench.notes[-1]
        bench.control.set_session(None)
        project.volume.close()


def test_without_a_survey_the_page_says_so(bench: Bench) -> None:
    bench.control.set_session(None)
    assert bench.dock.set_ready.call_args.args == (False, "Open a survey first.")
    bench.control.train(QUICK)
    bench.control.predict_survey()
    bench.control.discard()
    assert bench.jobs.busy is None


def test_the_real_page_shows_the_real_job(qtbot: QtBot, session: Session) -> None:
    dock, jobs, errors = TrainDock(), JobRunner(), []
    qtbot.addWidget(dock)
    control = AnalysisController(dock, jobs, errors.append, lambda _note: None)
    control.set_session(session)
    control.show_section(VISIBLE)
    with qtbot.waitSignal(jobs.finished, timeout=LONG_MS):
        dock.train_requested.emit(QUICK)
    assert errors == []
    assert dock._plot.n_points == QUICK.steps
    assert not dock._keep.isHidden()
    assert dock._models.selected == "scratch-1"
    assert dock._train.isEnabled()
    dock.keep_requested.emit()
    assert dock._keep.isHidden()
    assert jobs.shutdown()
