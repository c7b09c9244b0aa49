"""The earth model: one history of deposition, folding, faulting, salt and gas, evaluated block by block.

The order of events, as in Synthoseis (Merrifield et al., "Synthetic seismic data for training deep learning
networks", Interpretation 10(3), 2022): an older sequence is deposited and folded, eroded, and onlapped by a
younger one; channels and mass transport are part of the deposits; then everything is folded and faulted,
salt rises, and gas fills the highs. Each sample of today is taken back through that history.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.synthesis.bodies import Channel, GasCap, MassTransport
from seisview.data.synthesis.fields import Array, Block, BoolArray, Extent, MapStack, NoiseTile
from seisview.data.synthesis.impedance import N_MODES, SAND, SHALE, Stratigraphy
from seisview.data.synthesis.salt import SaltBody, SaltDrag
from seisview.data.synthesis.structure import Fault, restore_all

SHALE_ID, SAND_ID, CHANNEL_ID, SALT_ID, CHAOTIC_ID, GAS_ID = range(1, 7)
_SALT_LOG_IMPEDANCE = 0.6
_FLANK_BLUR = 2.5  # traces: steep flanks are imaged badly
_GAS_LOG_IMPEDANCE = -0.26
_GAS_BED_CONTRAST = 1.3  # gas brightens the beds of its reservoir
_RESERVOIR_SANDINESS = 0.1
_CHAOTIC_SANDINESS = 0.05  # its blocks are of both facies
_LEVEE_LEAST = 1.5  # samples: a thinner levee is not told from the beds around it


@dataclass(frozen=True, slots=True)
class Rock:
    """The model at the samples of a block; each array has the shape of the block.

    Attributes
    ----------
    facies : ndarray of uint8
        1..6.
    faults : ndarray of bool
    log_impedance : ndarray of float32
        Natural logarithm of acoustic impedance, relative to its regional mean.
    """

    facies: npt.NDArray[np.uint8]
    faults: BoolArray
    log_impedance: Array


@dataclass(frozen=True, slots=True)
class Place:
    """Where the samples of a block lie today and where their rock was laid down.

    Attributes
    ----------
    i, j, k : ndarray of float32
        Position today.
    level : ndarray of float32
        Depositional level; the older sequence is offset (see :class:`Stratigraphy`).
    maps : dict of str to ndarray
        Every map, looked up at the restored position.
    on_fault : ndarray of bool
    salt_margin : ndarray of float32
        How deep inside salt, in traces; negative outside.
    """

    i: Array
    j: Array
    k: Array
    level: Array
    maps: dict[str, Array]
    on_fault: BoolArray
    salt_margin: Array

    @property
    def in_salt(self) -> BoolArray:
        """Which samples are salt."""
        return self.salt_margin > 0


@dataclass(frozen=True, slots=True)
class EarthModel:
    """Everything that was drawn for one survey; see :func:`seisview.data.synthesis.scenario.draw_earth`."""

    extent: Extent
    stratigraphy: Stratigraphy
    maps: MapStack
    faults: tuple[Fault, ...]
    channels: tuple[Channel, ...]
    mass_transports: tuple[MassTransport, ...]
    salts: tuple[SaltBody, ...]
    drag: SaltDrag
    gas: tuple[GasCap, ...]
    swirl: NoiseTile
    grain: NoiseTile

    def place(self, block: Block) -> Place:
        """Take the samples of a block back to where they were deposited."""
        i, j, k = block.grids()
        margin = np.full(block.shape, -np.inf, np.float32)
        for body in self.salts:
            np.maximum(margin, body.margin(i, j, k), out=margin)
        old_i, old_j, old_k, on_fault = restore_all(self.faults, i, j, k + self.drag.at(block))
        maps = self.maps.at(old_i, old_j)
        return Place(i, j, k, self._level(old_k, maps), maps, on_fault & (margin <= 0), margin)

    def _level(self, k: Array, maps: dict[str, Array]) -> Array:
        """Unfold, and tell the younger sequence from the older by the unconformity between them."""
        height = np.float32(self.extent.n_samples)
        flat = k - maps["fold"] * (np.float32(0.6) + np.float32(0.5) * k / height)
        middle = np.float32(0.5) * height
        younger = flat + (flat - middle) * maps["growth"]
        older = flat + maps["older_fold"] - (flat - middle) * maps["older_growth"]
        return np.where(flat < maps["unconformity"], younger, older + np.float32(self.stratigraphy.offset))

    def facies(self, block: Block) -> npt.NDArray[np.uint8]:
        """Facies alone, for counting: faster than :meth:`rock`."""
        return self._classify(self.place(block))[0]

    def rock(self, block: Block) -> Rock:
        """Facies, faults and impedance at the samples of a block; samples must be consecutive."""
        place = self.place(block)
        facies, sand = self._classify(place)
        level = place.level.copy()
        grain = self.grain.at(block)
        chaotic = facies == CHAOTIC_ID
        swirl = self.swirl.at(block)[chaotic] + 0.3 * grain[chaotic]
        level[chaotic] += swirl * np.float32(0.03 * self.extent.n_samples)
        sand[chaotic] = _CHAOTIC_SANDINESS
        gas = facies == GAS_ID
        sand[gas] = np.maximum(sand[gas], _RESERVOIR_SANDINESS)
        level = self._fill_channels(level, place, facies)
        impedance = self._layers(level, place, sand)
        impedance[chaotic] += 0.03 * grain[chaotic] - 0.02
        impedance[facies == CHANNEL_ID] -= 0.05
        impedance[gas] = _GAS_BED_CONTRAST * impedance[gas] + _GAS_LOG_IMPEDANCE
        salt_share = np.clip(0.5 + place.salt_margin / _FLANK_BLUR, 0, 1)
        impedance += salt_share * (_SALT_LOG_IMPEDANCE + 0.015 * grain - impedance)
        return Rock(facies, place.on_fault, impedance)

    def _classify(self, place: Place) -> tuple[npt.NDArray[np.uint8], Array]:
        """Facies and sandiness."""
        modes = [place.maps[f"mode{n}"] for n in range(N_MODES)]
        sand = self.stratigraphy.sandiness(place.level, modes)
        facies = np.where(sand > 0, SAND_ID, SHALE_ID).astype(np.uint8)
        for number, deposit in enumerate(self.mass_transports):
            thickness = place.maps[f"chaotic{number}"]
            above_base = deposit.base - place.level
            facies[(above_base > 0) & (above_base < thickness) & (thickness > 2)] = CHAOTIC_ID
        for number, channel in enumerate(self.channels):
            below_banks = place.level - channel.top
            levee = place.maps[f"levee{number}"]
            facies[(below_banks < 0) & (below_banks > -levee) & (levee > _LEVEE_LEAST)] = SAND_ID
            facies[(below_banks >= 0) & (below_banks < place.maps[f"channel{number}"])] = CHANNEL_ID
        for cap in self.gas:
            facies[cap.contains(place.i, place.j, place.k, place.level)] = GAS_ID
        facies[place.in_salt] = SALT_ID
        return facies, sand

    def _fill_channels(self, level: Array, place: Place, facies: npt.NDArray[np.uint8]) -> Array:
        """Beds of a fill follow its base; beds of a levee thicken towards the channel; roofs sag."""
        channel_rock = facies == CHANNEL_ID
        for number, channel in enumerate(self.channels):
            below_banks = place.level - channel.top
            depth = place.maps[f"channel{number}"]
            inside = channel_rock & (below_banks >= 0) & (below_banks < depth)
            level[inside] += (-0.7 * depth + 4 * number + 17)[inside]
            over = (below_banks < 0) & (below_banks > -60)
            sag = 0.22 * depth - place.maps[f"levee{number}"] * np.float32(0.6)
            level[over] -= (sag * np.exp(np.minimum(below_banks, 0) / 16))[over]
        return level

    def _layers(self, level: Array, place: Place, sand: Array) -> Array:
        """Impedance of the beds, from the shale and the sand table mixed by sandiness."""
        thickness = np.abs(np.gradient(level, axis=-1))
        thickness = np.where(thickness > 4, np.float32(1), np.maximum(thickness, np.float32(0.2)))
        shale = self.stratigraphy.log_impedance(SHALE, level, thickness)
        sandy = self.stratigraphy.log_impedance(SAND, level, thickness)
        share = np.clip(0.5 + sand / np.float32(0.2), 0, 1)
        lateral = 1 + np.float32(0.12) * (place.maps["mode0"] - place.maps["mode3"])
        mixed: Array = shale + (sandy - shale) * share
        mixed *= self.stratigraphy.strength(place.level) * np.clip(lateral, 0.6, 1.5)
        return mixed
