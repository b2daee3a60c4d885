"""Withdrawals: what will go, erasing it, how far it has come, the receipt."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import structlog
from fastapi import APIRouter, BackgroundTasks
from fastapi import Path as PathParameter

from service.accounts.permissions import Action
from service.api import withdrawal_schemas as schemas
from service.api.problems import Problem, not_found, responses
from service.api.references import study_id
from service.api.rights import Who, allowed
from service.api.state import Service, State
from service.pipeline.scrubbing import scrub
from service.vault.recordings import now
from service.withdrawal.erasing import (
    BeingErased,
    Withdrawal,
    begin,
    carry_out,
    find_withdrawal,
    list_withdrawals,
    steps_of,
)
from service.withdrawal.exports import Export, exports_of
from service.withdrawal.folder import delete_files, files_left, forget_gone
from service.withdrawal.plans import make_plan
from service.withdrawal.receipts import ReceiptInvalid, public_key, readable, verify
from service.withdrawal.retention import due, in_words
from service.withdrawal.targets import Target, WithdrawalRefused, find_target

router = APIRouter(prefix="/api/withdrawals", tags=["withdrawals"])

Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1, description="Number of a withdrawal.")]
CONFLICT = responses(HTTPStatus.CONFLICT)

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@router.get("", operation_id="list_withdrawals", dependencies=[allowed(Action.WITHDRAW)])
def get_withdrawals(service: Service) -> schemas.Withdrawals:
    """Every withdrawal, the newest first, and what may be kept only a little longer."""
    protocol = service.study.current().protocol
    today = now().date()
    with service.vault.engine.connect() as connection:
        held = list_withdrawals(connection)
        days = service.settings.retention_warning_days
        soon = due(connection, protocol, today, days) if protocol is not None else ()
    return schemas.Withdrawals(
        withdrawals=[_shape(service, one) for one in reversed(held)],
        due=[
            schemas.DueErasure(
                participant=one.participant,
                until=one.until,
                over=one.is_over(today),
                message=in_words(one, today),
            )
            for one in soon
        ],
    )


@router.post(
    "/plan", operation_id="plan_withdrawal", dependencies=[allowed(Action.WITHDRAW)], responses=CONFLICT
)
def plan_withdrawal(service: Service, body: schemas.WithdrawalTarget) -> schemas.WithdrawalPlan:
    """What will go, and what is left to people. Nothing is changed."""
    target = _target(service, body)
    plan = make_plan(service.vault, service.coding, service.settings, target)
    return schemas.WithdrawalPlan(
        scope=target.scope,
        study_id=target.study_id,
        use=target.use,
        confirmation=target.confirmation,
        interviews=list(plan.interviews),
        counts=[
            schemas.WithdrawnCount(kind=one.kind, number=one.number, words=one.words) for one in plan.counts
        ],
        files=[schemas.FolderCopy(path=file.path, there=file.there) for file in plan.files],
        exports=[_taken_out(one) for one in plan.exports],
        coded=schemas.Coded.model_validate(plan.coded),
    )


@router.post(
    "",
    operation_id="begin_withdrawal",
    dependencies=[allowed(Action.WITHDRAW)],
    status_code=HTTPStatus.ACCEPTED,
    responses=CONFLICT,
)
def begin_withdrawal(
    service: Service, who: Who, tasks: BackgroundTasks, body: schemas.NewWithdrawal
) -> schemas.Withdrawal:
    """Record the withdrawal and begin to erase. It goes on whatever happens, and can't be undone."""
    target = _target(service, body)
    if body.confirmation.strip() != target.confirmation:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"Type {target.confirmation} to go on. Nothing was done."
        )
    try:
        number = begin(service.vault, target, who.name, keep_codings=body.keep_codings)
    except WithdrawalRefused as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    tasks.add_task(_carry_out, service, number)
    return _required(service, number)


@router.get("/{number}", operation_id="get_withdrawal", dependencies=[allowed(Action.WITHDRAW)])
def get_withdrawal(service: Service, number: Number) -> schemas.Withdrawal:
    """How far a withdrawal has come."""
    _required(service, number)
    forget_gone(service.vault, service.settings, number)
    return _required(service, number)


