"""What is not there is noticed before anything heavy is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

_PROGRAM = """
import contextlib, io, json, sys
from seisview.cli.main import run
for arguments in json.loads(sys.argv[1]):
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = run(arguments)
    heavy = [name for name in ("torch", "sklearn", "umap", "PySide6") if name in sys.modules]
    print(json.dumps([code, said.getvalue(), heavy]))
"""


def _failures(there: str, gone: str) -> list[list[str]]:
    """Commands with one input that is gone each; the others are there."""
    train = ["train", there, "--labels", there, "--out", "m.safetensors"]
    return [
        ["train", gone, "--labels", there, "--out", "m.safetensors"],
        ["train", there, "--labels", gone, "--out", "m.safetensors"],
        ["train", there, "--labels", gone, "--out", "m.safetensors", "--mode", "preview"],
        [*train, "--backbone", gone],
        ["predict", gone, "--model", there, "--out", "p.npy"],
        ["predict", there, "--model", gone, "--out", "p.npy"],
        ["predict", there, "--model", there, "--model", gone, "--out", "p.npy"],
        ["evaluate", "--predicted", gone, "--labels", there],
        ["evaluate", "--predicted", there, "--labels", gone],
        ["evaluate", "--predicted", there, "--labels", there, "--survey", gone],
        ["carry", there, "--labels", gone, "--out", "p.npy"],
        ["label-next", there, "--confidence", gone],
        ["pretrain", gone, "--out", "b.safetensors"],
        ["pretrain", there, "--backbone", gone, "--out", "b.safetensors"],
        ["cluster", gone, "--out", "c"],
        ["cluster", there, "--out", "c", "--using", gone],
        ["cluster", there, "--out", "c", "--labels", gone],
        ["cluster", there, "--out", "c", "--features", "windows", "--backbone", gone],
        ["match", gone, "--at", "1,1,1", "--out", "m.csv"],
        ["match", there, "--at", "1,1,1", "--out", "m.csv", "--model", gone],
        ["match-images", "--queries", gone, "--corpus", ".", "--out", "a.json"],
        ["match-images", "--queries", ".", "--corpus", ".", "--out", "a.json", "--model", gone],
        ["train-match", gone, "--out", "m.safetensors"],
        ["train-match", ".", "--out", "m.safetensors", "--backbone", gone],
        ["train-match", ".", "--out", "m.safetensors", "--rounds", "1", "--corpus", gone],
        ["section", there, "--inline", "0", "--facies", gone, "--out", "s.png"],
        ["open", gone],
        ["export", gone, "--what", "facies", "--out", "f.npy"],
    ]


def test_a_missing_input_costs_no_heavy_import(tmp_path: Path) -> None:
    np.save(tmp_path / "there.npy", np.zeros((8, 8, 16), np.float32))
    failures = _failures("there.npy", "gone.safetensors")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(failures)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(failures)
    for arguments, (code, said, heavy) in zip(failures, answers, strict=True):
        assert code == 1, (arguments, said)
        assert "gone.safetensors" in said.splitlines()[0], (arguments, said)
        assert said.splitlines()[1].startswith("hint: "), (arguments, said)
        assert heavy == [], arguments
    assert [path.name for path in tmp_path.iterdir()] == ["there.npy"]
