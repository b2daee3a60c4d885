"""``lytt review``: what is left of the review of an interview."""

from __future__ import annotations

import getpass
from collections import Counter

import typer

from service.cli.errors import Refusal
from service.naming import parse_reference
from service.settings import Settings


def show_review(reference: str) -> None:
    """Print how far the review is, and what may remain; ends with exit code 1 while something is left."""
    from models.anonymisation.remaining import Estimate
    from service.review.showing import bounds, estimates
    from service.review.state import review_state
    from service.vault.interviews import find_interview
    from service.vault.recordings import record_event
    from service.vault.store import open_vault

    def told(one: Estimate) -> str:
        low, high = bounds([one])
        return f"about {low} to {high} may remain" if low is not None else f"not known ({one.why_not})"

    settings = Settings()
    vault = open_vault(settings)
    try:
        name = parse_reference(reference, settings.name_pattern)
        with vault.engine.begin() as connection:
            found = find_interview(connection, name.study_id if name else reference)
            if found is None:
                raise Refusal(f"There is no interview {reference}. See: lytt status")
            if found.revision is None:
                raise Refusal("The interview has no transcript yet. Wait until its recording is done.")
            state = review_state(connection, found.id)
            record_event(connection, getpass.getuser(), "review_seen", found.id)
    finally:
        vault.close()
    made = estimates(state.redactions)
    counted = Counter((one.label, str(one.state)) for one in state.redactions)
    known = {one.label: told(one) for one in made}
    typer.echo(f"{'':14}{'open':>6}{'accepted':>10}{'rejected':>10}  what may remain")
    for label in sorted({one.label for one in state.redactions}):
        numbers = [counted[label, kind] for kind in ("open", "accepted", "rejected")]
        typer.echo(
            f"{label:14}{numbers[0]:>6}{numbers[1]:>10}{numbers[2]:>10}  {known.get(label, '')}".rstrip()
        )
    cleared = len(state.looks) - state.looks_open
    typer.echo(f"{'second look':14}{state.looks_open:>6}{cleared:>10}")
    low, high = bounds(made)
    if low is not None:
        typer.echo(f"About {low} to {high} mentions may remain that nobody found.")
    if state.left is not None:
        typer.echo(state.left)
        raise typer.Exit(1)
    typer.echo(f"Finished by {state.finished_by} on {state.finished_at:%Y-%m-%d}.")
