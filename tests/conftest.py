"""What every test shares: a quiet environment, temporary user folders, real seismic where present."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

_REPOSITORY = Path(__file__).resolve().parent.parent


def _data_folder() -> Path:
    """Folder of real seismic: $SEISVIEW_TEST_DATA, else ``shared/data`` beside the repository."""
    return Path(os.environ.get("SEISVIEW_TEST_DATA", _REPOSITORY.parent / "shared" / "data"))


@pytest.fixture(autouse=True)
def user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test out of the user's own settings, projects and caches."""
    folder = tmp_path_factory.mktemp("user")
    for name in ("DATA", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"SEISVIEW_{name}_DIR", str(folder / name.lower()))
    return folder


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Path of a file of real seismic; the test is skipped, with the reason, where it is absent."""

    def find(name: str) -> Path:
        path = _data_folder() / name
        if not path.exists():
            pytest.skip(f"real seismic {name} is not on this machine (set SEISVIEW_TEST_DATA)")
        return path

    return find
