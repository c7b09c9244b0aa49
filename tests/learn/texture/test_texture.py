"""Texture features: what tells bodies apart, in a metric that was learnt on surveys with known rock."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.arrays.volumes import open_npy
from seisview.data.geometry import Axis, SectionKey
from seisview.data.synthetic import Counts, SyntheticConfig, synthesize
from seisview.errors import ModelError
from seisview.learn.features.config import TEXTURE_DIMENSIONS, FeatureConfig
from seisview.learn.matching.similarity import unit_rows
from seisview.learn.texture.channels import N_CHANNELS, texture_channels
from seisview.learn.texture.extractor import TextureExtractor
from seisview.learn.texture.network import load_texture_network, shipped_network
from seisview.learn.texture.training import (
    TextureTraining,
    contrastive_loss,
    train_texture,
    window_kinds,
)
from seisview.progress import Progress
from seisview.workflows.features import build_feature_volume, section_features


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    """A survey of a seed that no training saw, with salt."""
    made = synthesize(SyntheticConfig(32, 96, 128, 77, Counts(salts=2)))
    path = tmp_path_factory.mktemp("texture") / "s.npy"
    np.save(path, made.amplitude)
    volume = open_npy(path)
    yield volume, measure_amplitudes(volume, Progress()), made
    volume.close()


def lines(rng, shape=(41, 50), same=False):
    first = np.cumsum(rng.normal(size=shape), axis=1).astype(np.float32) / 10
    if same:
        return [first] * 5
    return [rng.normal(size=shape).astype(np.float32) / 3 for _ in range(5)]


def test_channels_cover_sections_that_are_no_whole_cells_and_see_the_neighbours():
    rng = np.random.default_rng(0)
    alike = texture_channels(lines(rng, same=True))
    assert alike.shape == (6, 7, N_CHANNELS)
    assert np.isfinite(alike).all()
    chaos = texture_channels(lines(rng))
    semblance = 37  # of the finest scale: energy of the mean line over mean energy
    assert np.allclose(alike[..., semblance], 0, atol=1e-3)
    assert (chaos[..., semblance] < -1).all()
    assert np.isfinite(texture_channels([np.zeros((8, 8), np.float32)] * 5)).all()


def test_the_shipped_network_tells_rock_apart_in_a_survey_it_never_saw(survey):
    volume, statistics, made = survey
    extractor = TextureExtractor(statistics)
    features, salt = [], []
    for line in range(2, 32, 4):
        key = SectionKey(Axis.INLINE, line)
        projection = extractor.fit(volume, FeatureConfig.texture(), Progress())
        cells = extractor.features_of(volume, key, projection, lambda: None).astype(np.float32)
        share = (made.facies[line] == 4).T.reshape(16, 8, 12, 8).mean(axis=(1, 3))
        features.append(cells.reshape(-1, TEXTURE_DIMENSIONS))
        salt.append(share.ravel())
    vectors, share = unit_rows(np.concatenate(features)), np.concatenate(salt)
    inside, outside = vectors[share == 1], vectors[share == 0]
    assert len(inside) > 20
    within, between = inside @ inside.T, inside @ outside.T
    assert np.median(within) > np.quantile(between, 0.9)


def test_features_are_built_on_every_line_and_zero_where_no_trace_lives(survey, tmp_path, monkeypatch):
    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(tmp_path / "cache"))
    amplitude = survey[2].amplitude[:9].copy()
    amplitude[:, 40:64] = 0
    np.save(tmp_path / "dead.npy", amplitude)
    volume = open_npy(tmp_path / "dead.npy")
    statistics = measure_amplitudes(volume, Progress())
    config = FeatureConfig.texture()
    first = SectionKey(Axis.INLINE, 4)
    made = build_feature_volume(volume, statistics, config, Progress(), first)
    assert made.complete
    assert made.is_metric
    assert made.dimensions == TEXTURE_DIMENSIONS
    section = made.section(first)
    assert not section[:, 5:8].any()
    assert section[:, :5].any(axis=-1).all()
    # Made alone, or in another order: the same.
    alone = TextureExtractor(statistics).features_of(volume, first, made.projection, lambda: None)
    np.testing.assert_array_equal(alone, section)
    across = SectionKey(Axis.CROSSLINE, 20)
    found = section_features(volume, statistics, config, [across])[across]
    assert found.shape == (16, 2, TEXTURE_DIMENSIONS)
    # Another kind of features has another place in the cache.
    assert FeatureConfig().to_dict() != config.to_dict()
    assert "kind" not in FeatureConfig().to_dict()  # caches of before stay valid
    volume.close()


def test_what_is_there_is_found_without_torch(survey, tmp_path):
    """The window asks before it searches: importing torch there would freeze it for seconds."""
    np.save(tmp_path / "s.npy", survey[2].amplitude[:8])
    code = (
        "import sys; from pathlib import Path; from seisview.data.arrays.volumes import open_npy;"
        "from seisview.data.amplitude import measure_amplitudes; from seisview.progress import Progress;"
        "from seisview.workflows.matching.search import Matcher; from seisview.data.geometry import Axis;"
        f"v = open_npy(Path({str(tmp_path / 's.npy')!r}));"
        "m = Matcher(v, measure_amplitudes(v, Progress()));"
        "assert not m.has_features([Axis.INLINE]); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_network_survives_a_file_and_damage_is_told(tmp_path):
    network = shipped_network()
    network.save(tmp_path / "n.npz")
    again = load_texture_network(tmp_path / "n.npz")
    cells = np.random.default_rng(0).normal(size=(3, 4, N_CHANNELS)).astype(np.float32)
    np.testing.assert_allclose(again.apply(cells), network.apply(cells), rtol=1e-5)
    (tmp_path / "n.npz").write_bytes((tmp_path / "n.npz").read_bytes()[:5000])
    with pytest.raises(ModelError):
        load_texture_network(tmp_path / "n.npz")
    with pytest.raises(ModelError):
        load_texture_network(tmp_path / "none.npz")


def test_windows_are_of_the_kind_that_fills_them():
    shares = np.zeros((1, 8, 8, 5), np.float32)
    shares[0, :4, :4, 1] = 1  # salt
    shares[0, 4:, 4:, 0] = 0.2  # a little channel: unclear
    shares[0, :, 7, 4] = 0.5  # a fault
    kinds = window_kinds(shares, 4)[0]
    assert kinds[0, 0] == 2
    assert kinds[4, 4] == 5
    assert kinds[4, 0] == 0
    assert kinds[4, 3] == -1


def test_training_brings_windows_of_one_kind_together_and_is_seeded():
    rng = np.random.default_rng(0)
    shares = np.zeros((4, 12, 12, 5), np.float32)
    shares[:, :6, :, 1], shares[:, 6:, :6, 2] = 1, 1
    channels = rng.normal(size=(4, 12, 12, N_CHANNELS))
    channels[..., 3] += 1.5 * shares[..., 1] - 1.5 * shares[..., 2]
    config = TextureTraining(hidden=16, steps=60, per_kind=8)
    network = train_texture([channels], [shares], config)
    again = train_texture([channels], [shares], config)
    np.testing.assert_array_equal(network.weights[0], again.weights[0])
    cells = network.apply(channels.astype(np.float32)).mean(axis=0)
    one, two, other = (part.mean(axis=(0, 1)) for part in (cells[:3], cells[3:6], cells[6:, :6]))
    one, two, other = unit_rows(np.stack([one, two, other]))
    assert one @ two > 0.9
    assert one @ two > one @ other + 0.2


def test_the_loss_is_small_only_when_equals_are_near():
    import torch

    kinds = torch.tensor([1, 1, 2, 2])
    near = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]])
    far = torch.tensor([[1.0, 0], [0, 1], [1, 0.1], [0.1, 1]])
    assert contrastive_loss(near, kinds, 0.2) < 0.1 < contrastive_loss(far, kinds, 0.2)


def test_the_command_that_made_the_network_makes_one(tmp_path):
    from seisview.workflows.texture_weights import labelled_cells, make_texture_network

    for channels, shares in labelled_cells(SyntheticConfig.tiny(), 1.5, 6):
        assert channels.shape == (8, 6, N_CHANNELS)
        assert shares.shape == (8, 6, 5)
        assert 0 <= shares.min() <= shares.max() <= 1
    make_texture_network(tmp_path / "t.npz", Progress(), usual=0, varied=1, steps=3)
    assert load_texture_network(tmp_path / "t.npz").weights[0].shape[0] == N_CHANNELS
