"""The training curve of a model, kept beside its file so that it can be looked at again."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

from seisview.atomic import write_text_atomic
from seisview.events import TrainingStep

VERSION = 1
MOST_POINTS = 4000
_LARGEST_BYTES = 16 << 20


def curve_path(model_file: Path) -> Path:
    """Where the curve of a model is kept."""
    return model_file.with_suffix(".curve.json")


def write_curve(model_file: Path, steps: Sequence[TrainingStep]) -> None:
    """Keep a curve, thinned out to a few thousand points; :class:`ExportError` when it cannot be written."""
    stride = max(1, math.ceil(len(steps) / MOST_POINTS))
    kept = [step for i, step in enumerate(steps) if i % stride == 0 or step.metrics or step is steps[-1]]
    points = [[step.step, step.n_steps, step.loss, step.metrics] for step in kept]
    write_text_atomic(curve_path(model_file), json.dumps({"version": VERSION, "points": points}))


def read_curve(model_file: Path) -> tuple[TrainingStep, ...]:
    """Curve of a model; empty when none was kept or it cannot be read."""
    path = curve_path(model_file)
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return ()
        content = json.loads(path.read_bytes())
        if content["version"] != VERSION:
            return ()
        return tuple(
            TrainingStep(int(step), int(n), float(loss), {str(k): float(v) for k, v in metrics.items()})
            for step, n, loss, metrics in content["points"]
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return ()
