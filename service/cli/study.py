"""``lytt study``: the protocol of the study: make one, check it, show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.errors import Refusal

if TYPE_CHECKING:
    from service.settings import Settings
    from service.study.protocol import Protocol

app = typer.Typer(help="The study's protocol: make one, check it, show it.", no_args_is_help=True)
_TEMPLATES = ("dyads", "single")


@app.command()
def init(
    template: Annotated[
        str, typer.Argument(help="dyads (two roles, four and two waves) or single (one participant a group).")
    ] = "dyads",
    force: Annotated[bool, typer.Option("--force", help="Replace the protocol that is there.")] = False,
) -> None:
    """Write study.toml into the data directory, with its JSON schema and an example of a guide."""
    from service.study.files import write_template

    if template not in _TEMPLATES:
        raise Refusal(f"There is no template `{template}`; there are {' and '.join(_TEMPLATES)}.")
    folder = _settings().data_dir
    try:
        written = write_template(folder, template, force)
    except FileExistsError:
        raise Refusal(
            f"{folder / 'study.toml'} is there already. Edit it, or replace it with --force."
        ) from None
    typer.echo(f"Written: {', '.join(str(path) for path in written)}")
    typer.echo("Edit it to say what your study is like; `lytt study check` says what is wrong with it.")


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="Another file than study.toml of the data directory.")
    ] = None,
) -> None:
    """Say what is wrong with the protocol, by line and key, and what would be orphaned by it."""
    from service.study.applied import open_study

    with open_study(_settings()) as study:
        checked = study.check(file)
        for finding in checked.findings:
            typer.echo(f"{study.file.name if file is None else file.name} {finding}", err=True)
        for warning in checked.warnings:
            typer.echo(f"Note: {warning}")
        if checked.protocol is None or checked.findings:
            raise Refusal(f"{len(checked.findings)} to mend. The protocol that was in force stays in force.")
        typer.echo(_summary(checked.protocol))


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """The protocol that is in force."""
    from service.study.applied import open_study

    with open_study(_settings()) as study:
        protocol = study.current().protocol
    if protocol is None:
        raise Refusal("This study has no protocol yet. Make one with `lytt study init`.")
    if as_json:
        typer.echo(protocol.model_dump_json(indent=1))
        return
    typer.echo(_summary(protocol))
    for role in protocol.role:
        waves = ", ".join(
            f"{one.wave} {one.kind}" + (f" ({one.minutes} min)" if one.minutes else "")
            for one in role.interview
        )
        typer.echo(f"{role.code}  {role.name}: {waves or 'no interviews expected'}")
    typer.echo(f"groups: {', '.join(group.id for group in protocol.group) or 'none'}")
    typer.echo(f"interviewers: {', '.join(one.id for one in protocol.interviewer) or 'none'}")
    typer.echo(f"file names: {', '.join(protocol.file_names)}")


@app.command()
def schema() -> None:
    """Print the JSON schema of study.toml, for editors that check as one types."""
    from service.study.files import protocol_schema

    typer.echo(protocol_schema(), nl=False)


def _summary(protocol: Protocol) -> str:
    return (
        f"{protocol.title}: {len(protocol.group)} groups, {len(protocol.participants)} participants, "
        f"{len(protocol.places)} expected interviews."
    )


def _settings() -> Settings:
    from service.settings import Settings

    return Settings()
