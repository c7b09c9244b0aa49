"""Interpolating and accepting from a notebook, on a real project."""

from pathlib import Path

import numpy as np
import pytest

from seisview.cli.main import run
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.errors import LabelError
from seisview.labels.accept import AcceptRule
from seisview.labels.boxes import Box
from seisview.labels.provenance import Provenance
from seisview.project.project import Project
from seisview.project.results import FaciesProvenance, create_result
from seisview.project.storage import create_project, open_project
from seisview.workflows.derived_labels import accept_facies, interpolate_between, merge_classes
from tests.project.surveys import dense, survey

FIRST, LAST = SectionKey(Axis.INLINE, 0), SectionKey(Axis.INLINE, 5)
BOX = Box(5, 15, 4, 12)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = create_project(tmp_path / "p", survey(tmp_path / "s.npy"))
    for key in (FIRST, LAST):
        made.labels.apply(key, BOX, np.ones(BOX.shape, bool), 2)
    return made


def _predict(project: Project) -> None:
    geometry = project.volume.geometry
    provenance = FaciesProvenance(("m",), 0, project.labels.scheme, project.volume.fingerprint, "m")
    result = create_result(project.results_folder, geometry, provenance)
    for index in range(geometry.count(Axis.INLINE)):
        shape = geometry.section_shape(Axis.INLINE)
        confidence = np.tile(np.linspace(0, 1, shape[1]), (shape[0], 1))
        result.write_section(SectionKey(Axis.INLINE, index), np.full(shape, 3, np.uint8), confidence)
    result.finish()
    project.install_result(result)


def test_interpolated_and_accepted_labels_come_back_with_the_project(
    project: Project, tmp_path: Path
) -> None:
    assert interpolate_between(project.labels, FIRST, LAST) == 4 * 80
    _predict(project)
    n_accepted = accept_facies(project, [SectionKey(Axis.INLINE, 2), FIRST], AcceptRule.of(0.75, [3]))
    # A quarter of the traces, 30 samples each, on two sections, less what the hand painted there.
    assert n_accepted == 2 * 5 * 30
    counts = project.labels.provenance_counts()
    assert counts == {Provenance.HAND: 160, Provenance.INTERPOLATED: 320, Provenance.ACCEPTED: 300}
    project.close()
    with open_project(tmp_path / "p", open_volume) as again:
        assert again.labels.provenance_counts() == counts
        assert again.labels.painted_sections() == (FIRST, SectionKey(Axis.INLINE, 2), LAST)


def test_without_a_prediction_or_on_a_held_out_section_nothing_is_accepted(project: Project) -> None:
    with pytest.raises(LabelError, match="no facies prediction"):
        accept_facies(project, [FIRST])
    _predict(project)
    project.labels.set_holdout(FIRST)
    with pytest.raises(LabelError, match="held out"):
        accept_facies(project, [LAST, FIRST])
    assert project.labels.provenance_counts()[Provenance.ACCEPTED] == 0
    project.close()


def test_labels_of_every_origin_are_exported_by_command(project: Project, tmp_path: Path) -> None:
    interpolate_between(project.labels, FIRST, LAST)
    expected = dense(project.labels)
    project.close()
    out = tmp_path / "labels.npy"
    assert run(["export", str(project.folder), "--what", "labels", "--out", str(out)]) == 0
    assert np.array_equal(np.load(out), expected)


def test_merged_classes_come_back_with_the_project(project: Project, tmp_path: Path) -> None:
    names = {facies.id: facies.name for facies in project.labels.scheme}
    with pytest.raises(LabelError, match="no class called Nothing"):
        merge_classes(project.labels, "Nothing", names[1])
    assert merge_classes(project.labels, names[2], names[1]) == 160
    project._let_go()  # as after a crash: nothing is saved but the journal
    with open_project(tmp_path / "p", open_volume) as again:
        assert again.labels.scheme.ids == (1, 3)
        assert again.labels.counts() == {1: 160, 3: 0}
        assert again.labels.provenance_counts()[Provenance.HAND] == 160
