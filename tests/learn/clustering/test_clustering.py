from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from seisview.errors import Cancelled, ModelError
from seisview.learn.clustering import apart, embedding
from seisview.learn.clustering import pipeline as clustering
from seisview.learn.clustering.anomaly import fit_anomaly
from seisview.learn.clustering.config import ClusterConfig, ViewReady
from seisview.learn.clustering.count import CountScore, chosen_count, suggest_count, worth_trying
from seisview.learn.clustering.metrics import agreement, class_scores, contingency, majority_classes
from seisview.learn.clustering.neighbours import interpolate, nearest, vote
from seisview.learn.clustering.pipeline import Vectors, by_size, fit_clusters
from seisview.learn.clustering.reduction import fit_reduction
from seisview.learn.clustering.store import load_pipeline, save_pipeline
from seisview.processes import is_alive
from seisview.progress import Progress

PLAIN = ClusterConfig(view="pca", n_init=3)


def blobs(centres: int, each: int = 60, dimensions: int = 6, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    middle = 12 * np.eye(centres, dimensions)
    truth = np.repeat(np.arange(centres), each)
    return (middle[truth] + rng.normal(size=(len(truth), dimensions))).astype(np.float32), truth


@pytest.mark.parametrize("centres", [2, 3, 5])
def test_as_many_clusters_are_suggested_as_there_are(centres: int) -> None:
    points, _ = blobs(centres)
    suggestion = suggest_count(points, 0, Progress(), most=7)
    assert suggestion.clusters == centres
    assert [score.clusters for score in suggestion.scores] == list(range(2, 8))


def test_the_fit_finds_the_clusters_and_places_new_points_in_them() -> None:
    points, truth = blobs(4)
    views: list[ViewReady] = []
    model = fit_clusters(Vectors(points[::2]), PLAIN, Progress(on_event=views.append))
    found = model.apply(Vectors(points), Progress())
    assert agreement(truth, found.assignments, 4)["ari"] == pytest.approx(1.0)
    assert found.view.shape == (240, 2)
    assert [(view.name, view.final) for view in views] == [("pca", False), ("pca", True)]
    assert views[0].assignments is None
    assert np.array_equal(views[1].assignments, model.labels)


def test_the_same_seed_gives_the_same_clusters_and_memory_stays_bounded_by_the_sample() -> None:
    points, _ = blobs(3, each=200)
    config = ClusterConfig(clusters=3, view="pca", max_fit_points=150)
    one, two = (fit_clusters(Vectors(points), config, Progress()) for _ in range(2))
    assert len(one.reference) == 150
    assert np.array_equal(one.reference, two.reference)
    assert np.array_equal(one.labels, two.labels)


def test_clusters_are_numbered_by_size() -> None:
    labels, order = by_size(np.array([2, 2, 2, 0, -1, 1, 1]))
    assert labels.tolist() == [0, 0, 0, 2, -1, 1, 1]
    assert order.tolist() == [2, 1, 0]


def test_many_channels_of_one_kind_do_not_drown_few_of_another() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(size=(300, 40)) * 100, rng.normal(size=(300, 2))], axis=1)
    reduction = fit_reduction(values, ClusterConfig(components=0), blocks=(40, 2))
    reduced = reduction.apply(values)
    assert reduced[:, :40].var(axis=0).sum() == pytest.approx(reduced[:, 40:].var(axis=0).sum(), rel=1e-3)


def test_a_trend_with_depth_is_taken_out() -> None:
    rng = np.random.default_rng(0)
    depth = rng.uniform(-1, 1, 500).astype(np.float32)
    values = (3 * depth + 2 * depth**2)[:, None] + rng.normal(scale=0.1, size=(500, 1))
    reduction = fit_reduction(values, ClusterConfig(components=0), depth, degree=2)
    left = reduction.apply(values, depth)[:, 0]
    assert abs(np.corrcoef(left, depth)[0, 1]) < 0.05
    assert left.std() == pytest.approx(0.1, rel=0.1)


def test_view_and_clusters_are_fitted_to_the_same_points_not_one_to_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[np.ndarray, list[int]]] = []

    def record(task: str, arrays: dict, options: dict, progress: Progress) -> dict:
        asked.append((arrays["points"], options["dimensions"]))
        return {f"positions_{d}": arrays["points"][:, :1].repeat(d, axis=1) for d in options["dimensions"]}

    monkeypatch.setattr(embedding, "run_apart", record)
    points, _ = blobs(3)
    config = ClusterConfig(clusters=3, embedding="umap", embedding_dimensions=5)
    model = fit_clusters(Vectors(points), config, Progress())
    assert len(asked) == 1
    assert asked[0][1] == [2, 5]
    assert np.array_equal(asked[0][0], model.reference)


