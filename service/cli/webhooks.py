"""``lytt webhook``: where the feed of what is released and coded is carried to."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.errors import Refusal

if TYPE_CHECKING:
    from service.coding.feed.webhooks import Webhook
    from service.coding.store import CodingStore
    from service.settings import Settings
    from service.vault.store import Vault

app = typer.Typer(help="Carry what is released and coded to another store.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="As `lytt webhook list` has it.")]


@dataclass(frozen=True, slots=True)
class _Here:
    settings: Settings
    vault: Vault
    store: CodingStore

    def log(self, action: str, webhook_id: str) -> None:
        """Note in the event log who did it."""
        from service.vault.events import record_event

        with self.vault.engine.begin() as connection:
            record_event(connection, getpass.getuser(), action, webhook_id)


@contextmanager
def _opened() -> Iterator[_Here]:
    """The two stores, whose refusals are sentences."""
    from service.cli.serve import load_settings
    from service.coding.store import open_coding_store
    from service.coding.values import NotThere, Refused
    from service.vault.store import open_vault

    settings = load_settings()
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    try:
        yield _Here(settings, vault, store)
    except NotThere:
        raise Refusal("There is no such webhook. See: lytt webhook list") from None
    except Refused as refused:
        raise Refusal(str(refused)) from None
    finally:
        store.close()
        vault.close()


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where to send to, such as http://127.0.0.1:9000/lytt.")],
    after: Annotated[
        int, typer.Option("--after", min=0, help="Begin after this number of the feed; 0: with everything.")
    ] = 0,
) -> None:
    """Carry the feed to a URL, and print the secret to check signatures with, this once."""
    from service.coding.feed.addresses import NotAllowed, address_to_use, place_of
    from service.coding.feed.signing import shown
    from service.coding.feed.webhooks import add_webhook
    from service.coding.writing import writing

    with _opened() as here:
        try:
            address_to_use(place_of(url), here.settings.webhook_hosts)
        except NotAllowed as reason:
            raise Refusal(str(reason)) from None
        except OSError:
            raise Refusal("This machine does not know the host of that URL.") from None
        with writing(here.store.engine) as connection:
            made, secret = add_webhook(connection, url, after, getpass.getuser(), here.store.files.key)
        here.log("webhook_added", made.id)
    typer.echo(shown(secret))
    typer.echo(
        f"Added {made.id}. That was its secret, shown this once: give it to the receiver. "
        f"A running Lytt begins within some ten seconds. Try it: lytt webhook test {made.id}",
        err=True,
    )


@app.command("list")
def list_them() -> None:
    """Every webhook: how far it came, and what its receiver said last."""
    from service.coding.feed.reading import last_number
    from service.coding.feed.webhooks import list_webhooks

    with _opened() as here, here.store.engine.connect() as connection:
        found = list_webhooks(connection)
        last = last_number(connection)
    for one in found:
        typer.echo(f"{one.id}  {one.url}  {_said(one, last)}")
    if not found:
        typer.echo("There is no webhook. Add one: lytt webhook add URL")


@app.command("remove")
def remove(webhook: Id) -> None:
    """Carry nothing there any more."""
    from service.coding.feed.webhooks import remove_webhook
    from service.coding.writing import writing

    with _opened() as here:
        with writing(here.store.engine) as connection:
            remove_webhook(connection, webhook)
        here.log("webhook_removed", webhook)
    typer.echo("Removed.")


@app.command("resume")
def resume(webhook: Id) -> None:
    """Try again at once where a receiver was given up; where the store was put back, begin anew."""
    from service.coding.feed.webhooks import resume_webhook
    from service.coding.writing import writing

    with _opened() as here:
        with writing(here.store.engine) as connection:
            resumed = resume_webhook(connection, webhook)
        here.log("webhook_resumed", webhook)
    typer.echo(f"A running Lytt goes on after entry {resumed.acknowledged} within some ten seconds.")


@app.command("test")
def test(webhook: Id) -> None:
    """Send a signed message without content. Exit code 0 when the receiver takes it."""
    import secrets
    from datetime import UTC, datetime

    from service.api.coding_feed_schemas import FeedMessage
    from service.coding.feed.delivering import Way, send_to
    from service.coding.feed.webhooks import get_webhook

    with _opened() as here:
        with here.store.engine.connect() as connection:
            found = get_webhook(connection, webhook)
        message = FeedMessage(type="lytt.test", timestamp=datetime.now(UTC), data=None)
        answer = send_to(
            found,
            here.store.files.key,
            f"{webhook}_test_{secrets.token_hex(4)}",
            message.model_dump_json().encode(),
            Way(here.settings.webhook_hosts),
        )
    if not answer.is_taken:
        raise Refusal(f"It was not taken: {answer.said}.")
    typer.echo(f"Taken: {answer.said}.")


def _said(one: Webhook, last: int) -> str:
    if one.of_another_feed:
        return f"stopped, since the store was put back; begin anew with: lytt webhook resume {one.id}"
    came = f"{one.acknowledged} of {last}"
    answered = f", last answer: {one.last_answer}" if one.last_answer else ""
    if one.state != "on":
        why = "its receiver is gone" if one.state == "gone" else "it failed for too long"
        return f"{came}, given up, since {why}{answered}; try again with: lytt webhook resume {one.id}"
    if one.failing_since is not None:
        return (
            f"{came}, failing since {one.failing_since:%Y-%m-%d %H:%M} UTC ({one.tries} tries), "
            f"next at {one.next_at:%H:%M}{answered}"
        )
    return f"{came}{answered}"
