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
    assert (quick.key_file, quick.event_log_head) == (full.key_file, full.event_log_head)


def test_without_any_setting_both_look_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LYTT_DATA_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (
        find_places().vault_database
        == Settings().vault_database
        == f"sqlite:///{tmp_path}/.local/share/lytt/vault.sqlite"
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org"])
def test_signing_in_can_be_turned_off_on_this_machine_only(host: str) -> None:
    with pytest.raises(ValueError, match="LYTT_LOGIN"):
        Settings(host=host, login="off")
    assert Settings(host=host).login == "auto"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_on_this_machine_nobody_need_sign_in(host: str) -> None:
    assert Settings(host=host, login="off").access_token is None


def test_an_identity_provider_is_named_whole_and_over_tls() -> None:
    with pytest.raises(ValueError, match="belong together"):
        Settings(oidc_issuer="https://id.example.org")
    with pytest.raises(ValueError, match="https"):
        Settings(oidc_issuer="http://id.example.org", oidc_client_id="lytt")
    assert Settings(oidc_issuer="http://127.0.0.1:9000", oidc_client_id="lytt").oidc_label == "single sign-on"
