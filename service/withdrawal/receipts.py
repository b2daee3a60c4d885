"""Receipts: what was erased, when and by which version, signed; they name nobody.

A receipt is a JSON text in one form (sorted keys, no spaces), signed with Ed25519 (RFC 8032). The private key is sealed
in the vault; the public one is in the receipt and is shown by ``lytt withdraw --public-key``, so that a receipt is
checked against a key that was noted before.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, ValidationError

from service.vault import tables
from service.vault.recordings import now
from service.withdrawal.plans import KINDS

_SCOPES = {
    "participant": "Everything of one participant was erased.",
    "interview": "One interview was erased.",
    "use": "The consent to one use was withdrawn, and what rested on it was erased.",
}
_REASONS = {"withdrawal": "consent was withdrawn", "retention": "the time to keep it was over"}


class ReceiptInvalid(Exception):  # noqa: N818 - reads as what happened
    """This is no receipt, or not as it was signed; ``str()`` says which."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LeftToPeople(_Strict):
    """What Lytt can't erase: ``files_in_folder`` are the person's own copies, ``exports`` what was taken out."""

    files_in_folder: int
    exports: int


class Receipt(_Strict):
    """What is signed. ``erased`` counts by kind; ``keys_destroyed`` are the numbers of the interviews' keys."""

    format: int
    receipt: str
    withdrawal: int
    scope: str
    use: str | None
    reason: str
    begun_at: str
    erased_at: str
    lytt: str
    erased: Mapping[str, int]
    keys_destroyed: tuple[str, ...]
    file_keys_destroyed: int
    codings_kept: bool
    left_to_people: LeftToPeople


class SignedReceipt(_Strict):
    """A receipt as it is handed out: with its signature and the key it is checked with, in base64."""

    receipt: Receipt
    public_key: str
    signature: str

    def as_json(self) -> str:
        return json.dumps(self.model_dump(mode="json"), indent=1, sort_keys=True) + "\n"


def sign(connection: sa.Connection, receipt: Receipt) -> SignedReceipt:
    """The receipt, signed with the vault's own key, which is made at first need."""
    key = _key(connection)
    signature = key.sign(_signed_form(receipt))
    return SignedReceipt(
        receipt=receipt, public_key=_text(_raw(key)), signature=base64.b64encode(signature).decode()
    )


def public_key(connection: sa.Connection) -> str:
    """The key that this vault's receipts are checked with, in base64."""
    return _text(_raw(_key(connection)))


def verify(text: str, known_key: str | None) -> SignedReceipt:
    """The receipt in ``text``, when it is as it was signed, by ``known_key`` where one is given.

    Raises :class:`ReceiptInvalid`.
    """
    try:
        signed = SignedReceipt.model_validate_json(text)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed.public_key, validate=True))
        signature = base64.b64decode(signed.signature, validate=True)
    except (ValidationError, binascii.Error, ValueError):
        raise ReceiptInvalid("This is no receipt of Lytt.") from None
    if known_key is not None and signed.public_key != known_key:
        raise ReceiptInvalid("The receipt was signed with another key than this vault's.")
    try:
        key.verify(signature, _signed_form(signed.receipt))
    except InvalidSignature:
        raise ReceiptInvalid("The receipt is not as it was signed: something in it was changed.") from None
    return signed


def readable(signed: SignedReceipt) -> str:
    """The receipt in words, for whoever withdrew."""
    one = signed.receipt
    lines = [
        "Receipt of erasure",
        "",
        f"Receipt {one.receipt}, withdrawal number {one.withdrawal}.",
        f"{_SCOPES.get(one.scope, one.scope)} The reason: {_REASONS.get(one.reason, one.reason)}.",
    ]
    if one.use is not None:
        lines.append(f"The use that was withdrawn: {one.use}.")
    lines += [
        f"Begun {one.begun_at}, erased {one.erased_at}, by Lytt {one.lytt}.",
        "",
        "Erased:",
        *(f"  {number:,} {KINDS.get(kind, kind)}" for kind, number in one.erased.items()),
        f"  {len(one.keys_destroyed)} keys of interviews and {one.file_keys_destroyed} keys of files, without which "
        "nobody can read what was encrypted under them",
    ]
    if one.codings_kept:
        lines += ["", "Codes and memos without quoted text were kept."]
    left = one.left_to_people
    lines += ["", "For people to do:"]
    if left.files_in_folder:
        lines.append(f"  {left.files_in_folder} copies in the watched folder are to be deleted.")
    if left.exports:
        lines.append(f"  {left.exports} files were taken out of Lytt before and are to be destroyed.")
    if not left.files_in_folder and not left.exports:
        lines.append("  Nothing.")
    lines += ["", f"Signed (Ed25519) with {signed.public_key}:", f"  {signed.signature}", ""]
    return "\n".join(lines)


def make_receipt(
    *,
    name: str,
    withdrawal: int,
    scope: str,
    use: str | None,
    reason: str,
    begun_at: str,
    erased_at: str,
    erased: Mapping[str, int],
    keys: Sequence[str],
    file_keys: int,
    codings_kept: bool,
    left: LeftToPeople,
) -> Receipt:
    """A receipt by this version of Lytt."""
    return Receipt(
        format=1,
        receipt=name,
        withdrawal=withdrawal,
        scope=scope,
        use=use,
        reason=reason,
        begun_at=begun_at,
        erased_at=erased_at,
        lytt=version("lytt"),
        erased={kind: erased[kind] for kind in KINDS if erased.get(kind)},
        keys_destroyed=tuple(keys),
        file_keys_destroyed=file_keys,
        codings_kept=codings_kept,
        left_to_people=left,
    )


def _signed_form(receipt: Receipt) -> bytes:
    return json.dumps(receipt.model_dump(mode="json"), sort_keys=True, separators=(",", ":")).encode()


def _key(connection: sa.Connection) -> Ed25519PrivateKey:
    table = tables.signing_key
    held = connection.execute(sa.select(table.c.private)).scalar_one_or_none()
    if held is None:
        made = Ed25519PrivateKey.generate().private_bytes_raw()
        connection.execute(sa.insert(table).values(id=1, private=made, made_at=now()))
        held = made
    return Ed25519PrivateKey.from_private_bytes(held)


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
