"""Gives a widget what tests, screen readers and a hovering mouse know it by."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


def named(widget: AnyWidget, object_name: str, accessible_name: str = "", hover: str = "") -> AnyWidget:
    """Set object name, accessible name and tooltip; the tooltip falls back to the accessible name."""
    widget.setObjectName(object_name)
    if accessible_name:
        widget.setAccessibleName(accessible_name)
    if hover or accessible_name:
        widget.setToolTip(hover or accessible_name)
    return widget
