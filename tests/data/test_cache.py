from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from seisview.data.cache import SectionCache
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.data.volume import FloatArray, Volume
from seisview.errors import GeometryError

KEYS = [SectionKey(Axis.INLINE, index) for index in range(6)]
SECTION_BYTES = 8 * 10 * 4


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    np.save(tmp_path / "a.npy", np.arange(6 * 8 * 10, dtype=np.float32).reshape(6, 8, 10))
    return open_volume(tmp_path / "a.npy")


@pytest.fixture
def reads(volume: Volume, monkeypatch: pytest.MonkeyPatch) -> list[SectionKey]:
    seen: list[SectionKey] = []
    real = type(volume).read_section

    def counted(self: Volume, key: SectionKey) -> FloatArray:
        seen.append(key)
        return real(self, key)

    monkeypatch.setattr(type(volume), "read_section", counted)
    return seen


def test_a_section_is_read_once(volume: Volume, reads: list[SectionKey]) -> None:
    cache = SectionCache(volume, 10 * SECTION_BYTES)
    first = cache.section(KEYS[0])
    assert cache.section(KEYS[0]) is first
    assert reads == [KEYS[0]]
    assert KEYS[0] in cache
    assert KEYS[1] not in cache
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1


def test_the_one_not_used_for_longest_goes_first(volume: Volume, reads: list[SectionKey]) -> None:
    cache = SectionCache(volume, 3 * SECTION_BYTES)
    for key in (*KEYS[:3], KEYS[0], KEYS[3]):
        cache.section(key)
    assert [key in cache for key in KEYS[:4]] == [True, False, True, True]
    assert cache.n_bytes == 3 * SECTION_BYTES
    cache.clear()
    assert cache.n_bytes == 0
    cache.section(KEYS[0])
    assert reads.count(KEYS[0]) == 2


def test_a_section_larger_than_the_cache_is_not_kept(volume: Volume) -> None:
    cache = SectionCache(volume, SECTION_BYTES - 1)
    assert cache.section(KEYS[0]).shape == (10, 8)
    assert cache.n_bytes == 0


def test_errors_pass_through(volume: Volume) -> None:
    with pytest.raises(GeometryError):
        SectionCache(volume).section(SectionKey(Axis.INLINE, 6))


def test_many_threads_see_right_sections_and_the_bound_holds(volume: Volume) -> None:
    cache = SectionCache(volume, 2 * SECTION_BYTES)
    wrong: list[SectionKey] = []

    def read(seed: int) -> None:
        for index in np.random.default_rng(seed).integers(0, 6, 200):
            section = cache.section(KEYS[index])
            if section[0, 0] != index * 80:
                wrong.append(KEYS[index])

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert cache.n_bytes == 2 * SECTION_BYTES
