from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import LabelError, ProjectError
from seisview.labels.facies import FaciesScheme
from seisview.project.cluster_record import RECORD_FILE
from seisview.project.clusters import (
    CLUSTER_FOLDER,
    ClusterPoints,
    ClusterResult,
    create_clusters,
    has_clusters,
    kept_clusters,
    latest_clusters,
    open_clusters,
    remove_old_clusters,
    remove_unfinished,
)

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 4), LineNumbers.regular(1, 1, 6), 8, 0.0, 4.0)
KEY = SectionKey(Axis.INLINE, 2)


def made(folder: Path, finished: bool = True) -> ClusterResult:
    record = {
        "survey_fingerprint": "abc",
        "classes": FaciesScheme.named(["Cluster 1", "Cluster 2", "Cluster 3"]).to_dicts(),
        "groups": [0, 1, 2, 3],
    }
    result = create_clusters(folder / CLUSTER_FOLDER, GEOMETRY, record)
    section = np.arange(48, dtype=np.uint8).reshape(8, 6) % 4
    result.write_section(KEY, section, section * 60)
    if finished:
        result.finish({"samples": [10, 20, 30]})
    return result


def test_clusters_come_back_as_they_were_written(tmp_path: Path) -> None:
    before = made(tmp_path)
    section = before.section(KEY)
    points = ClusterPoints(
        np.ones((5, 2), np.float32), np.ones((5, 3), np.int32), np.ones(5, np.int32), np.ones(5, np.float32)
    )
    before.save_points(points)
    before.close()
    with pytest.raises(ProjectError, match="closed"):
        before.section(KEY)
    after, problems = latest_clusters(tmp_path, "abc")
    assert problems == []
    assert after is not None
    assert np.array_equal(after.section(KEY), section)
    assert np.array_equal(after.anomaly_section(KEY), section * 60)
    assert after.traces(np.array([2]), np.array([3])).tolist() == [section[:, 3].tolist()]
    assert after.record.figures == {"samples": [10, 20, 30]}
    found = after.points()
    assert found is not None
    assert np.array_equal(found.places, points.places)
    (after.folder / "labels.npy").write_bytes(b"")
    assert after.points() is None


def test_merging_renaming_and_hiding_change_what_is_shown_and_can_be_taken_back(tmp_path: Path) -> None:
    result = made(tmp_path)
    stored = result.section(KEY)
    result.update(result.record.merged([3, 1]).renamed(3, "Salt").recolored(3, "#112233").toggled(2))
    assert [(c.id, c.name) for c in result.scheme.classes] == [(2, "Cluster 2"), (3, "Salt")]
    assert np.array_equal(result.section(KEY), np.where(stored == 1, 3, stored))
    again = open_clusters(result.folder)
    assert again.scheme == result.scheme
    assert again.record.hidden == [2]
    again.update(again.record.parted())
    assert np.array_equal(again.section(KEY), stored)
    with pytest.raises(LabelError, match="two"):
        again.record.merged([1])
    with pytest.raises(LabelError):
        again.record.renamed(1, "Salt")


def test_what_a_killed_program_left_is_not_shown_and_goes(tmp_path: Path) -> None:
    made(tmp_path, finished=False)
    assert not has_clusters(tmp_path, "abc")
    remove_unfinished(tmp_path)
    assert list((tmp_path / CLUSTER_FOLDER).iterdir()) == []


def test_only_the_latest_is_kept_and_others_surveys_clusters_are_not_shown(tmp_path: Path) -> None:
    old, new = made(tmp_path), made(tmp_path)
    remove_old_clusters(tmp_path, new)
    assert not old.folder.exists()
    assert has_clusters(tmp_path, "abc")
    assert not has_clusters(tmp_path, "another survey")


@pytest.mark.parametrize(
    "work",
    [
        lambda record: record.renamed(2, "Channels"),
        lambda record: record.recolored(2, "#123456"),
        lambda record: record.merged([1, 2]),
        lambda record: record.toggled(3),
    ],
)
def test_clusters_that_somebody_worked_on_are_never_removed(tmp_path: Path, work) -> None:
    old, new = made(tmp_path), made(tmp_path)
    assert not old.record.has_work
    old.update(work(old.record))
    remove_old_clusters(tmp_path, new)
    assert open_clusters(old.folder).record == old.record


def test_an_earlier_result_that_was_chosen_is_the_one_that_is_shown(tmp_path: Path) -> None:
    old, new = sorted((made(tmp_path), made(tmp_path)), key=lambda result: result.folder.name)
    shown, _ = latest_clusters(tmp_path, "abc")
    assert shown.folder == new.folder
    old.update(old.record.chosen())
    shown, _ = latest_clusters(tmp_path, "abc")
    assert shown.folder == old.folder
    assert [folder for folder, _ in kept_clusters(tmp_path, "abc")[0]] == [old.folder, new.folder]
    assert kept_clusters(tmp_path, "another survey") == ([], [])


@pytest.mark.parametrize("damage", [b"", b"{}", b"not json"])
def test_a_damaged_record_is_told_and_an_older_result_is_shown(tmp_path: Path, damage: bytes) -> None:
    good = made(tmp_path)
    shutil.copytree(good.folder, good.folder.with_name("99999999-000000-zzz"))
    (good.folder.with_name("99999999-000000-zzz") / RECORD_FILE).write_bytes(damage)
    found, problems = latest_clusters(tmp_path, "abc")
    assert found is not None
    assert found.folder == good.folder
    assert "damaged" in problems[0]


def test_a_copy_of_a_project_takes_its_clusters_along(tmp_path: Path) -> None:
    from seisview.data.opening import open_volume
    from seisview.project.storage import create_project, save_as

    np.save(tmp_path / "s.npy", np.ones(GEOMETRY.shape, np.float32))
    volume = open_volume(tmp_path / "s.npy")
    project = create_project(tmp_path / "one", volume)
    section = made(project.folder).section(KEY)
    save_as(project, tmp_path / "two").close()
    found, _ = latest_clusters(tmp_path / "two", "abc")
    assert found is not None
    assert np.array_equal(found.section(KEY), section)
