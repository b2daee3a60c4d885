"""Where the two databases lie, found without loading the settings.

:class:`service.settings.Settings` costs a tenth of a second to load, a third of what ``lytt at`` may
take. These values come from the same sources in the same order; a test holds that both agree.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_NAME_PATTERN = r"(?P<group>[A-Za-z]+0*\d+)[-_/ ]?(?P<role>[A-Za-z])(?P<wave>\d+)"
TOML = "lytt.toml"
KEY_FILE = "vault.key"
EVENT_LOG_HEAD = "event_log.head"


def default_data_dir() -> Path:
    return Path.home() / ".local" / "share" / "lytt"


def sqlite_url(data_dir: Path, store: str) -> str:
    """The database of a store (``vault``, ``coding``) when no other is set."""
    return f"sqlite:///{data_dir / store}.sqlite"


@dataclass(frozen=True, slots=True)
class Places:
    """Database URLs of the two stores, where the event log's end is anchored, the pattern of interview ids, whether
    every word is shown, the notation, and where the vault's key is: its file, or the key itself."""

    vault_database: str
    coding_database: str
    event_log_head: Path
    name_pattern: str
    verbatim: bool
    notation: str
    key_file: Path
    vault_key: str | None = field(default=None, repr=False)


def find_places(environment: Mapping[str, str] = os.environ) -> Places:
    """The places as the environment and ``lytt.toml`` say."""
    given = {name.upper(): value for name, value in environment.items()}
    data_dir = Path(given.get("LYTT_DATA_DIR") or default_data_dir())
    try:
        written = tomllib.loads((data_dir / TOML).read_text())
    except (FileNotFoundError, NotADirectoryError):
        written = {}

    def value(name: str) -> str | None:
        found = given.get(f"LYTT_{name.upper()}", written.get(name))
        return None if found is None else str(found)

    key = Path(value("vault_key_file") or data_dir / KEY_FILE)
    return Places(
        value("vault_url") or sqlite_url(data_dir, "vault"),
        value("coding_url") or sqlite_url(data_dir, "coding"),
        Path(value("event_log_head_file") or key.with_name(EVENT_LOG_HEAD)),
        value("name_pattern") or DEFAULT_NAME_PATTERN,
        (value("verbatim") or "true").lower() not in ("false", "0", "no", "off", "f", "n"),
        value("notation") or "plain",
        key,
        value("vault_key"),
    )
