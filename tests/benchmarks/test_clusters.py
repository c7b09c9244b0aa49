"""The clusters benchmark runs, and its parts measure what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from seisview.benchmarks import cluster_map
from seisview.benchmarks.cluster_cases import COLUMNS
from seisview.benchmarks.cluster_map import measure
from seisview.benchmarks.clusters import run
from seisview.benchmarks.report import BenchmarkOptions


@pytest.mark.slow
def test_the_quick_benchmark_has_a_row_for_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    def apart(n_lines: int, _section: tuple[int, int]) -> dict[str, float]:
        counts = {"read": 2 * n_lines, "read_most": 2, "sampled": n_lines, "clusters": 8}
        return {"seconds": 1.0, "peak_mb": 300.0 + n_lines, **counts}

    monkeypatch.setattr(cluster_map, "_apart", apart)  # the next test runs it
    report = run(BenchmarkOptions(budget="quick", seeds=1))
    assert report.columns == COLUMNS
    cases = [row[0] for row in report.rows]
    assert cases.count("survey map") == 3
    assert cases.count("synthetic") == 5
    assert "anomaly" in cases
    assert "1k patches" in cases
    assert any("landmass-1000 was left out" in note for note in report.notes)
    methods = " ".join(str(row[1]) for row in report.rows)
    assert "sections read once each, and 3 for the fit" in methods
    assert "peak 303 MB, +1 MB against 2 sections" in methods


def test_a_map_reads_its_cache_once_and_never_the_survey(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seisview.learn.features.volume import FeatureVolume

    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(FeatureVolume, "find", FeatureVolume.find)  # put back what measuring replaces
    found = measure(tmp_path, (50, 40, 40))
    assert found["sampled"] == 40
    assert found["read"] == 50 + 40
    assert found["read_most"] == 2
    assert found["clusters"] == 8
