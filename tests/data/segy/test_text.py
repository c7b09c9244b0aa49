from __future__ import annotations

import pytest

from seisview.data.geometry import Domain
from seisview.data.segy.text import declared_line_bytes, decode_text, recognise_domain


@pytest.mark.parametrize(("codec", "name"), [("cp500", "ebcdic"), ("ascii", "ascii")])
def test_both_encodings(codec: str, name: str) -> None:
    text = "C 1 CLIENT: NOBODY".ljust(80) + "C 2 LINE 7"
    assert decode_text(text.ljust(3200).encode(codec)) == ("C 1 CLIENT: NOBODY\nC 2 LINE 7", name)


@pytest.mark.parametrize("raw", [bytes(3200), b"\x40" * 3200, b" " * 3200])
def test_an_empty_header(raw: bytes) -> None:
    assert decode_text(raw) == ("", "")


def test_a_zero_byte_or_a_control_byte_does_not_spoil_the_text() -> None:
    raw = bytearray("C 1 HELLO WORLD".ljust(3200).encode("cp500"))
    raw[9] = 0
    raw[3199] = 0x15
    text, encoding = decode_text(bytes(raw))
    assert encoding == "ebcdic"
    assert text == "C 1 HELLO WORLD"


def test_bytes_that_are_no_text() -> None:
    assert (
        decode_text(bytes(range(128, 228)) * 32)[0] == "" or decode_text(bytes(range(1, 32)) * 104)[1] == ""
    )


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("", Domain.TIME),
        ("C 5 FINAL PSDM STACK FULL OFFSET IN DEPTH", Domain.DEPTH),
        ("DOMAIN: DEPTH", Domain.DEPTH),
        ("SAMPLE INTERVAL= 5 M", Domain.DEPTH),
        ("SAMPLE INTERVAL: 10 FT", Domain.DEPTH),
        ("Depth min: -4502.00 max: -2.00", Domain.DEPTH),
        ("SAMPLE INTERVAL: 4 MS", Domain.TIME),
        ("PSDM STRETCHED TO TIME, SAMPLE RATE 4MS, KIRCHHOFF DEPTH MIGRATION", Domain.TIME),
        ("Trace start time/depth : bytes 109-110", Domain.TIME),
        ("WATER DEPTH 100 M, RECORD LENGTH 4000 MS", Domain.TIME),
        ("DEPTH MIGRATED, CONVERTED IN TIME, TWT", Domain.TIME),
    ],
)
def test_time_or_depth_by_the_text(text: str, domain: Domain) -> None:
    assert recognise_domain(text) is domain


def test_line_bytes_that_the_file_declares() -> None:
    layout = '((SEG:Layout))<entry name="iline" byte="1" type="int4"/><entry name="xline" byte="5"/>'
    assert declared_line_bytes(layout) == (1, 5)
    assert declared_line_bytes('<entry name="iline" byte="1"/>') is None
    assert declared_line_bytes("") is None
