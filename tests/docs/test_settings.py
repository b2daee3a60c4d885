"""Every setting is in docs/operations.md with its default, and nothing there is invented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from service.settings import Settings

from .conftest import pages, table_rows

IN_DOCKER_ONLY = {
    "LYTT_VAULT_PASSWORD",
    "LYTT_CODING_PASSWORD",
    "LYTT_RECORDINGS",
    "LYTT_TORCH_INDEX",
    "LYTT_UID",
}
"""Variables of docker/, which the settings do not know."""
OF_ONE_COMMAND = {"LYTT_VAULT_NEW_KEY"}
"""Given to one command, never kept."""


def _shown(field: FieldInfo) -> str:
    """The default as the table writes it."""
    default: Any = field.get_default(call_default_factory=True)
    if default is None:
        return "not set"
    if default == ():
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, Path):
        return f"`~/{default.relative_to(Path.home()).as_posix()}`"
    if isinstance(default, float) and default.is_integer():
        default = int(default)
    return f"`{default}`"


def test_every_setting_is_in_the_table_with_its_default(operations: str) -> None:
    documented = {row[0]: row[1] for row in table_rows(operations) if row[0].startswith("`LYTT_")}
    expected = {f"`LYTT_{name.upper()}`": _shown(field) for name, field in Settings.model_fields.items()}
    assert documented == expected


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = {f"LYTT_{name.upper()}" for name in Settings.model_fields} | IN_DOCKER_ONLY | OF_ONE_COMMAND
    for path, text in pages().items():
        assert set(re.findall(r"\bLYTT_[A-Z_]*[A-Z]\b", text)) <= known, path


def test_the_example_of_the_settings_file_can_be_read(operations: str, tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", operations, re.DOTALL)
    assert example, "docs/operations.md has no example of lytt.toml"
    (tmp_path / "lytt.toml").write_text(example[1], encoding="utf-8")
    settings = Settings(data_dir=tmp_path)
    assert settings.model_fields_set > {"data_dir"}
