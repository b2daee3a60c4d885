"""Why a fetch did not succeed, in words a person can act on. Never contains an address: it may hold a password."""

from __future__ import annotations


class FetchError(Exception):
    """A model could not be fetched. ``str()`` says which, why and what to do."""


class WrongContentError(FetchError):
    """What came is not what the manifest says; it was refused and removed."""
