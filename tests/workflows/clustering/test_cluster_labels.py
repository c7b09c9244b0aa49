from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.arrays.volumes import open_npy
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import Cancelled, LabelError
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.provenance import Provenance
from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe
from seisview.progress import Progress
from seisview.project.clusters import CLUSTER_FOLDER, ClusterResult, latest_clusters
from seisview.project.project import Project
from seisview.project.storage import create_project
from seisview.workflows.clustering.labels import ClusterLabels, label_clusters
from seisview.workflows.clustering.survey import cluster_survey
from tests.learn.surveys import textured_survey

RECIPE = ClusterRecipe(ClusterConfig(clusters=2, view="pca", n_init=2))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    plain, _ = textured_survey((6, 64, 48))
    np.save(tmp_path / "s.npy", plain._amplitude)
    volume = open_npy(tmp_path / "s.npy")
    with create_project(tmp_path / "p", volume, scheme=FaciesScheme.named(["Mud", "Sand"])) as made:
        cluster_survey(
            volume, measure_amplitudes(volume), RECIPE, made.folder / CLUSTER_FOLDER, Progress()
        ).close()
        yield made


def clusters_of(project: Project) -> ClusterResult:
    result, _ = latest_clusters(project.folder, project.volume.fingerprint)
    assert result is not None
    return result


def test_clusters_become_labels_but_not_over_the_hand_nor_on_held_out_sections(project: Project) -> None:
    labels = project.labels
    key = SectionKey(Axis.INLINE, 2)
    labels.apply(key, Box(0, 20, 0, 30), np.ones((20, 30), bool), 1)
    labels.set_holdout(SectionKey(Axis.INLINE, 4))
    labels.set_holdout(SectionKey(Axis.CROSSLINE, 50))
    before = labels.snapshot()
    written = label_clusters(project, ClusterLabels(("Cluster 2",), "sand", every=2))
    result = clusters_of(project)
    total = 0
    for index in range(6):
        section = SectionKey(Axis.INLINE, index)
        member = (result.section(section) == 2) & (index in (0, 2))
        member[:, 50] = False
        if index == 2:
            member[:20, :30] = False
            assert (labels.section(section)[:20, :30] == 1).all()
        assert np.array_equal(labels.section(section) == 2, member)
        total += int(member.sum())
    assert written == total == labels.provenance_counts()[Provenance.ACCEPTED]
    labels.undo()
    assert np.array_equal(labels.section(key), before.sections[key])
    assert labels.provenance_counts()[Provenance.ACCEPTED] == 0


def test_crosslines_and_merged_clusters_are_labelled_as_they_are_shown(project: Project) -> None:
    result = clusters_of(project)
    result.update(result.record.merged([1, 2]).renamed(1, "All"))
    result.close()
    label_clusters(project, ClusterLabels(("all",), "Mud", Axis.CROSSLINE, 30))
    assert {key.index for key in project.labels.labelled_sections()} == {0, 30, 60}
    assert (project.labels.section(SectionKey(Axis.CROSSLINE, 30)) == 1).all()


def test_cancelling_leaves_the_labels_as_they_were(project: Project) -> None:
    progress = Progress()
    seen = threading.Event()

    def stop(state: object) -> None:
        if getattr(state, "fraction", 0) and state.fraction >= 0.5:  # type: ignore[attr-defined]
            seen.set()
            progress.cancel()

    progress._on_report = stop
    with pytest.raises(Cancelled):
        label_clusters(project, ClusterLabels(("1",), "Mud"), progress)
    assert seen.is_set()
    assert not project.labels.labelled_sections()


@pytest.mark.parametrize(
    ("clusters", "name", "words"),
    [(("9",), "Mud", "no cluster called 9"), (("1",), "Salt", "no class called")],
)
def test_what_is_not_there_is_said(
    project: Project, clusters: tuple[str, ...], name: str, words: str
) -> None:
    with pytest.raises(LabelError, match=words):
        label_clusters(project, ClusterLabels(clusters, name))
    with pytest.raises(LabelError, match="inlines or crosslines"):
        ClusterLabels(clusters, name, Axis.SAMPLE)
