"""The main job by commands on real seismic: a SEG-Y of the Parihaka block, facies from its polygons.

Writes the block as SEG-Y and its polygons as a label volume (background 1, fault zone 2, channel 3,
amplitude anomaly 4; slices that were not interpreted are unlabelled), then runs ``seisview info``,
``train`` on eight inlines below number 90, ``predict`` and ``evaluate`` on the inlines above 110, and prints
the figures::

    python -m tests.benchmarks.parihaka_job [--minutes 10] [--backbone resnet50]

Inlines 90 to 110 are the guard band. The polygons are coarse and background is not a verified negative, so
the figures say how well the job works, not how good the facies are.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.data.segy.write import create_segy

TRAINING_INLINES = "5,17,29,41,53,65,77,89"
TEST_INLINES = "111:192"
CLASS_OF_POLYGON = {0: 1, 1: 2, 2: 3, 3: 4, 255: 0}


def data_file() -> Path:
    default = Path(__file__).resolve().parents[3] / "shared" / "data"
    return Path(os.environ.get("SEISVIEW_TEST_DATA", default)) / "parihaka-block.npz"


WHOLE = (slice(None), slice(None), slice(None))


def write_inputs(source: Path, folder: Path, part: tuple[slice, slice, slice] = WHOLE) -> tuple[Path, Path]:
    """Write ``survey.sgy`` and ``labels.npy``, (inline, crossline, time), from the block or part of it."""
    block = np.load(source)
    amplitude = block["amplitude"][part].astype(np.float32)
    lookup = np.zeros(256, np.uint8)
    for polygon, facies in CLASS_OF_POLYGON.items():
        lookup[polygon] = facies
    n_inlines, n_crosslines, n_samples = amplitude.shape
    geometry = SurveyGeometry(
        inlines=LineNumbers.regular(1, 1, n_inlines),
        crosslines=LineNumbers.regular(1, 1, n_crosslines),
        n_samples=n_samples,
        sample_start=0.0,
        sample_interval=4.0,
        transform=MapTransform(0.0, 0.0, 0.0, 25.0, 12.5, 0.0),
    )
    create_segy(folder / "survey.sgy", amplitude, geometry, ["PARIHAKA BLOCK, RELATIVE AMPLITUDES"])
    np.save(folder / "labels.npy", lookup[block["polygons"][part]])
    return folder / "survey.sgy", folder / "labels.npy"


def run(*arguments: object) -> dict[str, object]:
    """Run one command with ``--json``; its progress goes to stderr as for a user."""
    command = [sys.executable, "-m", "seisview", *map(str, arguments), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--backbone", default="resnet50")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if not data_file().exists():
        print(f"skipped: {data_file().name} is not on this machine (set SEISVIEW_TEST_DATA)")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        survey, labels = write_inputs(data_file(), folder)
        print("info:", json.dumps(run("info", survey)))
        model, facies = folder / "model.safetensors", folder / "facies.sgy"
        budget = ["--mode", "scratch", "--network", options.backbone, "--minutes", options.minutes]
        choice = ["--labels", labels, "--inlines", TRAINING_INLINES, "--seed", options.seed]
        trained = run("train", survey, *choice, *budget, "--out", model)
        print("train:", json.dumps(trained))
        predicted = run("predict", survey, "--model", model, "--out", facies)
        print("predict:", json.dumps(predicted))
        scores = run("evaluate", "--predicted", facies, "--labels", labels, "--inlines", TEST_INLINES)
        print("evaluate:", json.dumps(scores, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
