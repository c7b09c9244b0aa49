"""The text header of an exported SEG-Y: what the values mean, their origin, what the source said."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from seisview import __version__
from seisview.export.content import CARRIED_FROM, Content, ContentKind

N_LINES, WIDTH = 40, 76
_TITLES = {
    ContentKind.FACIES: "FACIES (CLASSES PREDICTED BY A TRAINED NETWORK)",
    ContentKind.CONFIDENCE: "CONFIDENCE OF THE FACIES (PROBABILITY OF THE CLASS)",
    ContentKind.SIMILARITY: "SIMILARITY TO THE PATCHES SEARCHED FOR (CONFIDENCE OF A MATCH, 0..1)",
    ContentKind.CLUSTERS: "CLUSTERS (PATTERNS FOUND WITHOUT LABELS)",
    ContentKind.ANOMALY: "ANOMALY (HOW UNUSUAL; ABOVE 0.5: AMONG THE SHARE CALLED ANOMALOUS)",
    ContentKind.LABELS: "LABELS (CLASSES PAINTED BY AN INTERPRETER)",
}
_CARRIED_TITLES = {
    ContentKind.FACIES: "FACIES (PAINTED CLASSES, CARRIED ALONG REFLECTIONS)",
    ContentKind.CONFIDENCE: "CONFIDENCE OF THE FACIES (HOW NEAR THE LABEL IS; NO PROBABILITY)",
}


def content_lines(content: Content, sample_description: str, limit: int) -> list[str]:
    """Describe an export: title, samples, provenance, then the class table.

    Parameters
    ----------
    content : Content
    sample_description : str
        Sample format and meaning of the values.
    limit : int
        Lines there is room for. Classes that do not fit are counted in the last line.

    Returns
    -------
    list of str
        At most `limit` lines of plain ASCII, at most 76 characters each.
    """
    titles = _TITLES | (_CARRIED_TITLES if CARRIED_FROM in content.provenance else {})
    lines = [f"SEISVIEW {__version__}  {titles[content.kind]}", f"SAMPLES: {sample_description}"]
    lines += [f"{name.upper()}: {value}" for name, value in content.provenance.items()]
    classes = [f"CLASS {c.id:3d} {c.color}  {c.name}" for c in content.scheme.classes]
    room = limit - len(lines)
    if len(classes) > room:
        kept = max(room - 1, 0)
        classes = [*classes[:kept], f"AND {len(classes) - kept} MORE CLASSES"]
    return [_plain(line)[:WIDTH] for line in (lines + classes)[:limit]]


def replaced_text_header(own: Sequence[str], source_text: str, encoding: str) -> bytes:
    """Compose the 3200 bytes that replace the source's text header.

    The C-card layout (40 lines of 80 columns, ``C01`` ... ``C40``) and the source's encoding are kept. What
    the source's header said follows below `own`, as far as there is room for it.

    Parameters
    ----------
    own : sequence of str
        Lines of :func:`content_lines`.
    source_text : str
        The source's text header, lines joined by newlines; may be empty.
    encoding : str
        ``"ebcdic"`` or ``"ascii"``.

    Returns
    -------
    bytes
        Length 3200.
    """
    kept = [line for line in map(_without_card_number, source_text.split("\n")) if line]
    ending = [line for line in kept if _is_ending(line)]
    kept = [line for line in kept if not _is_ending(line)]
    room = N_LINES - len(own) - len(ending)
    quoted = ["THE TEXT HEADER OF THE SOURCE SAID:", *kept][:room] if kept and room > 1 else []
    middle = [*own, *quoted][: N_LINES - len(ending)]
    lines = [*middle, *[""] * (N_LINES - len(middle) - len(ending)), *ending[-N_LINES:]]
    cards = "".join(f"C{n:02d} {_plain(line)[:WIDTH]:<{WIDTH}}" for n, line in enumerate(lines, start=1))
    return cards.encode("cp500" if encoding == "ebcdic" else "ascii")


def _is_ending(line: str) -> bool:
    """Whether this is one of the two cards that revision 1 and 2 ask for at the end."""
    text = line.upper().replace(" ", "")
    return text.startswith(("ENDTEXTUALHEADER", "ENDEBCDIC")) or text in {
        "SEGYREV1",
        "SEGYREV1.0",
        "SEGYREV2",
        "SEGYREV2.0",
        "SEGYREV2.1",
    }


def _without_card_number(line: str) -> str:
    card = line[:1] in "Cc" and line[1:3].strip().isdigit()
    return (line[3:] if card else line).strip()


def _plain(line: str) -> str:
    """Printable ASCII: accents are dropped, what has no Latin form becomes a question mark."""
    decomposed = unicodedata.normalize("NFKD", line)
    base = "".join(c for c in decomposed if not unicodedata.combining(c))
    ascii_text = base.encode("ascii", "replace").decode("ascii")
    return "".join(c if c.isprintable() else " " for c in ascii_text)
