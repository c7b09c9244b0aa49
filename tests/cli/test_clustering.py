from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.project.clusters import CLUSTER_FOLDER
from seisview.project.storage import create_project
from tests.cli.conftest import Outcome
from tests.workflows.clustering.test_cluster_folder import write_folder

Command = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(tmp_path / "cache"))


def test_cluster_a_survey_and_a_folder(seisview: Command, survey: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = seisview("cluster", survey, "--out", out, "--clusters", "3", "--view", "pca", "--json")
    assert done.code == 0, done.err
    assert done.json["n_clusters"] == 3
    assert open_volume(out / "cluster_map.sgy").geometry.shape == (24, 32, 64)
    refused = seisview("cluster", survey, "--out", out, "--clusters", "3")
    assert refused.code == 1
    assert "exists already" in refused.err
    folder = write_folder(tmp_path / "patches", ("chaos", "layers"), each=10)
    done = seisview("cluster", folder, "--out", out, "--view", "pca", "--overwrite", "--json")
    assert done.code == 0, done.err
    assert done.json["what"] == "folder"
    assert not (out / "cluster_map.sgy").exists()


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--clusters", "many"), 2, "auto or a number"),
        (("--clusters", "1"), 1, "1 clusters cannot be made"),
        (("--features", "windows", "--backbone", "nowhere.safetensors"), 1, "no backbone file"),
        (("--using", "nowhere"), 1, "no file nowhere"),
        (("--using", "."), 1, "holds no pipeline"),
        (("--test", "elsewhere"), 2, "for folders"),
    ],
)
def test_what_is_wrong_is_said(
    seisview: Command, survey: Path, tmp_path: Path, options: tuple[str, ...], code: int, words: str
) -> None:
    done = seisview("cluster", survey, "--out", tmp_path / "out", *options)
    assert done.code == code
    assert words in done.err
    assert not (tmp_path / "out").exists()


def test_clusters_of_a_project_are_exported(seisview: Command, survey: Path, tmp_path: Path) -> None:
    from seisview.data.amplitude import measure_amplitudes
    from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe
    from seisview.progress import Progress
    from seisview.workflows.clustering.survey import cluster_survey

    volume = open_volume(survey)
    create_project(tmp_path / "project", volume).close()
    refused = seisview("export", tmp_path / "project", "--what", "clusters", "--out", tmp_path / "c.npy")
    assert refused.code == 1
    assert "no clusters yet" in refused.err
    recipe = ClusterRecipe(ClusterConfig(clusters=2, view="pca"))
    folder = tmp_path / "project" / CLUSTER_FOLDER
    result = cluster_survey(volume, measure_amplitudes(volume), recipe, folder, Progress())
    done = seisview("export", tmp_path / "project", "--what", "clusters", "--out", tmp_path / "c.npy")
    assert done.code == 0, done.err
    exported = np.load(tmp_path / "c.npy")
    assert np.array_equal(exported[3], result.section(SectionKey(Axis.INLINE, 3)).T)


def test_clusters_of_a_project_become_labels(seisview: Command, survey: Path, tmp_path: Path) -> None:
    from seisview.data.amplitude import measure_amplitudes
    from seisview.labels.provenance import Provenance
    from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe
    from seisview.progress import Progress
    from seisview.project.storage import open_project
    from seisview.workflows.clustering.survey import cluster_survey

    volume, project = open_volume(survey), tmp_path / "project"
    create_project(project, volume).close()
    options = ("--class", "Facies 2", "--every", "6", "--json")
    refused = seisview("label-clusters", project, "--clusters", "1", *options)
    assert refused.code == 1
    assert "no clusters yet" in refused.err
    recipe = ClusterRecipe(ClusterConfig(clusters=3, view="pca"))
    result = cluster_survey(volume, measure_amplitudes(volume), recipe, project / CLUSTER_FOLDER, Progress())
    done = seisview("label-clusters", project, "--clusters", "1,Cluster 3", *options)
    assert done.code == 0, done.err
    with open_project(project, open_volume, read_only=True) as opened:
        counts = opened.labels.provenance_counts()
        assert counts[Provenance.ACCEPTED] == done.json["samples"] > 0
        for index in range(24):
            key = SectionKey(Axis.INLINE, index)
            member = np.isin(result.section(key), (1, 3)) & (index % 6 == 0)
            assert np.array_equal(opened.labels.section(key) == 2, member)
