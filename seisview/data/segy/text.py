"""The textual header of a SEG-Y file: its encoding, and what it says about the vertical axis."""

from __future__ import annotations

import re

from seisview.data.geometry import Domain

TEXT_BYTES = 3200
_LINE = 80

_METRES = r"(?:M|METRES?|METERS?|FT|FEET)\b"
_MILLISECONDS = r"(?:MS|MSEC|MILLISECONDS?|MICROSECONDS?|US)\b"
_SAMPLING = r"\bSAMPL\w*\s+(?:INTERVAL|RATE|UNITS?)\b[^\n]{0,20}"
_LIMIT = r"\b(?:MAX|MIN|FIRST|LAST|START|END)\w*\s+"
_PRODUCT = r"\s+(?:CUBE|VOLUME|SECTION|SLICE|DATA|STACK|MIGRATED)\b"
_DEPTH = (
    (3, r"\bDOMAIN\s*[:=]?\s*DEPTH\b|\bDEPTH[\s-]+DOMAIN\b|\bIN\s+DEPTH\b"),
    (2, rf"\bDEPTH{_PRODUCT}|\bDEPTH\s+SAMPL"),
    (2, rf"{_SAMPLING}\b(?:\d+(?:\.\d+)?\s*{_METRES}|{_METRES}|DEPTH\b)"),
    (2, rf"{_LIMIT}DEPTH\b|\bDEPTH\s+M(?:IN|AX)\b"),
    (2, rf"\bZ[\s-]*UNITS?\s*[:=]?\s*{_METRES}"),
)
_TIME = (
    (3, r"\bDOMAIN\s*[:=]?\s*TIME\b|\bTIME[\s-]+DOMAIN\b|\bIN\s+TIME\b|\bDEPTH\s+TO\s+TIME\b"),
    (2, rf"\bTWT\b|\bTWO[\s-]+WAY\b|\bTIME{_PRODUCT}"),
    (2, rf"{_SAMPLING}(?:\d|\b){_MILLISECONDS}"),
    (2, rf"{_LIMIT}TIME\b(?!\s*/)|\bTIME\s+M(?:IN|AX)\b|\bRECORD\w*\s+LENGTH\b[^\n]{{0,20}}\d\s*MS"),
)


def decode_text(raw: bytes) -> tuple[str, str]:
    """Decode a textual header.

    Parameters
    ----------
    raw : bytes
        3200 bytes.

    Returns
    -------
    text : str
        80-character lines joined by newlines; empty when the header is.
    encoding : str
        ``"ebcdic"``, ``"ascii"`` or ``""``.
    """
    content = raw.strip(b"\x00\x20\x40")
    if not content:
        return "", ""
    codec = (
        "ascii" if _share_of_text(raw.decode("latin-1")) >= _share_of_text(raw.decode("cp500")) else "ebcdic"
    )
    text = raw.decode("latin-1" if codec == "ascii" else "cp500")
    if _share_of_text(text) < 0.6:
        return "", ""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    lines = [printable[start : start + _LINE].rstrip() for start in range(0, len(printable), _LINE)]
    return "\n".join(lines).rstrip(), codec


def _share_of_text(text: str) -> float:
    """Share of plain letters, digits, blanks and usual punctuation among what is not a zero byte."""
    letters = [letter for letter in text if letter != "\x00"]
    plain = sum(letter.isascii() and letter.isprintable() for letter in letters)
    return plain / max(len(letters), 1)


def recognise_domain(text: str) -> Domain:
    """Time or depth, by what the textual header says; time when it does not say.

    The standard has no field for it before revision 2, so phrases such as ``DOMAIN: DEPTH``,
    ``DEPTH VOLUME`` or ``SAMPLE INTERVAL: 5 M`` are weighed against ``TWT``, ``TIME SECTION`` or
    ``SAMPLE INTERVAL: 4 MS``.
    """
    upper = text.upper()
    depth, time = (
        sum(weight for weight, pattern in table if re.search(pattern, upper)) for table in (_DEPTH, _TIME)
    )
    return Domain.DEPTH if depth > time else Domain.TIME


def declared_line_bytes(text: str) -> tuple[int, int] | None:
    """Inline and crossline byte that an extended header declares (SEG-Y revision 2.1 layout).

    Parameters
    ----------
    text : str
        The extended textual headers.
    """
    found: dict[str, int] = {}
    for entry in re.findall(r"<entry\b[^>]*>", text, re.IGNORECASE):
        name = re.search(r"name\s*=\s*[\"']([^\"']*)", entry)
        byte = re.search(r"byte\s*=\s*[\"'](\d+)", entry)
        if name and byte and name[1].lower() in ("iline", "xline"):
            found.setdefault(name[1].lower(), int(byte[1]))
    if len(found) < 2:
        return None
    return found["iline"], found["xline"]
