"""Sealed values open with their key and in their place only."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.vault.sealing import KeyUnusable, SealBroken, sealer_of


def test_what_is_sealed_opens_in_its_place_only(tmp_path: Path) -> None:
    sealer = sealer_of(tmp_path / "key")
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


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    sealed = sealer_of(tmp_path / "one").seal(b"a voice", "x")
    with pytest.raises(SealBroken, match="Put the key file"):
        sealer_of(tmp_path / "two").open(sealed, "x")


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "data" / "vault.key"
    with ThreadPoolExecutor(8) as pool:
        sealers = list(pool.map(lambda _: sealer_of(file), range(32)))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["vault.key"], "no drafts are left"
    sealed = sealers[0].seal(b"a voice", "x")
    assert {one.open(sealed, "x") for one in sealers} == {b"a voice"}


@pytest.mark.parametrize("content", ["", "not a key", "ab" * 31, "zz" * 32])
def test_a_file_that_is_no_key_is_told_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "vault.key"
    file.write_text(content)
    with pytest.raises(KeyUnusable, match="holds no key"):
        sealer_of(file)
    assert file.read_text() == content
