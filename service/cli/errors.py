"""Ending a command with a sentence."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - reads as what happened
    """The command can't do what was asked; ``str()`` says why and what to do."""
