"""All tools by name."""

from __future__ import annotations

from seisview.gui.tools.between import Between
from seisview.gui.tools.brush import Brush, Eraser
from seisview.gui.tools.fill import Fill
from seisview.gui.tools.line import Line
from seisview.gui.tools.match import Match
from seisview.gui.tools.pick import Pick
from seisview.gui.tools.polygon import Polygon
from seisview.gui.tools.tool import Tool, ToolName
from seisview.gui.tools.wand import Wand

_TOOLS: dict[ToolName, type[Tool]] = {
    ToolName.PAN: Tool,
    ToolName.BRUSH: Brush,
    ToolName.ERASER: Eraser,
    ToolName.POLYGON: Polygon,
    ToolName.FILL: Fill,
    ToolName.PICK: Pick,
    ToolName.MATCH: Match,
    ToolName.LINE: Line,
    ToolName.WAND: Wand,
    ToolName.BETWEEN: Between,
}


def make_tool(name: ToolName | str) -> Tool:
    """Return a new tool.

    Raises
    ------
    ValueError
        If there is no tool of that name.
    """
    return _TOOLS[ToolName(name)]()
