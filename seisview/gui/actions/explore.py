"""The actions of the Explore menu: what nobody labelled, and what is alike."""

from __future__ import annotations

from seisview.gui.actions.spec import SURVEY, ActionSpec

EXPLORE_ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("show_clusters", "Explore", 0, "&Clusters of this survey", needs=SURVEY),
    ActionSpec(
        "tool_match", "Explore", 0, "&Match patch", keys=("M",), needs=SURVEY, icon="match", group="tool"
    ),
    ActionSpec("cluster_folder", "Explore", 1, "Clusters of a &folder of patches…"),
    ActionSpec("match_folders", "Explore", 1, "&Similar images in folders…"),
)
