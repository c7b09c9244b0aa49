"""Whatever goes wrong inside a job: a message, the work kept, the window alive; and nothing leaks."""

from __future__ import annotations

import errno
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from seisview.benchmarks.memory import anonymous_mb
from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.cache import SectionCache
from seisview.data.cached_files import building_alone
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.data.volume import Volume
from seisview.errors import ExportError, ModelError, SeisviewError, VolumeError
from seisview.gui.analysis.analysis_jobs import Training, predict_with, train_and_predict
from seisview.gui.analysis.analysis_starts import training_start
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.survey.session import Session
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe
from seisview.learn.config import PredictConfig, TrainConfig
from seisview.learn.features.config import FeatureConfig
from seisview.learn.pretext.config import PretrainConfig
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.storage import create_project, open_project
from seisview.workflows.clustering.survey import cluster_survey
from seisview.workflows.export import export_content, label_content
from seisview.workflows.facies.predict_resumably import Target
from seisview.workflows.facies.segment import load_segmenter
from seisview.workflows.features import build_feature_volume
from seisview.workflows.pretrain import pretrain
from tests.learn.surveys import random_segmenter, textured_survey
from tests.project.surveys import dense

SHAPE = (10, 96, 64)
VISIBLE = SectionKey(Axis.INLINE, 4)
QUICK = TrainConfig(mode="scratch", backbone="resnet10", steps=2, crop=(32, 64), batch_size=1, device="cpu")
WAIT_MS = 60_000


class BrokenVolume:
    """A survey whose reads raise, from a given read on."""

    def __init__(self, volume: Volume, error: Exception, sound_reads: int = 0) -> None:
        self._volume, self._error, self._left = volume, error, sound_reads

    def __getattr__(self, name: str) -> object:
        return getattr(self._volume, name)

    def read_section(self, key: SectionKey) -> np.ndarray:
        self._left -= 1
        if self._left < 0:
            raise self._error
        return self._volume.read_section(key)

    def read_traces(self, inlines: np.ndarray, crosslines: np.ndarray) -> np.ndarray:
        raise self._error


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    source, facies = textured_survey(SHAPE)
    np.save(tmp_path / "s.npy", source.read_traces(*np.divmod(np.arange(960), 96)).reshape(SHAPE))
    volume = open_volume(tmp_path / "s.npy")
    with create_project(tmp_path / "p", volume, scheme=FaciesScheme.named(["A", "B"])) as project:
        for index in (2, 7):
            for class_id, code in ((1, 3), (2, 7)):
                mask = code == facies[index].T
                project.labels.apply(SectionKey(Axis.INLINE, index), Box.whole(mask.shape), mask, class_id)
        yield project
    volume.close()


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown()


