"""Why there is no preview: of one section, of any, or of the section that should be on screen. Free of Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

from seisview.data.geometry import SectionKey
from seisview.errors import SeisviewError


@dataclass(slots=True, eq=False)
class PreviewTroubles:
    """What went wrong and was not mended since.

    Attributes
    ----------
    on_screen : SeisviewError or None
        Why the section wanted on screen is not there.
    everywhere : SeisviewError or None
        Why no features can be made.
    by_section : dict of SectionKey to SeisviewError
        Why those of some sections cannot.
    """

    on_screen: SeisviewError | None = None
    everywhere: SeisviewError | None = None
    by_section: dict[SectionKey, SeisviewError] = field(default_factory=dict)
    _told: str = ""

    def here(self, key: SectionKey | None) -> str:
        """Why a section has no features, in one sentence; empty when they may come."""
        error = self.everywhere if key is None else self.by_section.get(key, self.everywhere)
        return "" if error is None else error.message

    def mend(self, key: SectionKey) -> None:
        """A section got its features."""
        self.everywhere = None
        self.by_section.pop(key, None)

    def is_news(self, error: SeisviewError) -> bool:
        """Whether this error about the survey as a whole was not told before; notes that it is."""
        before, self._told = self._told, error.message
        return error.message != before
