"""Exports from the window: what is offered, and files read back by other readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import segyio
from PIL import Image
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from seisview.data.amplitude import measure_amplitudes
from seisview.data.cache import SectionCache
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.segy.write import create_segy
from seisview.errors import ExportError, SeisviewError
from seisview.export.content import ContentKind
from seisview.gui.dialogs.export_request import ExportFormat, ExportRequest
from seisview.gui.exporting.export_controller import NO_FACIES, ExportController
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.project.results import FaciesProvenance
from seisview.project.storage import create_project

GEOMETRY = SurveyGeometry(LineNumbers.regular(100, 2, 5), LineNumbers.regular(40, 1, 7), 24, 0.0, 4.0)
KEY = SectionKey(Axis.INLINE, 2)


@dataclass
class Bench:
    session: Session
    jobs: JobRunner
    window: QWidget
    errors: list[SeisviewError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = ViewState()
        self.state.set_key(KEY)
        self.control = ExportController(
            self.jobs, self.window, self.state, self.errors.append, self.notes.append
        )
        self.control.set_session(self.session)

    def facies(self) -> np.ndarray:
        return np.random.default_rng(1).integers(1, 3, GEOMETRY.shape, np.uint8)

    def predict(self) -> None:
        project = self.session.project
        result = project.create_result(
            FaciesProvenance(("abc",), 0, project.labels.scheme, self.session.volume.fingerprint, "tuned-1")
        )
        for index, values in enumerate(self.facies()):
            confidence = np.full(values.T.shape, 0.5, np.float32)
            result.write_section(SectionKey(Axis.INLINE, index), values.T.copy(), confidence)
        result.finish()
        project.install_result(result)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    path = tmp_path / "survey.sgy"
    rng = np.random.default_rng(0)
    sections = (rng.standard_normal((24, 7)).astype(np.float32) for _ in range(5))
    create_segy(path, sections, GEOMETRY, ["C 1 SURVEY"])
    volume = open_volume(path)
    project = create_project(tmp_path / "project", volume, scheme=FaciesScheme.named(["Calm", "Chaos"]))
    window = QWidget()
    qtbot.addWidget(window)
    jobs = JobRunner()
    yield Bench(Session(volume, project, measure_amplitudes(volume), SectionCache(volume)), jobs, window)
    assert jobs.shutdown()
    project.close()
    volume.close()


def write(qtbot: QtBot, bench: Bench, request: ExportRequest) -> None:
    with qtbot.waitSignal(bench.jobs.finished, timeout=20_000):
        bench.control.write(request)


def test_facies_by_the_dialog_of_the_action(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.predict()
    dialog = bench.control.export("facies_segy")
    assert dialog is not None
    assert "facies of tuned-1" in dialog.findChild(QLabel, "export_sentence").text()
    with qtbot.waitSignal(bench.jobs.finished, timeout=20_000):
        dialog.accept()
    assert bench.errors == []
    out = tmp_path / "survey-facies.sgy"
    assert str(out) in bench.notes[-1]
    with segyio.open(out) as file:
        np.testing.assert_array_equal(segyio.tools.cube(file), bench.facies())
        assert file.ilines.tolist() == [100, 102, 104, 106, 108]


def test_confidence_as_array(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.predict()
    out = tmp_path / "confidence.npy"
    write(qtbot, bench, ExportRequest(ContentKind.CONFIDENCE, ExportFormat.NPY, out))
    np.testing.assert_allclose(np.load(out), 0.5, atol=1 / 255)


def test_labels_are_those_painted_when_it_began(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    labels = bench.session.labels
    labels.apply(KEY, Box(3, 5, 1, 4), np.ones((2, 3), np.bool_), 2)
    out = tmp_path / "labels.npy"
    with qtbot.waitSignal(bench.jobs.finished, timeout=20_000):
        bench.control.write(ExportRequest(ContentKind.LABELS, ExportFormat.NPY, out))
        labels.apply(KEY, Box(10, 11, 0, 1), np.ones((1, 1), np.bool_), 1)
    expected = np.zeros(GEOMETRY.shape, np.uint8)
    expected[2, 1:4, 3:5] = 2
    np.testing.assert_array_equal(np.load(out), expected)


def test_a_picture_needs_neither_facies_nor_labels(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    plain, colored = tmp_path / "plain.png", tmp_path / "colored.png"
    write(qtbot, bench, ExportRequest(ContentKind.FACIES, ExportFormat.PNG, plain))
    bench.predict()
    write(qtbot, bench, ExportRequest(ContentKind.FACIES, ExportFormat.PNG, colored))
    assert bench.errors == []
    spread = [_colorfulness(path) for path in (plain, colored)]
    assert spread[0] < 0.01 < spread[1]


def _colorfulness(path: Path) -> float:
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    return float((np.ptp(pixels, axis=2) > 40).mean())


def test_a_hidden_layer_is_not_in_the_picture(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.predict()
    bench.state.set_layer("facies", visible=False)
    offer = bench.control.offer(bench.session, KEY)
    assert offer.drawn == "amplitudes"
    out = tmp_path / "hidden.png"
    write(qtbot, bench, ExportRequest(ContentKind.FACIES, ExportFormat.PNG, out))
    assert _colorfulness(out) < 0.01


def test_what_is_missing_is_said_in_the_offer(bench: Bench) -> None:
    offer = bench.control.offer(bench.session, KEY)
    assert offer.reasons[ContentKind.FACIES] == NO_FACIES
    assert offer.reasons[ContentKind.LABELS]
    bench.predict()
    assert bench.control.offer(bench.session, KEY).reasons[ContentKind.FACIES] == ""


@pytest.mark.parametrize("format_", [ExportFormat.SEGY, ExportFormat.PNG])
def test_the_survey_itself_is_never_overwritten(
    qtbot: QtBot, bench: Bench, tmp_path: Path, format_: ExportFormat
) -> None:
    bench.predict()
    path = bench.session.volume.info.path
    before = path.read_bytes()
    alias = tmp_path / f"alias{format_.suffix}"
    alias.hardlink_to(path)
    write(qtbot, bench, ExportRequest(ContentKind.FACIES, format_, alias))
    assert [type(error) for error in bench.errors] == [ExportError]
    assert bench.errors[0].hint
    assert path.read_bytes() == before
    assert bench.notes == []


def test_the_next_export_is_proposed_beside_the_last(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.predict()
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "shares.csv"
    write(qtbot, bench, ExportRequest(ContentKind.FACIES, ExportFormat.CSV, out))
    assert out.read_text(encoding="utf-8").startswith("section,line,samples")
    assert bench.control.offer(bench.session, KEY).folder == tmp_path / "out"


@pytest.mark.parametrize(
    "name", ["facies_segy", "confidence_segy", "facies_npy", "facies_zarr", "png", "csv"]
)
def test_every_export_action_opens_its_dialog(bench: Bench, name: str) -> None:
    bench.predict()
    dialog = bench.control.export(name)
    assert dialog is not None
    request = dialog.request()
    kind = "confidence" if "confidence" in name else "facies"
    assert (request.kind, request.format) == (kind, name.split("_")[-1])
    dialog.reject()


def test_nothing_is_exported_without_a_survey(bench: Bench) -> None:
    bench.control.set_session(None)
    assert bench.control.export("png") is None
