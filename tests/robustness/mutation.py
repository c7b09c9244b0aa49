"""Changing files the way a bad disk, a bad cable and a bad person would; seeded."""

from __future__ import annotations

import random
import re

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TEXT = re.compile(rb'"[^"\\]{0,200}"')
_NUMBERS = (
    *(b"-1", b"0", b"1", b"255", b"256", b"65536", b"2147483648", b"1e999", b"-1e999", b"NaN", b"0.5"),
    *(b"9" * 30, b"9" * 5000, b"null", b"true", b'"x"', b"[]", b"{}", b"[1,2]"),
)
_TEXTS = (
    b'""',
    b'"\\ud800"',
    b'"\\u0000"',
    b'"../../x"',
    b'"' + b"a" * 5000 + b'"',
    b"1",
    b"null",
    b"[]",
    b"{}",
)
_INTERESTING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(content: bytes, choose: random.Random) -> bytes:
    """One to eight changes: bits, numbers of 1 to 8 bytes, JSON values, cuts, repeats and moves."""
    data = bytearray(content)
    for _ in range(choose.choice((1, 1, 2, 3, 5, 8))):
        choose.choice(_CHANGES)(data, choose)
    return bytes(data)


def _flip(data: bytearray, choose: random.Random) -> None:
    if data:
        data[_place(data, choose)] ^= 1 << choose.randrange(8)


def _set_number(data: bytearray, choose: random.Random) -> None:
    width, order = choose.choice((1, 2, 2, 4, 4, 8)), choose.choice(("big", "little"))
    value = choose.choice((choose.choice(_INTERESTING), choose.getrandbits(8 * width)))
    raw = (value & ((1 << 8 * width) - 1)).to_bytes(width, order)  # type: ignore[arg-type]
    at = _place(data, choose)
    data[at : at + width] = raw


def _cut(data: bytearray, choose: random.Random) -> None:
    start = _place(data, choose)
    del data[start : start + choose.choice((1, 4, 100, len(data)))]


def _insert(data: bytearray, choose: random.Random) -> None:
    at = _place(data, choose)
    data[at:at] = choose.randbytes(choose.choice((1, 2, 8, 64)))


def _repeat(data: bytearray, choose: random.Random) -> None:
    start, length = _place(data, choose), choose.choice((1, 16, 240, 1000))
    at = _place(data, choose)
    data[at:at] = data[start : start + length] * choose.choice((1, 1, 3))


def _nest(data: bytearray, choose: random.Random) -> None:
    at, depth = _place(data, choose), choose.choice((2, 50, 5000))
    data[at:at] = choose.choice((b"[", b'{"a":', b"(", b"-")) * depth


def _replace_token(data: bytearray, choose: random.Random) -> None:
    pattern, values = choose.choice(((_NUMBER, _NUMBERS), (_TEXT, _TEXTS)))
    found = pattern.search(data, _place(data, choose))
    if found is not None:
        data[found.start() : found.end()] = choose.choice(values)


def _place(data: bytearray, choose: random.Random) -> int:
    """Anywhere, but often near the beginning, where headers are."""
    if not data:
        return 0
    return choose.randrange(choose.choice((len(data), min(len(data), 400))))


_CHANGES = (_flip, _flip, _set_number, _set_number, _set_number, _cut, _insert, _repeat, _nest) + (
    _replace_token,
) * 6
