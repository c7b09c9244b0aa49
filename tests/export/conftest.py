"""A tiny survey as SEG-Y in several layouts, and something to export with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, MapTransform, SurveyGeometry
from seisview.data.segy.write import SegyLayout, create_segy
from seisview.export.content import ArrayCube, Content, ContentKind
from seisview.labels.facies import FaciesScheme

SHAPE = (5, 7, 16)


@pytest.fixture
def geometry() -> SurveyGeometry:
    return SurveyGeometry(
        LineNumbers.regular(100, 2, SHAPE[0]),
        LineNumbers.regular(307, -1, SHAPE[1]),
        SHAPE[2],
        40.0,
        4.0,
        transform=MapTransform(1000.0, 2000.0, 25.0, 0.0, 0.0, 12.5),
    )


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(0).integers(1, 4, SHAPE, dtype=np.uint8)


@pytest.fixture
def content(geometry: SurveyGeometry, values: np.ndarray) -> Callable[..., Content]:
    def make(kind: ContentKind = ContentKind.FACIES, scheme: FaciesScheme | None = None) -> Content:
        scheme = scheme or FaciesScheme.named(["Shale", "Sand", "Canal d'été"])
        return Content(kind, ArrayCube(values), geometry, scheme, {"model": "abc123"})

    return make


@pytest.fixture
def survey_file(tmp_path: Path, geometry: SurveyGeometry) -> Callable[..., Path]:
    """Write the tiny survey; `present` leaves traces out, `sorting` and `sample_format` vary the layout."""

    def make(
        sample_format: int = 5,
        sorting: Axis = Axis.INLINE,
        present: np.ndarray | None = None,
        name: str = "survey.sgy",
    ) -> Path:
        path = tmp_path / name
        noise = np.random.default_rng(1).normal(0, 30, SHAPE).astype(np.float32)
        create_segy(path, noise, geometry, ["A SURVEY OF TESTS"], SegyLayout(sample_format, sorting, present))
        return path

    return make
