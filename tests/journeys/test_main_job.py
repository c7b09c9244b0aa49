"""Open a SEG-Y, paint three classes on two sections, train, see the facies, cancel, export, read back."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import segyio
from PySide6.QtCore import Qt

from seisview.data.geometry import Axis, SectionKey
from tests.journeys.interpreter import Interpreter, write_synthetic

STEPS = 4
TRACE_HEADER, FILE_HEADER = 240, 3600


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_synthetic(tmp_path_factory.mktemp("survey"), 16)


def read_plainly(path: Path, n_samples: int) -> tuple[bytes, np.ndarray, np.ndarray]:
    """Headers and samples by numpy alone: (first 3600 bytes, trace headers, float32 samples)."""
    content = path.read_bytes()
    traces = np.frombuffer(content, np.uint8, offset=FILE_HEADER).reshape(-1, TRACE_HEADER + 4 * n_samples)
    samples = np.ascontiguousarray(traces[:, TRACE_HEADER:]).view(">f4").astype(np.float32)
    return content[:FILE_HEADER], traces[:, :TRACE_HEADER], samples


@pytest.mark.slow
def test_the_main_job(interpreter: Interpreter, survey_path: Path, tmp_path: Path) -> None:
    before = survey_path.read_bytes()
    interpreter.picture("1-welcome")
    interpreter.open_survey(survey_path)
    interpreter.picture("2-opened")
    session = interpreter.application.session
    geometry = session.volume.geometry

    interpreter.key(Qt.Key.Key_BracketRight, times=4)
    for inline_index in (5, 11):
        interpreter.go_to_line(geometry.inlines.number_at(inline_index))
        interpreter.paint_three_classes()
    interpreter.picture("3-painted")
    first = session.labels.section(SectionKey(Axis.INLINE, 5))
    painted = session.labels.section(SectionKey(Axis.INLINE, 11))
    assert set(np.unique(painted)) == {0, 1, 2, 3}
    assert (painted[15, 8], painted[48, 8], painted[80, 8]) == (1, 2, 3)
    assert session.labels.labelled_sections() == tuple(SectionKey(Axis.INLINE, i) for i in (5, 11))

    unpredicted = interpreter.section_picture()
    interpreter.set_training(STEPS)
    interpreter.qtbot.keyClick(interpreter.section.canvas, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    interpreter.wait_until(lambda: interpreter.application.jobs.busy is not None)
    interpreter.paint(Qt.Key.Key_1, [(30, 40)])  # painting goes on while the network trains
    assert session.labels.section(SectionKey(Axis.INLINE, 11))[30, 40] == 1
    interpreter.wait_for_job(150)
    interpreter.picture("4-trained")

    result = session.project.current_result
    assert result is not None
    assert result.complete
    facies, confidence = result.section(SectionKey(Axis.INLINE, 11))
    assert set(np.unique(facies)) <= {1, 2, 3}
    assert confidence.min() > 0
    assert interpreter.section_picture() != unpredicted
    assert "labels changed since" in interpreter.text("layer_facies_description")

    interpreter.set_training(10_000)
    interpreter.qtbot.keyClick(interpreter.section.canvas, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    interpreter.wait_until(lambda: "step" in interpreter.text("job_name"), 60)
    started = time.monotonic()
    interpreter.click("job_cancel")
    interpreter.wait_for_job(30)
    assert time.monotonic() - started < 1.0
    interpreter.picture("5-cancelled")
    assert session.project.current_result is result
    assert np.array_equal(session.labels.section(SectionKey(Axis.INLINE, 5)), first)

    exported = tmp_path / "facies.sgy"
    interpreter.export("export_facies_segy", exported)
    assert survey_path.read_bytes() == before
    check_export(exported, survey_path, result)


def check_export(exported: Path, source: Path, result) -> None:
    """The facies as segyio sees them and as plain numpy sees them, with the source's headers."""
    expected = np.asarray(result.facies)
    with segyio.open(str(exported)) as ours, segyio.open(str(source)) as theirs:
        assert np.array_equal(ours.ilines, theirs.ilines)
        assert np.array_equal(ours.xlines, theirs.xlines)
        assert np.array_equal(ours.samples, theirs.samples)
        assert np.array_equal(segyio.tools.cube(ours), expected)
        assert "FACIES" in segyio.tools.wrap(ours.text[0]).upper()
    _, source_headers, _ = read_plainly(source, expected.shape[2])
    _, headers, samples = read_plainly(exported, expected.shape[2])
    assert np.array_equal(headers, source_headers)
    assert np.array_equal(samples.reshape(expected.shape), expected)
