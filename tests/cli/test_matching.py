"""The commands that find similar patches, as a script calls them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from seisview.cli.main import run
from seisview.data.opening import open_volume
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.project.storage import create_project


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    path = tmp_path_factory.mktemp("survey") / "s.sgy"
    write_survey(synthesize(SyntheticConfig.tiny()), path)
    return path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--at", "1004,2010", "--out", "m.csv"], 2),
        (["--at", "1004,2010,80", "--out", "m.txt"], 2),
        (["--at", "1004,2010,80", "--out", "m.csv", "--size", "0,3"], 2),
        (["--at", "1004,2010,80", "--out", "m.csv", "--network", "vgg"], 2),
        (["--at", "9,2010,80", "--out", "m.csv", "--size", "16,16"], 1),
        (["--at", "1004,2010,80", "--out", "m.csv", "--size", "16,16", "--model", "none.safetensors"], 1),
    ],
)
def test_mistakes_are_told_in_two_lines(survey, tmp_path, monkeypatch, capsys, arguments, code):
    monkeypatch.chdir(tmp_path)
    assert run(["match", str(survey), *arguments]) == code
    assert "error:" in capsys.readouterr().err
    assert not (tmp_path / "m.csv").exists()


def test_match_prints_one_json_object_and_does_not_overwrite(survey, tmp_path, capsys):
    out = tmp_path / "m.csv"
    arguments = ["match", str(survey), "--at", "1004,2010,80", "--size", "16,16", "--top", "3"]
    arguments += ["--out", str(out), "--json"]
    assert run(arguments) == 0
    result = json.loads(capsys.readouterr().out)
    assert len(result["matches"]) == 3
    before = out.read_bytes()
    assert run(arguments) == 1
    assert out.read_bytes() == before
    assert run([*arguments, "--overwrite"]) == 0


def test_folders_are_trained_on_and_searched(tmp_path, capsys):
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:40, :40]
    for name, wave in (("flat", rows), ("steep", columns)):
        (tmp_path / "c" / name).mkdir(parents=True)
        for number in range(6):
            image = np.sin(wave / 2 + rng.uniform(0, 6)) + 0.1 * rng.normal(size=(40, 40))
            np.save(tmp_path / "c" / name / f"{number}.npy", image.astype(np.float32))
    model, answers = tmp_path / "m.safetensors", tmp_path / "a.json"
    trained = [
        "train-match",
        str(tmp_path / "c"),
        "--out",
        str(model),
        "--steps",
        "2",
        "--network",
        "resnet10",
    ]
    assert run([*trained, "--backbone", "none", "--loss", "euclidean", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["distance"] == "euclidean"
    asked = ["match-images", "--queries", str(tmp_path / "c"), "--corpus", str(tmp_path / "c")]
    assert run([*asked, "--model", str(model), "--out", str(answers), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["measure"] == "euclidean distance"
    assert set(result["scores"]) >= {"P@3", "mAP"}
    first = next(iter(json.loads(answers.read_text()).values()))[0]
    assert first["distance"] > 0
    assert "similarity" not in first


def test_a_project_without_a_search_says_so(survey, tmp_path, capsys):
    volume = open_volume(survey)
    create_project(tmp_path / "p", volume).close()
    volume.close()
    assert run(["export", str(tmp_path / "p"), "--what", "matches", "--out", str(tmp_path / "m.csv")]) == 1
    assert "has no matches" in capsys.readouterr().err
