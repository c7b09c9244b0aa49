"""Training curves are kept beside the model, thinned out, and a damaged one is no curve."""

from __future__ import annotations

from pathlib import Path

import pytest

from seisview.events import TrainingStep
from seisview.project.curves import MOST_POINTS, curve_path, read_curve, write_curve


def _steps(count: int) -> list[TrainingStep]:
    figures = {"validation_loss": 0.5, "validation_mean_iou": 0.25}
    return [TrainingStep(i, count, 1.0 / (i + 1), figures if i % 100 == 7 else {}) for i in range(count)]


def test_a_curve_comes_back(tmp_path: Path) -> None:
    write_curve(tmp_path / "scratch-1.safetensors", _steps(250))
    assert read_curve(tmp_path / "scratch-1.safetensors") == tuple(_steps(250))


def test_a_long_curve_keeps_its_end_and_all_validation_figures(tmp_path: Path) -> None:
    steps = _steps(30_001)
    write_curve(tmp_path / "m.safetensors", steps)
    kept = read_curve(tmp_path / "m.safetensors")
    assert len(kept) <= MOST_POINTS + 301
    assert kept[-1] == steps[-1]
    assert [step for step in kept if step.metrics] == [step for step in steps if step.metrics]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'{"version": 9, "points": []}', b'{"version": 1, "points": [[1, 2]]}']
)
def test_a_damaged_curve_is_none(tmp_path: Path, content: bytes) -> None:
    assert read_curve(tmp_path / "m.safetensors") == ()
    curve_path(tmp_path / "m.safetensors").write_bytes(content)
    assert read_curve(tmp_path / "m.safetensors") == ()
