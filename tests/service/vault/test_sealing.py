"""Sealed values open with their key and in their place only."""

from __future__ import annotations

import pytest

from service.vault.fields import BLOCK_BYTES, FieldSealer
from service.vault.locked import SealBroken
from service.vault.sealing import Sealer

ONE, TWO = b"1" * 32, b"2" * 32


def test_what_is_sealed_opens_in_its_place_only() -> None:
    sealer = Sealer(ONE)
    sealed = sealer.seal(b"a voice", "voiceprint 1 S1")
    assert b"voice" not in sealed
    assert sealer.open(sealed, "voiceprint 1 S1") == b"a voice"
    assert sealer.seal(b"a voice", "voiceprint 1 S1") != sealed
    with pytest.raises(SealBroken):
        sealer.open(sealed, "voiceprint 1 S2")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            sealer.open(changed, "voiceprint 1 S1")
    for short in (b"", b"\x01", sealed[:20]):
        with pytest.raises(SealBroken):
            sealer.open(short, "voiceprint 1 S1")


def test_another_key_opens_nothing() -> None:
    sealed = Sealer(ONE).seal(b"a voice", "x")
    with pytest.raises(SealBroken, match="Put the key file"):
        Sealer(TWO).open(sealed, "x")


@pytest.mark.parametrize("text", ["", "Kari", "Åse — «ja»", "x" * 500, "ends in \x80 and zeros \0\0"])
def test_texts_and_names_come_back(text: str) -> None:
    fields = FieldSealer(ONE)
    assert fields.open_text(fields.seal_text(text, "word.text"), "word.text") == text
    assert fields.open_name(fields.seal_name(text, "a.path"), "a.path") == text


def test_a_text_is_never_sealed_the_same_twice_and_a_name_always() -> None:
    fields = FieldSealer(ONE)
    assert fields.seal_text("Kari", "word.text") != fields.seal_text("Kari", "word.text")
    assert fields.seal_name("Kari.wav", "a.path") == FieldSealer(ONE).seal_name("Kari.wav", "a.path")
    assert fields.seal_name("Kari.wav", "a.path") != fields.seal_name("Kari.wav", "b.path")
    assert fields.seal_name("Kari.wav", "a.path") != FieldSealer(TWO).seal_name("Kari.wav", "a.path")


def test_sealed_words_are_equally_long() -> None:
    fields = FieldSealer(ONE)
    lengths = {
        len(fields.seal_text(word, "word.text")) for word in ("I", "psychotherapy", "x" * (BLOCK_BYTES - 1))
    }
    assert len(lengths) == 1


def test_a_value_opens_in_its_column_and_with_its_key_only() -> None:
    fields = FieldSealer(ONE)
    text, name = fields.seal_text("Kari", "word.text"), fields.seal_name("Kari", "a.path")
    digest, data = fields.seal_digest("ab" * 32), fields.seal_data(b"Kari", "search_text.lines")
    assert fields.open_digest(digest) == "ab" * 32
    assert len(digest) == 64
    assert fields.open_data(data, "search_text.lines") == b"Kari"
    other = FieldSealer(TWO)
    attempts = (
        lambda: fields.open_text(text, "interview.title"),
        lambda: fields.open_name(name, "b.path"),
        lambda: fields.open_data(data, "word.text"),
        lambda: other.open_text(text, "word.text"),
        lambda: other.open_name(name, "a.path"),
        lambda: other.open_digest(digest),
        lambda: other.open_data(data, "search_text.lines"),
        lambda: fields.open_text("Kari", "word.text"),
        lambda: fields.open_text("", "word.text"),
        lambda: fields.open_name("Kari Nordmann", "a.path"),
    )
    for attempt in attempts:
        with pytest.raises(SealBroken):
            attempt()