def test_a_cancelled_task_ends_at_once_and_leaves_no_process(tmp_path: Path) -> None:
    progress = Progress()
    threading.Timer(0.3, progress.cancel).start()
    started = time.monotonic()
    pid = tmp_path / "pid"
    script = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    with pytest.raises(Cancelled):
        apart._wait_for([sys.executable, "-c", script], tmp_path / "errors.txt", "umap", progress)
    assert time.monotonic() - started < 5
    assert not pid.exists() or not is_alive(int(pid.read_text() or 0))


def test_a_task_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="ValueError: too odd"):
        apart._wait_for(
            [sys.executable, "-c", "raise ValueError('too odd')"], tmp_path / "e.txt", "umap", Progress()
        )


def test_hdbscan_finds_clusters_and_votes_for_new_points() -> None:
    points, truth = blobs(3)
    model = fit_clusters(Vectors(points), ClusterConfig(method="hdbscan", view="pca"), Progress())
    found = model.apply(Vectors(points), Progress())
    inside = found.assignments >= 0
    assert inside.mean() > 0.8
    assert agreement(truth[inside], found.assignments[inside], 3)["ari"] > 0.95


@pytest.mark.slow
def test_umap_keeps_apart_what_is_apart() -> None:
    points, truth = blobs(3, each=20)
    config = ClusterConfig(clusters=3, embedding="umap", embedding_dimensions=5)
    views: list[ViewReady] = []
    model = fit_clusters(Vectors(points), config, Progress(on_event=views.append))
    assert model.view_name == "umap"
    assert [view.name for view in views] == ["pca", "umap"]
    assert model.space is not None
    found = model.apply(Vectors(points), Progress())
    assert agreement(truth, found.assignments, 3)["ari"] > 0.95
    np.testing.assert_allclose(found.view, model.view.positions, atol=1e-3)


def test_points_are_placed_between_their_neighbours() -> None:
    reference = np.array([[0.0, 0], [2, 0], [0, 2]], np.float32)
    positions = np.array([[0.0, 0], [10, 0], [0, 10]], np.float32)
    points = np.array([[0, 0], [1, 0]], np.float32)
    placed = interpolate(positions, *nearest(reference, points, 3))
    np.testing.assert_allclose(placed[0], [0, 0], atol=1e-4)
    assert 4 < placed[1, 0] < 6
    assert vote(np.array([0, 1, 1]), np.array([[0, 1, 2]])).tolist() == [1]


def test_what_was_left_out_of_the_fit_is_anomalous() -> None:
    points, truth = blobs(4)
    known = truth < 3
    model = fit_clusters(Vectors(points[known]), ClusterConfig(clusters=3, view="pca"), Progress())
    scores = model.apply(Vectors(points), Progress()).anomaly
    assert scores[~known].min() > np.quantile(scores[known], 0.99)
    assert (scores[~known] > model.anomaly.threshold).all()
    assert np.median(scores[known]) == pytest.approx(1.0, abs=0.2)
    assert model.anomaly.fraction == pytest.approx(0.02, abs=0.01)
    assert model.anomaly.agreement > 0.3


def test_points_that_are_all_alike_have_no_anomaly() -> None:
    points = np.ones((50, 3), np.float32)
    model = fit_anomaly(points, np.zeros(50, np.intp), 0.02, 0)
    assert np.isfinite(model.score(points, np.zeros(50, np.intp))).all()


def test_a_pipeline_comes_back_from_plain_files_and_gives_the_same_answers(tmp_path: Path) -> None:
    points, _ = blobs(3)
    model = fit_clusters(Vectors(points), PLAIN, Progress())
    save_pipeline(tmp_path / "pipeline", model, {"what": "test"})
    assert {path.suffix for path in (tmp_path / "pipeline").iterdir()} == {".json", ".safetensors"}
    loaded, origin = load_pipeline(tmp_path)
    assert origin == {"what": "test"}
    before, after = (each.apply(Vectors(points), Progress()) for each in (model, loaded))
    assert np.array_equal(before.assignments, after.assignments)
    assert np.array_equal(before.anomaly, after.anomaly)
    assert np.array_equal(before.view, after.view)
    assert loaded.suggestion is not None
    assert loaded.suggestion.scores == model.suggestion.scores


@pytest.mark.parametrize("name", ["pipeline.json", "pca.safetensors", "kmeans.safetensors"])
def test_a_damaged_pipeline_is_refused(tmp_path: Path, name: str) -> None:
    points, _ = blobs(2)
    save_pipeline(tmp_path / "p", fit_clusters(Vectors(points), PLAIN, Progress()), {})
    file = tmp_path / "p" / name
    file.write_bytes(file.read_bytes()[:20])
    with pytest.raises(ModelError):
        load_pipeline(tmp_path / "p")


def test_a_pipeline_refuses_vectors_of_another_kind_and_too_few_points() -> None:
    points, _ = blobs(2)
    model = fit_clusters(Vectors(points), PLAIN, Progress())
    with pytest.raises(ModelError, match="channels"):
        model.apply(Vectors(points[:, :3]), Progress())
    with pytest.raises(ModelError, match="too few"):
        fit_clusters(Vectors(points[:5]), PLAIN, Progress())
    with pytest.raises(ModelError, match="clusters"):
        ClusterConfig(clusters=1)


