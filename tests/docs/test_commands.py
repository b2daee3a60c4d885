"""docs/commands.md describes every command with every option and argument, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
import typer

from service.cli.main import app

from .conftest import ROOT, sections

SECTIONS = sections((ROOT / "docs" / "commands.md").read_text(encoding="utf-8"))


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
    else:
        for name, child in children.items():
            yield from _commands(child, f"{path} {name}")


COMMANDS = dict(_commands(typer.main.get_command(app), "lytt"))


def test_the_page_has_a_section_for_each_command_and_no_others() -> None:
    documented = {heading.strip("`") for heading in SECTIONS if heading.startswith("`lytt ")}
    assert documented == set(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS)
def test_each_command_is_described_with_its_options(path: str) -> None:
    documented = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", SECTIONS[f"`{path}`"]))
    options = {
        option
        for parameter in COMMANDS[path].params
        if parameter.param_type_name == "option" and parameter.name != "help"
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert documented == options
