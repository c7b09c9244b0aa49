"""Moments in words; free of Qt and of everything heavy: the welcome page shows them first of all."""

from __future__ import annotations

from datetime import datetime


def time_text(moment: datetime, now: datetime | None = None) -> str:
    """``"14:02"`` today, else with the date: ``"13 Nov 14:02"``; in local time."""
    local = moment.astimezone()
    today = (now or datetime.now().astimezone()).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    year = f" {local:%Y}" if local.year != today.year else ""
    return f"{local.day} {local:%b}{year} {local:%H:%M}"
