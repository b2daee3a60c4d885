"""The quick look at the settings and the settings themselves agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.places import find_places
from service.settings import Settings

WRITTEN = """
vault_url = "sqlite:////v"
name_pattern = "(?P<group>a)(?P<role>b)(?P<wave>1)"
port = 9000
"""


@pytest.mark.parametrize(
    "env",
    [
        {},
        {
            "LYTT_VAULT_URL": "postgresql://a/b",
            "lytt_coding_url": "sqlite:////x",
            "LYTT_VAULT_KEY_FILE": "/k/key",
        },
    ],
)
@pytest.mark.parametrize("toml", [None, "", WRITTEN])
def test_both_find_the_same_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, env: dict[str, str], toml: str | None
) -> None:
    for name, value in (env | {"LYTT_DATA_DIR": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    if toml is not None:
        (tmp_path / "lytt.toml").write_text(toml)
    quick, full = find_places(), Settings()
    assert (quick.vault_database, quick.coding_database, quick.name_pattern) == (
        full.vault_database,
        full.coding_database,
        full.name_pattern,
    )
    assert (quick.vault_key, quick.event_log_head) == (full.vault_key, full.event_log_head)


def test_without_any_setting_both_look_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LYTT_DATA_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (
        find_places().vault_database
        == Settings().vault_database
        == f"sqlite:///{tmp_path}/.local/share/lytt/vault.sqlite"
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org"])
def test_no_open_door_without_a_token(host: str) -> None:
    with pytest.raises(ValueError, match="LYTT_ACCESS_TOKEN"):
        Settings(host=host)
    assert Settings(host=host, access_token="a-long-enough-token").host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_loopback_needs_no_token(host: str) -> None:
    assert Settings(host=host).access_token is None