def outcome(qtbot: QtBot, jobs: JobRunner, work: Callable[[Progress], object]) -> object:
    """Run a job to its end; its result, or the error that the window would show."""
    ended: list[object] = []
    assert jobs.start("The job", work, on_result=ended.append, on_failure=ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
    assert jobs.busy is None
    return ended[0]


def training(project: Project) -> Training:
    statistics = measure_amplitudes(project.volume)
    return Training(project.labels.snapshot(), statistics, QUICK, project.new_model_path("m"))


def target(project: Project, volume: Volume) -> Target:
    return Target(volume, project.results_folder, "m", VISIBLE)


def saved_model(project: Project) -> Path:
    path = project.new_model_path("saved")
    random_segmenter(project.volume, measure_amplitudes(project.volume)).save(path)  # type: ignore[arg-type]
    return path


def pretraining(volume: Volume, statistics: AmplitudeStatistics, out: Path) -> Callable[[Progress], object]:
    config = PretrainConfig(tasks=("masked",), backbone="resnet10", steps=1, crop=(64, 64), device="cpu")
    return lambda progress: pretrain([volume], [statistics], config, out, progress)


def clustering(volume: Volume, statistics: AmplitudeStatistics, out: Path) -> Callable[[Progress], object]:
    recipe = ClusterRecipe(ClusterConfig(clusters=2, view="pca"))
    return lambda progress: cluster_survey(volume, statistics, recipe, out.parent, progress)


def building_features(
    volume: Volume, statistics: AmplitudeStatistics, out: Path
) -> Callable[[Progress], object]:
    config = FeatureConfig("resnet10", device="cpu", seed=zlib.crc32(out.name.encode()))
    return lambda progress: build_feature_volume(volume, statistics, config, progress)


EXPLORING = {"pretrain": pretraining, "clusters": clustering, "features": building_features}


def job_of(kind: str, project: Project, volume: Volume, out: Path) -> Callable[[Progress], object]:
    if kind == "train":
        made = training(project)
        return lambda progress: train_and_predict(made, target(project, volume), progress)
    if kind == "predict":
        model = saved_model(project)
        return lambda progress: predict_with((model,), target(project, volume), progress)
    if kind == "statistics":
        return lambda progress: measure_amplitudes(volume, progress)
    if kind in EXPLORING:
        return EXPLORING[kind](volume, measure_amplitudes(project.volume), out)
    content = label_content(project.labels.snapshot(), project.volume)

    class Cube:
        def section(self, key: SectionKey) -> np.ndarray:
            volume.read_section(key)
            return content.cube.section(key)

        def traces(self, inlines: np.ndarray, crosslines: np.ndarray) -> np.ndarray:
            return content.cube.traces(inlines, crosslines)

    broken = replace(content, cube=Cube())
    return lambda progress: export_content(broken, project.volume, out, progress=progress)


ERRORS = [
    (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    (MemoryError(), "memory"),
    (ZeroDivisionError("a bug"), "a bug"),
    (VolumeError("The disk was unplugged.", "Plug it in."), "unplugged"),
]


@pytest.mark.parametrize(
    "kind", ["train", "predict", "statistics", *EXPLORING, "export npy", "export zarr", "export sgy"]
)
@pytest.mark.parametrize(("error", "said"), ERRORS, ids=["disk", "memory", "bug", "survey"])
def test_an_exception_inside_a_job_is_told_and_costs_nothing(
    qtbot: QtBot, jobs: JobRunner, project: Project, tmp_path: Path, kind: str, error: Exception, said: str
) -> None:
    labels = dense(project.labels)
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / f"x.{kind.split()[-1]}"
    broken = BrokenVolume(project.volume, error, sound_reads=3 if kind.startswith("export") else 0)
    shown = outcome(qtbot, jobs, job_of(kind, project, broken, out))  # type: ignore[arg-type]
    assert isinstance(shown, SeisviewError)
    assert said in shown.message
    assert shown.hint
    assert list((tmp_path / "out").iterdir()) == []
    assert project.models == ()
    assert np.array_equal(dense(project.labels), labels)
    # the window goes on: the next job runs
    assert outcome(qtbot, jobs, lambda progress: 42) == 42


def test_what_was_trained_is_kept_elsewhere_when_the_disk_of_the_project_is_full(
    qtbot: QtBot, jobs: JobRunner, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEISVIEW_DATA_DIR", str(tmp_path / "data"))
    save = TrainedSegmenter.save

    def full(model: TrainedSegmenter, path: Path) -> None:
        if project.folder in path.parents:
            raise ExportError(f"{path.name} could not be written: the disk is full.", "Free some space.")
        save(model, path)

    monkeypatch.setattr(TrainedSegmenter, "save", full)
    shown = outcome(qtbot, jobs, job_of("train", project, project.volume, tmp_path))
    assert isinstance(shown, SeisviewError)
    assert "the disk is full" in shown.message
    kept = tmp_path / "data" / "rescued" / "m.safetensors"
    assert f"It is kept as {kept}" in shown.hint
    assert load_segmenter(kept).classes
    assert project.models == ()


def test_a_training_whose_model_has_no_place_does_not_begin(project: Project) -> None:
    project.models_folder.write_bytes(b"in the way")
    session = Session(
        project.volume, project, measure_amplitudes(project.volume), SectionCache(project.volume)
    )
    assert "models could not be written" in str(training_start(session, QUICK, VISIBLE))


def test_a_lock_that_cannot_be_made_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "features").write_bytes(b"no folder")
    with (
        pytest.raises(ExportError, match=r"x-new\.lock could not be written"),
        building_alone(tmp_path / "features" / "x-new"),
    ):
        pytest.fail("nobody may build here")


def test_labels_painted_while_a_job_failed_are_on_disk(
    qtbot: QtBot, jobs: JobRunner, project: Project, tmp_path: Path
) -> None:
    broken = BrokenVolume(project.volume, RuntimeError("a bug"))
    assert isinstance(
        outcome(qtbot, jobs, job_of("train", project, broken, tmp_path)),  # type: ignore[arg-type]
        SeisviewError,
    )
    project.labels.apply(VISIBLE, Box(0, 2, 0, 2), np.ones((2, 2), np.bool_), 1)
    expected = dense(project.labels)
    project.close()
    with open_project(project.folder, open_volume) as again:
        assert np.array_equal(dense(again.labels), expected)
        again.volume.close()


@pytest.mark.parametrize("kind", ["torch", "python", "allocator"])
def test_a_prediction_short_of_memory_goes_on_in_smaller_tiles(
    project: Project, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    sizes = short_of_memory(monkeypatch, kind, most_pixels=64 * 64)
    found = predicted(project)
    assert max(sizes) > 64 * 64 >= min(sizes)
    monkeypatch.undo()
    assert all((facies > 0).all() for facies in found.values())
    assert len(found) == SHAPE[0]


def test_a_prediction_without_any_memory_says_so(
    qtbot: QtBot, jobs: JobRunner, project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = job_of("predict", project, project.volume, tmp_path)
    short_of_memory(monkeypatch, "torch", most_pixels=0)
    shown = outcome(qtbot, jobs, work)
    assert isinstance(shown, ModelError)
    assert "memory" in shown.message
    assert shown.hint


def short_of_memory(monkeypatch: pytest.MonkeyPatch, kind: str, most_pixels: int) -> list[int]:
    """Let the network fail on more pixels than that; returns the sizes it was asked for."""
    import torch

    from seisview.learn.networks.segmenter import Segmenter

    errors: dict[str, Exception] = {
        "torch": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        "python": MemoryError(),
        "allocator": RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
    }
    sizes: list[int] = []
    coarse = Segmenter.coarse

    def failing(self: Segmenter, part: torch.Tensor) -> torch.Tensor:
        sizes.append(part.shape[-2] * part.shape[-1])
        if sizes[-1] > most_pixels:
            raise errors[kind]
        return coarse(self, part)

    monkeypatch.setattr(Segmenter, "coarse", failing)
    return sizes


def predicted(project: Project) -> dict[SectionKey, np.ndarray]:
    from seisview.workflows.facies.segment import predict_facies

    found: dict[SectionKey, np.ndarray] = {}

    class Sink:
        def write_section(self, key: SectionKey, facies: np.ndarray, confidence: np.ndarray) -> None:
            found[key] = facies

    model = random_segmenter(project.volume, measure_amplitudes(project.volume))  # type: ignore[arg-type]
    config = PredictConfig(device="cpu", axis=Axis.INLINE)
    predict_facies(model, project.volume, Sink(), Progress(), config=config)
    return found


def test_a_thousand_section_changes_leave_memory_and_threads_as_they_were(tmp_path: Path) -> None:
    np.save(tmp_path / "big.npy", np.random.default_rng(0).standard_normal((60, 200, 250)).astype(np.float32))
    volume = open_volume(tmp_path / "big.npy")
    cache = SectionCache(volume, max_bytes=4 << 20)
    keys = [SectionKey(axis, i) for axis in volume.geometry.axes for i in range(volume.geometry.count(axis))]
    choose = np.random.default_rng(1)

    def look_at(count: int) -> None:
        for number in choose.integers(0, len(keys), count):
            cache.section(keys[number])

    look_at(300)
    before, threads = anonymous_mb(), threading.active_count()
    look_at(1000)
    assert cache.n_bytes <= 4 << 20
    assert anonymous_mb() - before < 8
    assert threading.active_count() == threads
    volume.close()


def test_twenty_cancelled_trainings_leave_memory_threads_and_files_as_they_were(
    qtbot: QtBot, jobs: JobRunner, project: Project
) -> None:
    endless = replace(training(project), config=replace(QUICK, steps=100_000))

    def cancelled_one() -> None:
        ended: list[object] = []
        jobs.start(
            "Training",
            lambda progress: train_and_predict(endless, target(project, project.volume), progress),
            on_result=ended.append,
            on_event=lambda event: jobs.cancel() if type(event).__name__ == "TrainingStep" else None,
            on_failure=ended.append,
            on_cancelled=lambda: ended.append("cancelled"),
        )
        qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
        assert ended == ["cancelled"]

    for _ in range(5):
        cancelled_one()
    before, threads = anonymous_mb(), threading.active_count()
    for _ in range(20):
        cancelled_one()
    assert threading.active_count() == threads
    # A network of this kind with its optimiser takes 60 MB: one that stayed would show.
    assert anonymous_mb() - before < 40
    assert list(project.models_folder.iterdir()) == []
    assert not project.results_folder.exists() or list(project.results_folder.iterdir()) == []
