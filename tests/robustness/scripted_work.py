"""What the process that gets killed does: paint, save, train, predict and export, as the window would.

The main thread paints and installs results; a second one computes, as in the program. Edit number n depends
on n and the labels before it only, so that whoever looks afterwards can tell what must be there.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.export.content import ContentKind
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.store import LabelStore
from seisview.learn.config import PredictConfig, TrainConfig
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.results import FaciesProvenance, FaciesResult, create_result
from seisview.project.schema import ModelRecord
from seisview.project.storage import create_project, open_project
from seisview.workflows.export import export_content, facies_content, label_content
from seisview.workflows.facies.segment import load_segmenter, predict_facies, train_segmenter
from tests.data.segy.raw_segy import survey as raw_survey

SHAPE = (10, 32, 64)
EXPORTS = (
    "facies.sgy",
    "facies.npy",
    "facies.zarr",
    "facies.csv",
    "facies.png",
    "labels.sgy",
    "confidence.npy",
)
STAGES = ("training", "saving the model", "predicting", *EXPORTS, "saving")
_CONFIG = TrainConfig(
    mode="scratch",
    backbone="resnet10",
    steps=2,
    crop=(32, 64),
    batch_size=1,
    device="cpu",
    validation_fraction=0.0,
)
_RENAME_EVERY = 40
_SAVE_EVERY_S = 0.7
_KEPT = 2

Say = Callable[[str], None]
Dense = npt.NDArray[np.uint8]


def prepare(folder: Path) -> None:
    """Write a survey and make its project in an empty folder."""
    rng = np.random.default_rng(0)
    quiet = 50.0 * np.sin(np.arange(SHAPE[2]) / 1.5) + rng.standard_normal(SHAPE)
    loud = 90.0 * rng.standard_normal(SHAPE)
    cube = np.where(np.arange(SHAPE[2]) < SHAPE[2] // 2, quiet, loud).astype(np.float32)
    lines = [list(range(100, 100 + SHAPE[0])), list(range(300, 300 + SHAPE[1]))]
    raw_survey(cube, *lines).write(folder / "survey.sgy")
    (folder / "exports").mkdir()
    volume = open_volume(folder / "survey.sgy")
    create_project(folder / "project", volume, scheme=FaciesScheme.named(["A", "B", "C"])).close()
    volume.close()


def edit(labels: LabelStore) -> None:
    """Make edit number ``labels.state.sequence + 1``."""
    number = labels.state.sequence + 1
    if number % _RENAME_EVERY == 0:
        labels.rename_class(3, f"C{number}")
        return
    key, box, class_id = planned(number)
    if (labels.section(key, box) == class_id).all():
        class_id = class_id % 3 + 1
    labels.apply(key, box, np.ones(box.shape, np.bool_), class_id)


def planned(number: int) -> tuple[SectionKey, Box, int]:
    """Place and first choice of class of an edit; the next class is taken where it would change nothing."""
    choose = random.Random(number)
    row, column = choose.randrange(SHAPE[2] - 6), choose.randrange(SHAPE[1] - 6)
    box = Box(row, row + choose.randint(1, 6), column, column + choose.randint(1, 6))
    return SectionKey(Axis.INLINE, choose.randrange(SHAPE[0])), box, choose.randint(1, 3)


def expected_labels(n_edits: int) -> tuple[Dense, str]:
    """Labels, shape (inline, sample, crossline), and the name of class 3 after that many edits."""
    dense, name = np.zeros((SHAPE[0], SHAPE[2], SHAPE[1]), np.uint8), "C"
    for number in range(1, n_edits + 1):
        if number % _RENAME_EVERY == 0:
            name = f"C{number}"
            continue
        key, box, class_id = planned(number)
        part = dense[key.index, box.row0 : box.row1, box.column0 : box.column1]
        part[...] = class_id % 3 + 1 if (part == class_id).all() else class_id
    return dense, name


def work(folder: Path, say: Say) -> None:
    """Work until killed, saying every edit and every stage as it is done or begun."""
    project = open_project(folder / "project", open_volume)
    assert not project.read_only
    # A save stores every edit, so half of the runs leave that to the journal alone.
    saves = random.random() < 0.5
    done: queue.Queue[Callable[[], None]] = queue.Queue()
    for _ in range(30):
        edit(project.labels)
    threading.Thread(target=_compute, args=(project, folder / "exports", done, say), daemon=True).start()
    say("ready")
    saved = time.monotonic()
    while True:
        edit(project.labels)
        say(f"edit {project.labels.state.sequence}")
        time.sleep(0.003)
        if not done.empty():
            done.get()()
        if time.monotonic() - saved > (_SAVE_EVERY_S if saves else 20.0):
            say("stage saving")
            project.save()
            say("stage working")
            saved = time.monotonic()


def _compute(project: Project, out: Path, done: queue.Queue[Callable[[], None]], say: Say) -> None:
    statistics = measure_amplitudes(project.volume)
    while True:
        snapshot = project.labels.snapshot()
        name = project.new_model_name()
        say("stage training")
        model = train_segmenter(project.volume, snapshot, statistics, _CONFIG, Progress())
        say("stage saving the model")
        path = project.new_model_path(name)
        model.save(path)
        record = ModelRecord(name=name, file=path.name, model_id=model.model_id)
        _on_main_thread(done, lambda record=record: _keep_model(project, record))
        say("stage predicting")
        result = _predicted(project, path)
        _on_main_thread(done, lambda result=result: _keep_result(project, result))
        for file in EXPORTS:
            say(f"stage {file}")
            _export(project, result, out / file)


def _predicted(project: Project, model_file: Path) -> FaciesResult:
    model = load_segmenter(model_file)
    origin = FaciesProvenance(
        (model.model_id,), model.label_revision, FaciesScheme(model.classes), project.volume.fingerprint
    )
    result = create_result(project.results_folder, project.geometry, origin)
    predict_facies(model, project.volume, result, Progress(), config=PredictConfig(device="cpu"))
    result.finish()
    return result


def _export(project: Project, result: FaciesResult, out: Path) -> None:
    kind = ContentKind(out.stem)
    if kind is ContentKind.LABELS:
        content = label_content(project.labels.snapshot(), project.volume)
    else:
        values = result.facies if kind is ContentKind.FACIES else result.confidence
        content = facies_content(kind, values, project.volume, result.scheme, {"model": "scripted"})
    export_content(content, project.volume, out)


def _keep_model(project: Project, record: ModelRecord) -> None:
    project.add_model(record)
    for old in project.models[:-_KEPT]:
        project.remove_model(old.name)


def _keep_result(project: Project, result: FaciesResult) -> None:
    project.install_result(result)
    for old in project.results[:-_KEPT]:
        project.remove_result(old)


def _on_main_thread(done: queue.Queue[Callable[[], None]], call: Callable[[], None]) -> None:
    over = threading.Event()

    def run() -> None:
        call()
        over.set()

    done.put(run)
    over.wait()
