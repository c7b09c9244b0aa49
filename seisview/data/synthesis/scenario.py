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
from seisview.data.synthesis.fields import (
    Array,
    Block,
    BoolArray,
    Extent,
    Generator,
    MapStack,
    NoiseTile,
    wave_map,
)
from seisview.data.synthesis.impedance import N_MODES, Stratigraphy
from seisview.data.synthesis.salt import SaltDrag, draw_salt
from seisview.data.synthesis.structure import draw_faults

LEAST_SHARES = {
    SHALE_ID: 0.15,
    SAND_ID: 0.15,
    CHANNEL_ID: 0.012,
    SALT_ID: 0.015,
    CHAOTIC_ID: 0.015,
    GAS_ID: 0.01,
}
"""The share of the survey that each facies has at least."""

_LARGEST_BODY = 0.14
_ATTEMPTS = 60
_LEAK = 0.06  # share of the rim that may lie above a contact: faults seal there
_TALLEST_COLUMN = 0.15  # of gas, as a share of the record
_TRAPS_TRIED = 16


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each body to draw."""

    faults: int = 7
    channels: int = 2
    chaotic: int = 2
    salts: int = 1
    gas: int = 3


def draw_earth(extent: Extent, counts: Counts, seed: int) -> EarthModel:
    """Draw the model of one survey in which every facies has its :data:`LEAST_SHARES`.

    The same arguments give the same model. Should no attempt reach all shares (a very small survey), the
    attempt that comes closest is taken.
    """
    rng = np.random.default_rng([seed, _ATTEMPTS])
    textures = NoiseTile(rng, (3.5, 3.5, 2.0)), NoiseTile(rng, (1.2, 1.2, 0.8))
    wanted = _wanted_shares(counts)
    best: tuple[float, EarthModel] | None = None
    for attempt in range(_ATTEMPTS):
        model = _draw(np.random.default_rng([seed, attempt]), extent, counts, textures)
        score = _fit(model, wanted)
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


def _wanted_shares(counts: Counts) -> dict[int, float]:
    """The least share of each facies that is to be drawn at all."""
    bodies = {
        CHANNEL_ID: counts.channels,
        SALT_ID: counts.salts,
        CHAOTIC_ID: counts.chaotic,
        GAS_ID: counts.gas,
    }
    return {number: least for number, least in LEAST_SHARES.items() if bodies.get(number, 1)}


def _fit(model: EarthModel, wanted: dict[int, float]) -> float:
    """Smallest ratio of a facies' share to the share it should have; 1 or more is good."""
    facies = model.facies(_coarse(model.extent))
    shares = np.bincount(facies.ravel(), minlength=7) / facies.size
    margin = 1.1  # the coarse count is an estimate
    ratios = [shares[number] / (least * margin) for number, least in wanted.items()]
    ratios += [_LARGEST_BODY / max(shares[number], 1e-9) for number in (CHANNEL_ID, SALT_ID, CHAOTIC_ID)]
    return float(min(ratios))


def _draw(
    rng: Generator, extent: Extent, counts: Counts, textures: tuple[NoiseTile, NoiseTile]
) -> EarthModel:
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
        swirl=textures[0],
        grain=textures[1],
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
        "fold": (0.026 * fold + 0.05 * tilt) * height,
        "older_fold": (rng.uniform(0.035, 0.065) * older + 0.05 * wave_map(rng, extent, 3.0, 2)) * height,
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
    """The largest of some random closures."""
    place = model.place(_coarse(model.extent))
    wanted = rng.uniform(0.006, 0.012) * place.k.size
    closures = [_closure(rng, model.extent, place, wanted) for _ in range(_TRAPS_TRIED)]
    closures.sort(key=lambda closure: closure[1], reverse=True)
    chosen: list[GasCap] = []
    for cap, _ in closures:
        if len(chosen) < count and not any(_same_trap(cap, other) for other in chosen):
            chosen.append(cap)
    return tuple(chosen)


def _same_trap(a: GasCap, b: GasCap) -> bool:
    """Whether two caps share rock, or nearly so."""
    apart = np.hypot(a.centre[0] - b.centre[0], a.centre[1] - b.centre[1])
    return bool(apart < 0.8 * max(a.radius, b.radius) and abs(a.top - b.top) < 3 * (a.bottom - a.top))


def _closure(rng: Generator, extent: Extent, place: Place, wanted: float) -> tuple[GasCap, float]:
    """Fill one reservoir around its crest down to the spill point, or until `wanted` samples are full.

    Returns
    -------
    GasCap
    float
        Samples it holds, of those in `place`.
    """
    thickness = max(4.0, float(rng.uniform(0.07, 0.12)) * extent.n_samples)
    radius = float(rng.uniform(0.25, 0.4)) * extent.lateral
    middle = (place.k > 0.1 * extent.n_samples) & (place.k < 0.9 * extent.n_samples) & ~place.in_salt
    top = float(place.level[middle][rng.integers(int(middle.sum()))])
    reservoir = middle & (place.level >= top) & (place.level < top + thickness)
    around = extent.random_position(rng)
    crest = _shallowest(place, reservoir & (_distance(place, around) < radius))
    if crest is None:
        return GasCap(top, top, 0.0, around, radius), 0.0
    distance = _distance(place, crest)
    rim = place.k[reservoir & (distance >= 0.85 * radius) & (distance < radius)]
    spill = float(np.quantile(rim, _LEAK)) if len(rim) else float(extent.n_samples)
    depths = np.sort(place.k[reservoir & (distance < radius)])
    tallest = float(depths[0]) + _TALLEST_COLUMN * extent.n_samples
    contact = min(spill, tallest, float(depths[min(int(wanted), len(depths) - 1)]) + 0.5)
    return GasCap(top, top + thickness, contact, crest, radius), float(np.searchsorted(depths, contact))


def _distance(place: Place, centre: tuple[float, float]) -> Array:
    result: Array = np.hypot(place.i - np.float32(centre[0]), place.j - np.float32(centre[1]))
    return result


def _shallowest(place: Place, where: BoolArray) -> tuple[float, float] | None:
    """Position in the map of the shallowest sample of a mask."""
    if not where.any():
        return None
    crest = np.argmin(np.where(where, place.k, np.inf))
    return float(place.i.ravel()[crest]), float(place.j.ravel()[crest])
