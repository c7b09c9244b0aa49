"""One cell of the few-label table: train, predict whole sections, one confusion matrix, one JSON file.

A process of its own (``python -m seisview.benchmarks.few_label_cell FOLDER SPEC``) with one thread, so that
processor time means the same everywhere, memory is given back, and several cells can run beside each other.
"""

from __future__ import annotations

import json
import math
import sys
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from seisview.atomic import write_text_atomic
from seisview.benchmarks.few_label_bench import Answer, Bench, CellSpec, Judge
from seisview.benchmarks.few_label_methods import METHODS
from seisview.benchmarks.few_label_problem import Problem, load_problem
from seisview.errors import SeisviewError
from seisview.learn.metrics import ConfusionMatrix
from seisview.progress import Progress

_RELIABILITY_SECTIONS = 3


def cell_path(folder: Path, spec: CellSpec) -> Path:
    """Where the result of a cell is kept."""
    return folder / "cells" / f"{spec.name}.json"


def run_cell(folder: Path, spec: CellSpec, progress: Progress | None = None) -> dict[str, Any]:
    """Work a cell out and keep it.

    Parameters
    ----------
    folder : Path
        Of the benchmark; holds the problem under ``surveys/``.
    spec : CellSpec
    progress : Progress, optional

    Returns
    -------
    dict
        Scores by name, ``iou`` by class, processor seconds and how it was trained.

    Raises
    ------
    SeisviewError
        If the method cannot be run here.
    """
    problem = load_problem(folder / "surveys" / spec.survey)
    volume, statistics = problem.open()
    with closing(volume):
        began = time.process_time()
        answer = METHODS[spec.method].run(
            Bench(problem, spec, folder, volume, statistics, progress or Progress())
        )
        trained = time.process_time() - began
        result = {
            **asdict(spec),
            **_scores(problem, spec.n, answer),
            **_reliability(problem, spec.n, answer),
            "training_seconds": trained,
            "seconds": time.process_time() - began,
            **answer.details,
        }
    path = cell_path(folder, spec)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomic(path, json.dumps(result, indent=1))
    return result


def _scores(problem: Problem, n: int, answer: Answer) -> dict[str, Any]:
    matrix = ConfusionMatrix(len(problem.plan.class_names))
    truths, right = problem.truths(n), {}
    for key, truth in truths.items():
        facies, _ = answer.judge(key)
        matrix.add(truth.astype(np.int16) - 1, facies.astype(np.int16) - 1)
        right[f"{key.axis.value}_{key.index}"] = float((facies == truth)[truth > 0].mean())
    iou = [None if math.isnan(value) else float(value) for value in matrix.iou]
    counts = {"n_scored": int(matrix.support.sum()), "n_sections": len(truths)}
    return {**matrix.summary(), "iou": iou, "pixel_accuracy_by_section": right, **counts}


def _reliability(problem: Problem, n: int, answer: Answer) -> dict[str, float]:
    """Expected calibration error on a few scored sections, with and without calibration."""
    from seisview.learn.segmentation.calibration import calibration_error

    truths = problem.truths(n)
    keys = list(truths)[:: max(1, len(truths) // _RELIABILITY_SECTIONS)]

    def error(judge: Judge) -> float:
        said, right = [], []
        for key in keys:
            facies, confidence = judge(key)
            known = truths[key] > 0
            said.append(confidence[known])
            right.append(facies[known] == truths[key][known])
        return calibration_error(np.concatenate(said), np.concatenate(right))

    found = {"calibration_error": error(answer.judge)}
    if answer.uncalibrated is not None:
        found["calibration_error_before"] = error(answer.uncalibrated)
    return found


def main(arguments: list[str]) -> int:
    """Work out the cell that the command line names; one line on stderr when that is not possible."""
    folder, spec = Path(arguments[0]), CellSpec(**json.loads(arguments[1]))
    try:
        run_cell(folder, spec)
    except SeisviewError as error:
        print(f"{error.message} {error.hint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
