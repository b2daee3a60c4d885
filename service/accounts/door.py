"""The door: nobody gets in from other machines before there is somebody to sign in as."""

from __future__ import annotations

from service.accounts.accounts import has_accounts
from service.settings import Settings
from service.vault.store import Vault


class OpenDoor(Exception):  # noqa: N818 - reads as what happened
    """The service would answer everybody; ``str()`` says what to do."""


def refuse_open_door(vault: Vault, settings: Settings) -> None:
    """Raises :class:`OpenDoor` when other machines can reach the address and there is neither account nor token."""
    if settings.listens_on_loopback or settings.access_token is not None:
        return
    with vault.engine.connect() as connection:
        if not has_accounts(connection):
            raise OpenDoor(
                "Refusing to listen on an address other machines can reach before there is an account. Add an admin "
                "first (lytt user add NAME --role admin), set LYTT_ACCESS_TOKEN, or listen on 127.0.0.1."
            )