@router.delete(
    "/{number}/files",
    operation_id="delete_withdrawn_files",
    dependencies=[allowed(Action.WITHDRAW)],
    responses=CONFLICT,
)
def delete_withdrawn_files(service: Service, who: Who, number: Number) -> schemas.Withdrawal:
    """Delete your own copies of what was withdrawn from the watched folder."""
    held = _required(service, number)
    if not held.erased:
        raise Problem(HTTPStatus.CONFLICT, "Lytt is still erasing. Delete the files when that is done.")
    try:
        delete_files(service.vault, service.settings, number, who.name)
    except OSError as error:
        raise Problem(
            HTTPStatus.CONFLICT, f"A file can't be deleted: {error.strerror}. Delete it yourself."
        ) from None
    _carry_out(service, number)
    return _required(service, number)


@router.get(
    "/{number}/receipt", operation_id="get_withdrawal_receipt", dependencies=[allowed(Action.WITHDRAW)]
)
def get_receipt(service: Service, number: Number) -> schemas.WithdrawalReceipt:
    """The signed receipt, which names nobody."""
    with service.vault.engine.connect() as connection:
        held = find_withdrawal(connection, number)
    if held is None or held.receipt is None:
        raise not_found("receipt")
    return schemas.WithdrawalReceipt(signed=held.receipt.as_json(), readable=readable(held.receipt))


@router.post(
    "/verify",
    operation_id="verify_receipt",
    dependencies=[allowed(Action.WITHDRAW)],
    responses=responses(HTTPStatus.UNPROCESSABLE_ENTITY),
)
def verify_receipt(service: Service, body: schemas.ReceiptToVerify) -> schemas.VerifiedReceipt:
    """Whether a receipt is as this vault signed it, and what it says."""
    with service.vault.engine.begin() as connection:
        key = public_key(connection)
    try:
        return schemas.VerifiedReceipt(readable=readable(verify(body.signed, key)))
    except ReceiptInvalid as invalid:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(invalid)) from None


def _target(service: State, body: schemas.WithdrawalTarget) -> Target:
    interview = None if body.interview is None else study_id(service.settings, body.interview)
    protocol = service.study.current().protocol
    try:
        if body.participant is None and interview is None:
            raise WithdrawalRefused("Say who withdraws, such as D03-C, or which interview.")
        with service.vault.engine.connect() as connection:
            return find_target(connection, protocol, body.participant, interview, body.use)
    except WithdrawalRefused as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None


def _carry_out(service: State, number: int) -> None:
    """What fails now is gone on with by the rounds that the service makes."""
    try:
        carry_out(service.vault, service.coding, service.settings, number)
    except BeingErased:
        return
    except Exception as error:
        log.warning("withdrawal_goes_on_later", withdrawal=number, error=scrub(error))


def _required(service: State, number: int) -> schemas.Withdrawal:
    with service.vault.engine.connect() as connection:
        held = find_withdrawal(connection, number)
    if held is None:
        raise not_found("withdrawal")
    return _shape(service, held)


def _shape(service: State, one: Withdrawal) -> schemas.Withdrawal:
    with service.vault.engine.connect() as connection:
        left = files_left(connection, one.number)
        exports = exports_of(connection, one.target.interviews)
    return schemas.Withdrawal(
        number=one.number,
        scope=one.target.scope,
        study_id=one.target.study_id,
        use=one.target.use,
        reason=one.reason,
        begun_by=one.begun_by,
        begun_at=one.begun_at,
        finished_at=one.finished_at,
        steps=list(steps_of(one.target)),
        done=list(one.steps),
        erased=one.is_erased,
        files=list(left),
        exports=[_taken_out(export) for export in exports],
        has_receipt=one.receipt is not None,
    )


def _taken_out(one: Export) -> schemas.TakenOut:
    return schemas.TakenOut(at=one.at, actor=one.actor, kind=one.kind, form=one.form)
