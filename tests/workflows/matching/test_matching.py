"""Searches from files to files: surveys, folders, projects, rounds of pseudo-labels."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import segyio

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.errors import ExportError, GeometryError, LabelError, ModelError, ProjectError
from seisview.export.matches import export_matches, match_rows
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.heat import HeatCube, HeatGrid
from seisview.labels.patches import Hit, Patch, Verdict
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.matching.config import MatchTrainConfig, RoundsConfig, SiameseConfig
from seisview.progress import Progress
from seisview.project.matches import MatchSet, list_matches, load_matches, save_matches
from seisview.workflows.matching.files import MatchFiles, MatchRequest, Place, match_files
from seisview.workflows.matching.images import ImageMatchConfig, match_image_folders
from seisview.workflows.matching.patches import (
    REJECTED,
    judged_patches,
    neighbour_patches,
    painted_patches,
)
from seisview.workflows.matching.train_match import MatchTrainingFiles, train_match

TINY = MatchTrainConfig(
    SiameseConfig("resnet10", dimensions=16, patch=(32, 32)), steps=4, batch_size=12, device="cpu"
)


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("survey") / "s.sgy"
    write_survey(synthesize(SyntheticConfig(24, 48, 96)), path)
    return path


def request(**changes) -> MatchRequest:
    values = {"places": (Place(1006, 2020, 120.0),), "size": (16, 16), "top": 6}
    return MatchRequest(**{**values, **changes})


def test_a_survey_is_searched_and_written_with_its_headers(survey_path, tmp_path):
    out, heat = tmp_path / "m.csv", tmp_path / "heat.sgy"
    result = match_files(request(), MatchFiles(survey_path, out, heat))
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert list(rows[0])[:7] == [
        "rank", "similarity", "confidence", "axis", "line", "crossline_or_inline", "time_ms",
    ]  # fmt: skip
    assert [int(row["rank"]) for row in rows] == list(range(1, 7))
    similarity = [float(row["similarity"]) for row in rows]
    assert similarity == sorted(similarity, reverse=True)
    assert all(0 < float(row["confidence"]) < 1 for row in rows)
    assert len(result["matches"]) == 6
    with segyio.open(str(heat)) as ours, segyio.open(str(survey_path)) as theirs:
        cube = segyio.tools.cube(ours)
        assert np.array_equal(ours.ilines, theirs.ilines)
        assert "SIMILARITY" in segyio.tools.wrap(ours.text[0]).upper()
    assert 0 <= cube.min() <= cube.max() <= 1
    inline, crossline, sample = 6, 20, 30
    assert cube[inline, crossline, sample] > 0.85  # the query is like itself
    assert np.median(cube) < 0.3  # and most of the rest is not


def test_dense_features_can_be_searched_too(survey_path, tmp_path):
    own = match_files(request(), MatchFiles(survey_path, tmp_path / "t.csv"))
    dense = match_files(request(network="resnet10"), MatchFiles(survey_path, tmp_path / "d.csv"))
    assert own["origin"]["features"] != dense["origin"]["features"]
    assert "known rock" in own["origin"]["calibration"]
    assert "places" in dense["origin"]["calibration"]
    assert len(dense["matches"]) == len(own["matches"]) == 6


def test_regions_negatives_both_directions_and_mistakes(survey_path, tmp_path):
    from seisview.workflows.lines import LineSelection

    limited = request(
        negatives=(Place(1010, 2040, 300.0),),
        both_directions=True,
        inlines=LineSelection.parse("1012:"),
        positions=(100.0, 260.0),
    )
    found = match_files(limited, MatchFiles(survey_path, tmp_path / "m.json"))["matches"]
    assert {row["axis"] for row in found} <= {"inline", "crossline"}
    for row in found:
        inline = row["line"] if row["axis"] == "inline" else row["crossline_or_inline"]
        assert inline >= 1012
        assert 90 <= row["time_ms"] <= 270
    written = json.loads((tmp_path / "m.json").read_text())
    assert len(written["not_like"]) == 1
    for wrong, error in (
        ({"places": (Place(1, 2020, 120.0),)}, GeometryError),
        ({"places": (Place(1006, 2020, 9e9),)}, ModelError),
        ({"size": (16, 999)}, ModelError),
    ):
        with pytest.raises(error):
            match_files(request(**wrong), MatchFiles(survey_path, tmp_path / "x.csv"))
    with pytest.raises(ExportError):
        match_files(request(), MatchFiles(survey_path, survey_path))
    assert not (tmp_path / "x.csv").exists()


def write_folder(folder: Path, count: int = 8, shape=(40, 36), seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    for name, wave in (("flat", rows), ("steep", columns), ("noise", None)):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            clean = rng.normal(size=shape) if wave is None else np.sin(wave / 2 + rng.uniform(0, 6))
            np.save(
                folder / name / f"{number:03d}.npy", (clean + 0.1 * rng.normal(size=shape)).astype(np.float32)
            )


def test_folders_answer_queries_and_are_scored(tmp_path):
    write_folder(tmp_path / "corpus")
    write_folder(tmp_path / "queries", 3, (50, 30), 1)
    config = ImageMatchConfig(views=tmp_path / "views")
    result = match_image_folders(tmp_path / "queries", tmp_path / "corpus", tmp_path / "a.json", config)
    answers = json.loads((tmp_path / "a.json").read_text())
    assert set(answers) == {f"{c}/{n:03d}.npy" for c in ("flat", "steep", "noise") for n in range(3)}
    assert all(len(found) == 3 for found in answers.values())
    first = [found[0]["confidence"] for found in answers.values()]
    assert max(first) < 1  # the defect: always 1.0
    assert {"P@3", "recall@3", "mAP", "R-precision", "WA@3"} <= set(result["scores"])
    assert result["scores"]["P@3"] > 0.9
    assert all(
        (tmp_path / "views" / n).stat().st_size > 0 for n in ("mosaic.png", "histograms.png", "sizes.png")
    )


def test_an_image_is_never_its_own_answer(tmp_path):
    write_folder(tmp_path / "corpus", 4)
    match_image_folders(
        tmp_path / "corpus", tmp_path / "corpus", tmp_path / "a.json", ImageMatchConfig(top=2)
    )
    for query, found in json.loads((tmp_path / "a.json").read_text()).items():
        assert query not in {answer["label"] for answer in found}


@pytest.mark.slow
def test_rounds_add_up_with_a_manifest_and_validation_never_asks(tmp_path, survey_path, monkeypatch):
    from seisview.learn.matching import pseudo_labels
    from seisview.workflows.matching import rounds as match_rounds

    write_folder(tmp_path / "train", 10)
    asked = []

    def watched(queries, labels, *rest, **more):
        asked.append(len(queries))
        return original(queries, labels, *rest, **more)

    original = pseudo_labels.choose_pseudo_labels
    monkeypatch.setattr(pseudo_labels, "choose_pseudo_labels", watched)
    monkeypatch.setattr(match_rounds, "_train_again", _pretend_better(match_rounds._train_again))
    shown = []

    def review(tiles):
        shown.append(len(tiles))
        return [number % 2 == 0 for number in range(len(tiles))]

    files = MatchTrainingFiles(tmp_path / "train", tmp_path / "m.safetensors", survey_path)
    rounds = RoundsConfig(2, curated_threshold=1.9, neighbours=2, tiles=12)
    told: list[float] = []
    progress = Progress(lambda state: None if state.fraction is None else told.append(state.fraction))
    result = train_match(files, TINY, rounds, progress, review)
    assert told == sorted(told), "one training after the other, none begins at 0 again"
    assert [row["round"] for row in result["rounds"]] == [0, 1, 2]
    assert asked[0] == result["n_train"] - sum(row["accepted"] for row in result["rounds"]) or asked[0] == 24
    rows = list(csv.DictReader((tmp_path / "m-manifest.csv").read_text().splitlines()))
    assert len(rows) == sum(row["accepted"] for row in result["rounds"])  # cumulative
    assert len({row["tile"] for row in rows}) == len(rows)
    assert shown[0] > result["rounds"][1]["accepted"]  # what the review refused is not used
    assert (tmp_path / "m-round1.png").stat().st_size > 0


@pytest.mark.slow
def test_rounds_stop_when_validation_is_no_better_and_keep_the_model_before(
    tmp_path, survey_path, monkeypatch
):
    from seisview.learn.matching import training as siamese_training

    original, trained = siamese_training.fit_siamese, []

    def worse_every_time(*arguments, **more):
        model = original(*arguments, **more)
        trained.append(model)
        return replace(model, metrics={**model.metrics, "validation_map": 0.9 - 0.1 * len(trained)})

    monkeypatch.setattr(siamese_training, "fit_siamese", worse_every_time)
    write_folder(tmp_path / "train", 10)
    files = MatchTrainingFiles(tmp_path / "train", tmp_path / "m.safetensors", survey_path)
    rounds = RoundsConfig(5, curated_threshold=1.9, neighbours=1, tiles=8)
    result = train_match(files, TINY, rounds)
    assert [row["round"] for row in result["rounds"]] == [0, 1]  # five were allowed
    assert result["model"] == trained[0].model_id
    queries = {row["query"] for row in csv.DictReader((tmp_path / "m-manifest.csv").read_text().splitlines())}
    assert all(int(query) < trained[0].training["n_train"] for query in queries)


def _pretend_better(again):
    def trained(*arguments):
        again(*arguments)
        return True

    return trained


def test_training_needs_classes_and_known_names(tmp_path):
    (tmp_path / "flat").mkdir()
    np.save(tmp_path / "flat" / "a.npy", np.eye(40, dtype=np.float32))
    with pytest.raises(LabelError):
        train_match(MatchTrainingFiles(tmp_path, tmp_path / "m.safetensors"), TINY)
    with pytest.raises(ModelError):
        train_match(MatchTrainingFiles(tmp_path, tmp_path / "m.safetensors"), TINY, RoundsConfig(1))


def patch(line: int, row: int = 0, column: int = 0, axis: Axis = Axis.INLINE) -> Patch:
    return Patch(SectionKey(axis, line), Box(row, row + 16, column, column + 16))


def matches(fingerprint: str, heat: HeatCube | None = None, measure: str = "cosine similarity") -> MatchSet:
    verdicts = [Verdict.ACCEPTED] * 5 + [Verdict.REJECTED] * 5 + [Verdict.OPEN]
    hits = tuple(Hit(patch(n, 8 * n, 8), 0.9 - 0.05 * n, 0.8, v) for n, v in enumerate(verdicts))
    return MatchSet((patch(3),), (patch(4, 8),), hits, measure, {"features": "abc"}, fingerprint, heat=heat)


def test_searches_survive_in_a_project_and_damage_is_told(survey_path, tmp_path):
    volume = open_volume(survey_path)
    geometry, fingerprint = volume.geometry, volume.fingerprint
    values = np.random.default_rng(0).integers(0, 256, (24, 10, 5), np.uint8)
    heat = HeatCube(geometry, (HeatGrid(Axis.INLINE, 1, (8, 8), (3, 2), values),))
    kept = save_matches(tmp_path, matches(fingerprint, heat))
    assert list_matches(tmp_path) == (kept.name,)
    found = load_matches(tmp_path, kept.name, geometry, fingerprint)
    assert (found.positives, found.negatives, found.hits) == (kept.positives, kept.negatives, kept.hits)
    key = SectionKey(Axis.CROSSLINE, 7)
    np.testing.assert_array_equal(found.heat.section(key), heat.section(key))
    with pytest.raises(ProjectError):
        load_matches(tmp_path, kept.name, geometry, "another")
    path = tmp_path / "matches" / f"{kept.name}.json"
    path.write_text(path.read_text().replace('"index": 3', '"index": 3000'))
    with pytest.raises(ProjectError):
        load_matches(tmp_path, kept.name, geometry, fingerprint)
    volume.close()


def test_distances_are_written_as_distances(survey_path, tmp_path):
    volume = open_volume(survey_path)
    distant = matches(volume.fingerprint, measure="euclidean distance")
    export_matches(distant, volume.geometry, tmp_path / "m.csv")
    row = next(csv.DictReader((tmp_path / "m.csv").read_text().splitlines()))
    assert row["similarity"] == ""  # the defect: distances reported as similarities
    assert float(row["distance"]) == pytest.approx(-0.9)
    assert "distance" not in match_rows(matches(volume.fingerprint), volume.geometry)[0]
    with pytest.raises(ExportError):
        export_matches(distant, volume.geometry, tmp_path / "m.txt")
    volume.close()


def test_heat_agrees_in_all_directions_and_by_trace(survey_path):
    volume = open_volume(survey_path)
    geometry = volume.geometry
    rng = np.random.default_rng(1)
    grids = (
        HeatGrid(Axis.INLINE, 2, (8, 8), (3, 2), rng.integers(0, 255, (12, 10, 5), np.uint8)),
        HeatGrid(Axis.CROSSLINE, 1, (8, 8), (3, 2), rng.integers(0, 255, (48, 10, 2), np.uint8)),
    )
    cube = HeatCube(geometry, grids)
    inline, crossline, sample = 9, 31, 44
    values = {
        int(cube.section(SectionKey(Axis.INLINE, inline))[sample, crossline]),
        int(cube.section(SectionKey(Axis.CROSSLINE, crossline))[sample, inline]),
        int(cube.section(SectionKey(Axis.SAMPLE, sample))[crossline, inline]),
        int(cube.traces(np.array([inline]), np.array([crossline]))[0, sample]),
    }
    assert len(values) == 1
    volume.close()


def test_patches_come_from_verdicts_painting_or_neither(survey_path):
    volume = open_volume(survey_path)
    judged = judged_patches([matches(volume.fingerprint)])
    assert judged.class_names[-1] == REJECTED
    assert judged.labels.count(0) == 6  # the query and five accepted hits
    painted = np.zeros((96, 48), np.uint8)
    painted[:48], painted[48:] = 1, 2
    snapshot = LabelSnapshot(
        FaciesScheme.named(["Mud", "Sand"]),
        {SectionKey(Axis.INLINE, n): painted for n in (2, 5)},
        holdout=frozenset({SectionKey(Axis.INLINE, 5)}),
    )
    placed = painted_patches(snapshot, (16, 16))
    assert placed.class_names == ("Mud", "Sand")
    assert {p.key.index for p in placed.patches} == {2}  # held-out sections teach nothing
    near = neighbour_patches(volume, (16, 16), 20)
    assert near.class_names == ()
    first = [p for p, label in zip(near.patches, near.labels, strict=True) if label == 0]
    assert len({p.box for p in first}) == 1
    assert len({p.key for p in first}) == 4
    assert Progress().is_cancelled is False
    volume.close()
