"""``lytt voices compare``: are the voices of two recordings those of the same people?"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Annotated

import typer

from service.cli.errors import Refusal

app = typer.Typer(help="Compare voices across recordings.", no_args_is_help=True)


@app.callback()
def voices() -> None:
    """Compare voices across recordings."""


@app.command("compare")
def compare_voices(
    one: Annotated[Path, typer.Argument(help="JSON of `lytt process --voiceprints`.", metavar="A.json")],
    other: Annotated[Path, typer.Argument(help="Another one.", metavar="B.json")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Each voice of A with each of B: a score from -1 to 1, and whether they are the same person's."""
    from models.voice_match import NotComparable, VoiceDecision, compare
    from service.voices.documents import NoVoiceprints, read_voiceprints

    try:
        scored = [
            (mine.label, theirs.label, round(compare(mine, theirs), 4), VoiceDecision.between(mine, theirs))
            for mine, theirs in product(read_voiceprints(one), read_voiceprints(other))
        ]
    except NoVoiceprints as reason:
        raise Refusal(str(reason)) from None
    except NotComparable:
        raise Refusal(
            "These voiceprints were made by different models, so they can't be compared. "
            "Make both again with `lytt process --voiceprints`."
        ) from None
    if as_json:
        keys = ("a", "b", "score", "decision")
        typer.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in scored], indent=1))
        return
    typer.echo(f"{one.stem}  {other.stem}  score   decision")
    for mine_label, their_label, score, decision in scored:
        typer.echo(
            f"{mine_label:<{len(one.stem)}}  {their_label:<{len(other.stem)}}  {score:+.3f}  {decision}"
        )
