"""The view state keeps values in range, announces real changes only, and remembers where each axis was."""

from __future__ import annotations

import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.view.view_state import DisplayChoice, ViewState


@pytest.fixture
def announced():
    state, names = ViewState(), []
    state.changed.connect(names.append)
    return state, names


def test_only_real_changes_are_announced(announced):
    state, names = announced
    state.set_tool("eraser")
    state.set_tool("eraser")
    state.set_layer("facies", visible=True)
    state.set_layer("facies", opacity=0.5)
    assert names == ["tool", "layers"]


def test_values_are_kept_in_range(announced):
    state, _ = announced
    state.set_display(clip_percent=12, gain=1e9)
    state.set_brush_diameter(0)
    state.set_layer("labels", opacity=-3)
    assert state.display == DisplayChoice(80.0, 10.0, "grey")
    assert state.brush_diameter == 1
    assert state.layers["labels"].opacity == 0.0


def test_unknown_tool_is_a_programming_error(announced):
    with pytest.raises(ValueError, match="hammer"):
        announced[0].set_tool("hammer")


def test_direction_follows_scrolling_along_one_axis(announced):
    state, _ = announced
    state.set_key(SectionKey(Axis.INLINE, 5))
    state.set_key(SectionKey(Axis.INLINE, 4))
    assert state.direction == -1
    state.set_key(SectionKey(Axis.CROSSLINE, 50))
    assert state.direction == -1
    state.set_key(SectionKey(Axis.CROSSLINE, 51))
    assert state.direction == 1
    assert state.last_index(Axis.INLINE, 0) == 4
    state.set_key(None)
    assert state.last_index(Axis.INLINE, 7) == 7


def test_display_survives_storage_and_bad_values_fall_back():
    choice = DisplayChoice(95.0, 2.0, "red-white-blue")
    assert DisplayChoice.from_dict(choice.to_dict()) == choice
    assert DisplayChoice.from_dict({"clip_percent": 3, "gain": "loud", "colormap": None}) == DisplayChoice()


def test_layers_that_colour_the_whole_section_are_shown_one_at_a_time() -> None:
    state = ViewState()
    state.set_layer("confidence", visible=True)
    state.set_layer("clusters", visible=True)
    assert {name for name, layer in state.layers.items() if layer.visible} == {
        "clusters",
        "confidence",
        "labels",
    }
    state.set_layer("clusters", opacity=0.2)
    state.set_layer("facies", visible=True)
    assert not state.layers["clusters"].visible
    assert state.layers["clusters"].opacity == 0.2
