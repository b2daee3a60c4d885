"""Fetching models: the only code of Lytt that opens connections to other machines."""

from models.registry.fetch.errors import FetchError, WrongContentError
from models.registry.fetch.install import Fetched, FetchListener, fetch, verify

__all__ = ["FetchError", "FetchListener", "Fetched", "WrongContentError", "fetch", "verify"]
