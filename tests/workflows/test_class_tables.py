from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.segy.write import create_segy
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.export.arrays import export_npy, export_zarr
from seisview.export.content import ArrayCube, Content, ContentKind
from seisview.export.segy import export_segy
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.workflows.class_tables import scheme_for

SCHEME = FaciesScheme((FaciesClass(2, "Sand", "#112233"), FaciesClass(7, "Slope mud A", "#445566")))


@pytest.mark.parametrize("suffix", [".sgy", ".npy", ".zarr"])
def test_exported_classes_come_back(suffix: str, tmp_path: Path) -> None:
    geometry = SurveyGeometry(LineNumbers.regular(1, 1, 3), LineNumbers.regular(1, 1, 4), 8, 0.0, 4.0)
    values = np.full(geometry.shape, 7, np.uint8)
    create_segy(tmp_path / "s.sgy", values.astype(np.float32), geometry)
    content = Content(ContentKind.FACIES, ArrayCube(values), geometry, SCHEME)
    out = tmp_path / f"f{suffix}"
    if suffix == ".sgy":
        export_segy(content, open_volume(tmp_path / "s.sgy"), out)
    else:
        (export_npy if suffix == ".npy" else export_zarr)(content, out)
    assert scheme_for(out, [2, 7]) == SCHEME
    assert [c.name for c in scheme_for(out, [3, 7])] == ["Facies 3", "Slope mud A"]


def test_the_truth_of_a_synthetic_survey_has_names(tmp_path: Path) -> None:
    survey = synthesize(SyntheticConfig.tiny())
    write_survey(survey, tmp_path / "s.sgy", tmp_path / "f.sgy")
    names = [c.name for c in scheme_for(tmp_path / "f.sgy", range(1, 7))]
    assert names == [name.upper() for name in survey.class_names]


def test_files_without_or_with_broken_tables_are_numbered(tmp_path: Path) -> None:
    np.save(tmp_path / "l.npy", np.ones((2, 2, 2), np.uint8))
    assert [c.name for c in scheme_for(tmp_path / "l.npy", [1])] == ["Facies 1"]
    twice = [{"id": 1, "name": "A", "color": "#000000"}, {"id": 2, "name": "a", "color": "#000000"}]
    (tmp_path / "l.npy.json").write_text(json.dumps({"classes": twice}))
    assert [c.name for c in scheme_for(tmp_path / "l.npy", [1, 2])] == ["Facies 1", "Facies 2"]
