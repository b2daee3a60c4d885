"""Why the vault can't be opened, in one sentence each."""

from __future__ import annotations


class VaultLocked(Exception):  # noqa: N818 - reads as what happened
    """The vault's key is behind a passphrase, and nobody has given it since this machine started."""

    def __init__(self) -> None:
        super().__init__("The vault is locked. Unlock it with: lytt vault unlock")


class KeyUnusable(Exception):  # noqa: N818 - reads as what happened
    """There is no key, or it is not this vault's; ``str()`` says so and what to do."""


class SealBroken(Exception):  # noqa: N818 - reads as what happened
    """The value can't be opened: another key, another place, or changed bytes. ``str()`` says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "What is sealed in the vault can't be opened with this key. "
            "Put the key file of this installation back (setting vault_key_file)."
        )


class Erased(SealBroken):
    """The value was of an interview that was withdrawn: its key is gone, and nobody can open it."""

    def __init__(self) -> None:
        Exception.__init__(self, "This interview was withdrawn. Nothing of it can be read any more.")
