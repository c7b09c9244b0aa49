"""The command line in this process, on a tiny synthetic survey."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seisview.cli.main import run
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """What --json printed; fails unless it is exactly one object."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        assert self.out.count("\n") == 1
        return value


@pytest.fixture
def seisview(capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    def call(*arguments: object) -> Outcome:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def survey_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``s.sgy`` and its true facies ``f.sgy``: 24 inlines from 1000, 32 crosslines from 2000, 64 samples."""
    folder = tmp_path_factory.mktemp("survey")
    write_survey(synthesize(SyntheticConfig.tiny(seed=3)), folder / "s.sgy", folder / "f.sgy")
    return folder


@pytest.fixture
def survey(survey_folder: Path) -> Path:
    return survey_folder / "s.sgy"


@pytest.fixture
def truth(survey_folder: Path) -> Path:
    return survey_folder / "f.sgy"
