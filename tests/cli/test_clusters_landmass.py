"""The bar on real patches: LANDMASS-1 written out as class folders, clustered by the command as it comes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from seisview.learn.clustering.metrics import hungarian_accuracy
from tests.cli.conftest import Outcome

NAMES = ("horizon", "chaotic", "fault", "salt")


@pytest.mark.slow
def test_four_clusters_are_found_in_landmass_and_are_its_classes(
    seisview: Callable[..., Outcome],
    tmp_path: Path,
    real_data: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(tmp_path / "cache"))
    with np.load(real_data("landmass-1000.npz"), allow_pickle=False) as stored:
        images, classes = stored["images"], stored["classes"]
    for label in np.unique(classes):
        for place, index in enumerate(np.flatnonzero(classes == label)):
            part = "train" if place < 120 else "test" if place >= 130 else None
            if part is not None:
                folder = tmp_path / part / NAMES[label]
                folder.mkdir(parents=True, exist_ok=True)
                savemat(folder / f"{place:03}.mat", {"img": images[index]})
    out = tmp_path / "out"
    done = seisview(
        "cluster", tmp_path / "train", "--test", tmp_path / "test", "--out", out, "--view", "pca", "--json"
    )
    assert done.code == 0, done.err
    assert done.json["n_clusters"] == 4
    assert done.json["n_fitted"] == 480
    assert done.json["n_scored"] == 480
    assert done.json["ari"] >= 0.95
    assert done.json["hungarian_accuracy"] >= 0.98

    # and what is written says the same
    with (out / "predictions.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == "test"]
    assert len(rows) == 480
    truth = np.array([NAMES.index(row["true_label"]) for row in rows])
    clusters = np.array([int(row["cluster"]) for row in rows])
    assert hungarian_accuracy(truth, clusters, 4) == pytest.approx(done.json["hungarian_accuracy"])
    assert json.loads((out / "summary.json").read_text())["counts_tried"]
