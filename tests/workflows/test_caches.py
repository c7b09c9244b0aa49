"""What is kept on disk is listed by survey, and cleaned from the least used on; never what is open."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.arrays.volumes import open_npy
from seisview.data.volume import Volume
from seisview.learn.carrying.dip_file import dips_folder
from seisview.learn.features.folder import features_folder
from seisview.learn.features.store import write_description
from seisview.workflows.bricks import build_bricks
from seisview.workflows.caches import CacheKind, clean_caches, delete_cached, list_caches
from seisview.workflows.facies.dips import survey_dips

GENEROUS = 10**12


@pytest.fixture
def volumes(tmp_path: Path) -> tuple[Volume, ...]:
    """Three surveys with fast copies, the first used least recently."""
    made = []
    for number in range(3):
        path = tmp_path / f"field{number}.npy"
        np.save(path, np.random.default_rng(number).normal(size=(9, 8, 20)).astype(np.float32))
        made.append(open_npy(path))
        copy = build_bricks(made[-1], measure_amplitudes(made[-1]))
        assert copy is not None
        os.utime(copy, (1000 + number, 1000 + number))
    return tuple(made)


def _features(volume: Volume, name: str, used: float) -> Path:
    folder = features_folder() / name
    folder.mkdir()
    (folder / "lines.npy").write_bytes(b"\1" * 100_000)
    write_description(folder, {"origin": {"fingerprint": volume.fingerprint}})
    os.utime(folder / "features.json", (used, used))
    return folder


def test_everything_is_listed_by_the_name_of_its_survey(volumes: tuple[Volume, ...]) -> None:
    _features(volumes[1], "a", 5000)
    items = list_caches()
    assert [(item.kind, item.survey) for item in items] == [
        (CacheKind.FEATURES, "field1"),
        (CacheKind.BRICKS, "field2"),
        (CacheKind.BRICKS, "field1"),
        (CacheKind.BRICKS, "field0"),
    ]
    assert items[0].n_bytes >= 100_000
    assert items[0].last_used == 5000
    assert {item.fingerprint for item in items} == {volume.fingerprint for volume in volumes}


def test_survey_without_a_fast_copy_is_named_as_it_was_when_open(tmp_path: Path) -> None:
    np.save(tmp_path / "s.npy", np.ones((3, 3, 5), np.float32))
    volume = open_npy(tmp_path / "s.npy")
    _features(volume, "a", 1)
    assert list_caches()[0].survey == ""
    assert list_caches({volume.fingerprint: "F3"})[0].survey == "F3"


def test_least_used_go_until_the_rest_fits_but_never_the_open_survey(volumes: tuple[Volume, ...]) -> None:
    sizes = {item.survey: item.n_bytes for item in list_caches()}
    room = sizes["field0"] + sizes["field2"]
    deleted = clean_caches({CacheKind.BRICKS: room}, open_fingerprint=volumes[0].fingerprint)
    assert [path.stem for path in deleted] == [volumes[1].fingerprint]
    assert clean_caches({CacheKind.BRICKS: 0}, volumes[0].fingerprint) != ()
    assert [item.survey for item in list_caches()] == ["field0"]


def test_a_limit_on_one_kind_leaves_the_other_alone(volumes: tuple[Volume, ...]) -> None:
    folder = _features(volumes[0], "a", 1)
    clean_caches({CacheKind.FEATURES: 0})
    assert not folder.exists()
    assert len(list_caches()) == 3
    clean_caches({CacheKind.BRICKS: GENEROUS})
    assert len(list_caches()) == 3


def test_only_what_was_asked_for_is_deleted_and_nothing_of_the_open_survey(
    volumes: tuple[Volume, ...],
) -> None:
    folders = [_features(volume, str(number), number) for number, volume in enumerate(volumes)]
    items = {item.survey: item.path for item in list_caches() if item.kind is CacheKind.BRICKS}
    wanted = [items["field0"], items["field1"], folders[2], folders[0]]
    deleted = delete_cached(wanted, open_fingerprint=volumes[0].fingerprint)
    assert sorted(deleted) == sorted([items["field1"], folders[2]])
    left = {item.path for item in list_caches()}
    assert left == {items["field0"], items["field2"], folders[0], folders[1]}


def _dips(volume: Volume, used: float) -> Path:
    survey_dips(volume)
    path = next(dips_folder().glob(f"{volume.fingerprint}-*.npy"))
    os.utime(path, (used, used))
    return path


def test_dips_are_listed_by_survey_and_deleted_but_not_of_the_open_one(volumes: tuple[Volume, ...]) -> None:
    paths = [_dips(volume, 10.0 * number) for number, volume in enumerate(volumes)]
    found = [item for item in list_caches() if item.kind is CacheKind.DIPS]
    assert [(item.path, item.survey, item.last_used) for item in found] == [
        (paths[2], "field2", 20.0),
        (paths[1], "field1", 10.0),
        (paths[0], "field0", 0.0),
    ]
    assert all(item.n_bytes > 0 for item in found)
    assert delete_cached(paths[:2], open_fingerprint=volumes[0].fingerprint) == (paths[1],)
    assert [path.exists() for path in paths] == [True, False, True]
    assert len(list_caches()) == 5


def test_dips_are_left_alone_by_limits_on_others_and_go_by_their_own(volumes: tuple[Volume, ...]) -> None:
    old, new = _dips(volumes[0], 1), _dips(volumes[1], 2)
    clean_caches({CacheKind.BRICKS: 0, CacheKind.FEATURES: 0})
    assert {item.path for item in list_caches()} == {old, new}
    assert clean_caches({CacheKind.DIPS: list_caches()[0].n_bytes}) == (old,)
    assert clean_caches({CacheKind.DIPS: 0}, open_fingerprint=volumes[1].fingerprint) == ()
    assert new.exists()


def test_damaged_files_are_listed_and_can_be_deleted(volumes: tuple[Volume, ...]) -> None:
    path = next(item.path for item in list_caches() if item.survey == "field1")
    path.write_bytes(b"nothing of the kind")
    (features_folder() / "broken").mkdir()
    (dips_folder() / "rubbish.npy").write_bytes(b"nothing either")
    unknown = [item for item in list_caches() if not item.survey]
    assert len(unknown) == 3
    assert len(delete_cached([item.path for item in unknown])) == 3