def test_class_scores_count_every_kind_of_error() -> None:
    truth = np.array([0, 0, 0, 1, 1, -1])
    predicted = np.array([0, 0, 1, 1, -1, 0])
    a, b = class_scores(truth, predicted, ("a", "b"))
    assert (a.true_positive, a.false_positive, a.true_negative, a.false_negative) == (2, 0, 2, 1)
    assert (b.true_positive, b.false_positive, b.true_negative, b.false_negative) == (1, 1, 2, 1)
    assert (a.precision, a.recall, a.support) == (1.0, pytest.approx(2 / 3), 3)
    assert a.f1 == pytest.approx(0.8)


def test_clusters_without_known_members_map_to_nothing() -> None:
    table = contingency(np.array([0, 0, 1, -1]), np.array([0, 0, 0, 2]), 2, 3)
    assert majority_classes(table).tolist() == [0, -1, -1]
    assert np.isnan(agreement(np.array([-1, -1]), np.array([0, 1]), 0)["ari"])


def test_nothing_heavy_is_needed_to_choose_settings() -> None:
    code = (
        "import sys, seisview.learn.clustering.config, seisview.workflows.clustering.survey, "
        "seisview.workflows.clustering.folder, seisview.gui.clusters.clusters_controller;"
        "print({'torch', 'sklearn', 'umap', 'scipy', 'numba'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    assert clustering.fit_clusters is fit_clusters


def test_k_means_with_a_look_up_between_starts_is_scikit_learns() -> None:
    from sklearn.cluster import KMeans

    points, _ = blobs(5, dimensions=3)
    points += 4 * np.random.default_rng(1).normal(size=points.shape).astype(np.float32)
    labels, centres = clustering.k_means(points, 5, ClusterConfig(n_init=6), Progress())
    theirs = KMeans(5, n_init=6, random_state=42).fit(points)
    assert np.array_equal(labels, theirs.labels_)
    np.testing.assert_allclose(centres, theirs.cluster_centers_, rtol=1e-5)


def test_counting_clusters_stops_when_it_is_cancelled() -> None:
    points, _ = blobs(3, each=300)
    progress = Progress()
    progress._on_report = lambda state: progress.cancel() if state.fraction else None
    with pytest.raises(Cancelled):
        suggest_count(points, 0, progress)


def test_a_number_found_again_in_every_sample_wins_over_a_neighbour_that_is_not() -> None:
    # Measured on 76 patches of four classes: three clusters are as compact as four, but cut at random.
    measured = (
        (2, 0.3278, 1.0),
        (3, 0.2362, 0.909),
        (4, 0.2357, 1.0),
        (5, 0.2152, 0.905),
        (6, 0.1785, 0.856),
    )
    assert chosen_count(tuple(CountScore(*score) for score in measured)) == 4


# Measured on a real survey (energy, frequency, continuity): a continuum, where nothing stands out.
CONTINUUM = tuple(
    CountScore(*score)
    for score in (
        (2, 0.384, 0.877),
        (3, 0.292, 0.777),
        (4, 0.287, 0.923),
        (5, 0.268, 0.631),
        (6, 0.266, 0.613),
        (7, 0.258, 0.755),
    )
)


def test_of_a_continuum_as_much_detail_is_taken_as_is_found_again() -> None:
    assert chosen_count(CONTINUUM) == 4
    surer = (CountScore(2, 0.38, 1.0), *CONTINUUM[1:])
    assert chosen_count(surer) == 4, "light and dark is no answer, however surely it is found again"
    assert chosen_count((CountScore(2, 0.7, 1.0), *CONTINUUM[1:])) == 2, "two that are apart are two"
    vague = tuple(CountScore(s.clusters, s.silhouette, 0.7 * s.stability) for s in CONTINUUM)
    assert chosen_count(vague) == 2


def test_what_is_plainly_apart_is_not_cut_further() -> None:
    # Measured on UMAP of 480 patches of four classes: seven clusters are found again as surely as four.
    measured = ((2, 0.536, 0.624), (3, 0.712, 0.732), (4, 0.913, 1.0), (5, 0.845, 0.94), (6, 0.865, 0.999))
    more = ((7, 0.895, 0.999), (8, 0.766, 0.992))
    assert chosen_count(tuple(CountScore(*score) for score in (*measured, *more))) == 4


def test_numbers_worth_trying_are_ranked_by_how_surely_they_are_found_again() -> None:
    offered = worth_trying(CONTINUUM, 4)
    assert [score.clusters for score in offered] == [4, 2, 3, 7]
    assert [score.clusters for score in worth_trying(CONTINUUM, 6)] == [6, 4, 2, 3]
    assert worth_trying((), 4) == ()
