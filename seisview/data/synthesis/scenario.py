"""Draws the history of one survey, again and again until every facies has room in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seisview.data.synthesis.bodies import (
    Channel,
    GasCap,
    MassTransport,
    draw_channel_complex,
    draw_mass_transport,
)
from seisview.data.synthesis.earth import (
    CHANNEL_ID,
    CHAOTIC_ID,
    GAS_ID,
    SALT_ID,
    SAND_ID,
    SHALE_ID,
    EarthModel,
    Place,
)
from seisview.data.synthesis.fields import Array, Block, Extent, Generator, MapStack, NoiseTile, wave_map
from seisview.data.synthesis.impedance import N_MODES, Stratigraphy
from seisview.data.synthesis.salt import SaltDrag, draw_salt
from seisview.data.synthesis.structure import draw_faults

LEAST_SHARES = {
    SHALE_ID: 0.15,
    SAND_ID: 0.15,
    CHANNEL_ID: 0.015,
    SALT_ID: 0.02,
    CHAOTIC_ID: 0.02,
    GAS_ID: 0.01,
}
"""The share of the survey that each facies has at least."""

_LARGEST_BODY = 0.14
_ATTEMPTS = 60


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each body to draw."""

    faults: int = 8
    channels: int = 2
    chaotic: int = 2
    salts: int = 1
    gas: int = 3


def draw_earth(extent: Extent, counts: Counts, seed: int) -> EarthModel:
    """Draw the model of one survey in which every facies has its :data:`LEAST_SHARES`.

    The same arguments give the same model. Should no attempt reach all shares (a very small survey), the
    attempt that comes closest is taken.
    """
    best: tuple[float, EarthModel] | None = None
    for attempt in range(_ATTEMPTS):
        model = _draw(np.random.default_rng([seed, attempt]), extent, counts)
        score = _fit(model)
        if best is None or score > best[0]:
            best = (score, model)
        if score >= 1:
            break
    assert best is not None
    return best[1]


def _coarse(extent: Extent) -> Block:
    counts = (extent.n_inlines, extent.n_crosslines, extent.n_samples)
    step = tuple(max(1, count // limit) for count, limit in zip(counts, (24, 32, 64), strict=True))
    return Block.of(extent, step=(step[0], step[1], step[2]))


def _fit(model: EarthModel) -> float:
    """Smallest ratio of a facies' share to the share it should have; 1 or more is good."""
    facies = model.facies(_coarse(model.extent))
    shares = np.bincount(facies.ravel(), minlength=7) / facies.size
    margin = 1.1  # the coarse count is an estimate
    ratios = [shares[number] / (least * margin) for number, least in LEAST_SHARES.items()]
    ratios += [_LARGEST_BODY / max(shares[number], 1e-9) for number in (CHANNEL_ID, SALT_ID, CHAOTIC_ID)]
    return float(min(ratios))


def _draw(rng: Generator, extent: Extent, counts: Counts) -> EarthModel:
    stratigraphy = Stratigraphy(rng, extent)
    channels = tuple(
        storey
        for n in range(counts.channels)
        for storey in draw_channel_complex(rng, extent, _draw_level(rng, extent, stratigraphy, n))
    )
    deposits = tuple(
        draw_mass_transport(rng, extent, _draw_level(rng, extent, stratigraphy, n + 1))
        for n in range(counts.chaotic)
    )
    salts = tuple(draw_salt(rng, extent) for _ in range(counts.salts))
    model = EarthModel(
        extent=extent,
        stratigraphy=stratigraphy,
        maps=MapStack(extent, _structure_maps(rng, extent) | _body_maps(channels, deposits)),
        faults=draw_faults(rng, extent, counts.faults),
        channels=channels,
        mass_transports=deposits,
        salts=salts,
        drag=SaltDrag(rng, extent, salts),
        gas=(),
        swirl=NoiseTile(rng, (2.6, 2.6, 2.2)),
        grain=NoiseTile(rng, (1.2, 1.2, 0.8)),
    )
    return replace(model, gas=_draw_gas(rng, model, counts.gas))


def _draw_level(rng: Generator, extent: Extent, stratigraphy: Stratigraphy, number: int) -> float:
    """Level of a body: in the younger and the older sequence by turns."""
    if number % 2 == 0:
        return float(rng.uniform(0.15, 0.5) * extent.n_samples)
    return float(rng.uniform(0.4, 0.9) * extent.n_samples + stratigraphy.offset)


def _structure_maps(rng: Generator, extent: Extent) -> dict[str, Array]:
    height = extent.n_samples
    tilt = rng.normal(0, 0.5) * wave_map(rng, extent, 4.0, 2)
    fold = wave_map(rng, extent, 0.75) + 0.45 * wave_map(rng, extent, 0.35)
    older = wave_map(rng, extent, 0.6)
    relief = wave_map(rng, extent, 0.5)
    maps = {
        "fold": (0.035 * fold + 0.07 * tilt) * height,
        "older_fold": (rng.uniform(0.05, 0.09) * older + 0.05 * wave_map(rng, extent, 3.0, 2)) * height,
        "unconformity": (rng.uniform(0.4, 0.6) + 0.05 * relief + 0.02 * older) * height,
        "growth": 0.1 * wave_map(rng, extent, 0.9),
        "older_growth": 0.1 * wave_map(rng, extent, 0.9),
    }
    maps |= {f"mode{n}": wave_map(rng, extent, 0.8, 8) for n in range(N_MODES)}
    return {name: values.astype(np.float32) for name, values in maps.items()}


def _body_maps(channels: tuple[Channel, ...], deposits: tuple[MassTransport, ...]) -> dict[str, Array]:
    maps = {f"channel{n}": channel.depth for n, channel in enumerate(channels)}
    maps |= {f"levee{n}": channel.levee for n, channel in enumerate(channels)}
    return maps | {f"chaotic{n}": deposit.thickness for n, deposit in enumerate(deposits)}


def _draw_gas(rng: Generator, model: EarthModel, count: int) -> tuple[GasCap, ...]:
    place = model.place(_coarse(model.extent))
    caps = (_draw_cap(rng, model, place) for _ in range(count))
    return tuple(cap for cap in caps if cap is not None)


def _draw_cap(rng: Generator, model: EarthModel, place: Place) -> GasCap | None:
    """Fill the high of a random reservoir near a random place, down to a flat contact."""
    extent = model.extent
    thickness = max(4.0, float(rng.uniform(0.05, 0.08)) * extent.n_samples)
    radius = float(rng.uniform(0.22, 0.32)) * extent.lateral
    around = extent.random_position(rng, 0.15)
    near = (place.i - around[0]) ** 2 + (place.j - around[1]) ** 2 < radius**2
    height = extent.n_samples
    candidates = np.flatnonzero(near & ~place.in_salt & (place.k > 0.12 * height) & (place.k < 0.85 * height))
    if not len(candidates):
        return None
    top = float(place.level.ravel()[rng.choice(candidates)])
    reservoir = near & ~place.in_salt & (place.level >= top) & (place.level < top + thickness)
    if not reservoir.any():
        return None
    wanted = rng.uniform(0.005, 0.009) * place.k.size / max(int(reservoir.sum()), 1)
    contact = float(np.quantile(place.k[reservoir], min(wanted, 1.0))) + 0.5
    return GasCap(top, top + thickness, contact, around, radius)
