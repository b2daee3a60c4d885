"""The shapes of withdrawals: what will go, how far one has come, what is left to people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.study.protocol import Consent
from service.withdrawal.targets import Scope

_Reference = Annotated[str, Field(min_length=1, max_length=64)]
Use = Literal[Consent.QUOTE, Consent.VOICEPRINT, Consent.CODE]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WithdrawalTarget(_Body):
    """Whose consent is withdrawn: all of a participant, one interview, or one use of what a participant gave."""

    participant: _Reference | None = Field(default=None, description="Study id, such as `D03-C`.")
    interview: _Reference | None = Field(
        default=None, description="Only this interview: study id or internal id."
    )
    use: Use | None = Field(default=None, description="Only this use; not for one interview.")


class NewWithdrawal(WithdrawalTarget):
    """A withdrawal to carry out. ``confirmation`` is what the plan asks to be typed."""

    confirmation: _Reference
    keep_codings: bool = Field(default=False, description="Keep codes and memos, without quoted text.")


class WithdrawnCount(BaseModel):
    """So many of a kind, in words such as ``encrypted files``."""

    kind: str
    number: int
    words: str


class FolderCopy(BaseModel):
    """A file of your own in the watched folder, which Lytt only reads."""

    path: str
    there: bool


class TakenOut(BaseModel):
    """What somebody took out of Lytt, and must destroy."""

    at: datetime
    actor: str
    kind: str
    form: str | None


class Coded(BaseModel):
    """Codings and memos of what is withdrawn, and how many stay where they are kept; ``quoting`` are codes, themes and
    other memos whose quotes are taken out in either case."""

    model_config = ConfigDict(from_attributes=True)

    codings: int
    memos: int
    codings_kept: int
    memos_kept: int
    quoting: int


class WithdrawalPlan(BaseModel):
    """What will go, before anything does; ``counts`` are of a withdrawal that keeps no codings."""

    scope: Scope
    study_id: str | None
    use: Consent | None
    confirmation: str = Field(description="To be typed to go on.")
    interviews: list[str]
    counts: list[WithdrawnCount]
    files: list[FolderCopy]
    exports: list[TakenOut]
    coded: Coded


class Withdrawal(BaseModel):
    """A withdrawal, and how far it has come: ``done`` of ``steps``."""

    number: int
    scope: Scope
    study_id: str | None
    use: Consent | None
    reason: str
    begun_by: str
    begun_at: datetime
    finished_at: datetime | None = Field(description="None until nothing is left to do.")
    steps: list[str]
    done: list[str]
    erased: bool = Field(description="All that Lytt itself can erase is gone.")
    files: list[str] = Field(description="Files that still lie in the watched folder.")
    exports: list[TakenOut] = Field(description="What was taken out of Lytt, to be destroyed by people.")
    has_receipt: bool


class DueErasure(BaseModel):
    """Interviews that may be kept until a day, and what to do, in words."""

    participant: str
    until: date
    over: bool
    message: str


class Withdrawals(BaseModel):
    """Every withdrawal, and what may no longer be kept soon."""

    withdrawals: list[Withdrawal]
    due: list[DueErasure]


class WithdrawalReceipt(BaseModel):
    """A receipt as it is handed out: signed JSON, and the same to read."""

    signed: str
    readable: str


class ReceiptToVerify(_Body):
    """The signed JSON of a receipt."""

    signed: Annotated[str, Field(min_length=2, max_length=100_000)]


class VerifiedReceipt(BaseModel):
    """What a receipt says, if it is as this vault signed it."""

    readable: str
