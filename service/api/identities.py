"""Identities over all interviews of the study: who is meant, what stands for them, the study's own list."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi import Path as PathParameter

from models.anonymisation.known import KnownEntity, known_entity
from models.anonymisation.mentions import Label
from service.accounts.permissions import Action
from service.api import identity_schemas as schemas
from service.api.problems import Problem, not_found, responses
from service.api.rights import Who, allowed
from service.api.state import Service, State
from service.identities import correcting
from service.identities.changes import Change, Changed, ChangeRefused, ChangeState, changes, redo, undo
from service.identities.correcting import FormReference
from service.identities.identities import identities_of, styles_of
from service.identities.listing import add_to_list, take_off_list
from service.identities.looking import SeenIdentity, identities_seen, mentions_of, outdated_interviews
from service.identities.rendering import Dates, Style, Styles
from service.identities.styling import change_style
from service.review.passing_on import bring_up_to_date

router = APIRouter(prefix="/api/identities", tags=["identities"])

Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1, description="Id of an identity.")]
ChangeNumber = Annotated[int, PathParameter(ge=1, le=2**31 - 1, description="Number of a change.")]
CONFLICT = responses(HTTPStatus.CONFLICT)


@router.get("", operation_id="list_identities", dependencies=[allowed(Action.SEE_IDENTITIES)])
def list_identities(service: Service) -> schemas.Identities:
    """Every identity with its forms, and how often it is spoken of."""
    with service.vault.engine.connect() as connection:
        styles = styles_of(connection)
        return schemas.Identities(
            style=styles.names.value,
            dates=styles.dates.value,
            identities=[_shape(one) for one in identities_seen(connection)],
            outdated=list(outdated_interviews(connection)),
        )


@router.post(
    "/merge",
    operation_id="merge_identities",
    dependencies=[allowed(Action.CHANGE_IDENTITIES)],
    responses=CONFLICT,
)
def merge_identities(service: Service, who: Who, body: schemas.MergeIdentities) -> schemas.ChangedIdentities:
    """Let several identities be one, under the stand-in of the first."""
    return _change(
        service,
        lambda connection: (correcting.merge(connection, body.into, body.others, who.name), body.into),
    )


@router.post(
    "/move",
    operation_id="move_mention",
    dependencies=[allowed(Action.CHANGE_IDENTITIES)],
    responses=CONFLICT,
)
def move_mention(service: Service, who: Who, body: schemas.MoveMention) -> schemas.ChangedIdentities:
    """Let one mention speak of another identity, or of a new one."""
    return _change(
        service,
        lambda connection: correcting.move(connection, body.interview, body.mention, body.to, who.name),
    )


@router.post("/list", operation_id="add_to_list", dependencies=[allowed(Action.CHANGE_IDENTITIES)])
def add_entries(service: Service, who: Who, body: schemas.ListEntries) -> schemas.ListChanged:
    """Put names, places and organisations on the study's own list. They are looked for in every interview."""
    entities = _entities(body)
    with service.vault.engine.begin() as connection:
        return schemas.ListChanged(entries=add_to_list(connection, entities, who.name))


@router.post("/list/remove", operation_id="take_off_list", dependencies=[allowed(Action.CHANGE_IDENTITIES)])
def remove_entries(service: Service, who: Who, body: schemas.ListEntries) -> schemas.ListChanged:
    """Take entries off the study's own list. What was found by them stays."""
    entities = _entities(body)
    with service.vault.engine.begin() as connection:
        return schemas.ListChanged(entries=take_off_list(connection, entities, who.name))


@router.put("/style", operation_id="set_style", dependencies=[allowed(Action.CHANGE_IDENTITIES)])
def set_style(service: Service, who: Who, body: schemas.PseudonymStyle) -> schemas.StyleChanged:
    """Let all stand-ins be of another style, but those that a person wrote."""
    with service.vault.engine.begin() as connection:
        changed = change_style(connection, Styles(Style(body.style), Dates(body.dates)), who.name)
    passed = bring_up_to_date(service.vault, service.coding)
    return schemas.StyleChanged(interviews=len(changed), passed_on=len(passed))


@router.get("/changes", operation_id="list_identity_changes", dependencies=[allowed(Action.SEE_IDENTITIES)])
def list_changes(service: Service) -> schemas.IdentityChanges:
    """What was changed of identities, the newest first."""
    with service.vault.engine.connect() as connection:
        found = changes(connection)
        touched = {number for one in found for number in one.identities}
        stand_ins = {number: one.stand_in for number, one in identities_of(connection, touched).items()}
    return schemas.IdentityChanges(changes=[_shape_change(one, stand_ins) for one in found])


@router.post(
    "/changes/{number}/undo",
    operation_id="undo_identity_change",
    dependencies=[allowed(Action.CHANGE_IDENTITIES)],
    responses=CONFLICT,
)
def undo_change(service: Service, who: Who, number: ChangeNumber) -> schemas.ChangedIdentities:
    """Take a change back."""
    return _change(service, lambda connection: (undo(connection, number, who.name), None))


@router.post(
    "/changes/{number}/redo",
    operation_id="redo_identity_change",
    dependencies=[allowed(Action.CHANGE_IDENTITIES)],
    responses=CONFLICT,
)
def redo_change(service: Service, who: Who, number: ChangeNumber) -> schemas.ChangedIdentities:
    """Do again what was undone."""
    return _change(service, lambda connection: (redo(connection, number, who.name), None))


@router.get("/{number}", operation_id="get_identity", dependencies=[allowed(Action.SEE_IDENTITIES)])
def get_identity(service: Service, number: Number) -> schemas.IdentityMentions:
    """One identity, and where it is spoken of."""
    with service.vault.engine.connect() as connection:
        seen = next(iter(identities_seen(connection, {number})), None)
        if seen is None:
            raise not_found("identity")
        return schemas.IdentityMentions(
            identity=_shape(seen),
            mentions=[
                schemas.IdentityMention(
                    interview=one.interview,
                    name=one.name,
                    title=one.title,
                    id=one.id,
                    start_ms=one.start_ms,
                    end_ms=one.end_ms,
                    before=one.before,
                    text=one.text,
                    after=one.after,
                    placeholder=one.placeholder,
                    rejected=one.rejected,
                    released=one.released,
                )
                for one in mentions_of(connection, number)
            ],
        )


@router.patch(
    "/{number}",
    operation_id="describe_identity",
    dependencies=[allowed(Action.CHANGE_IDENTITIES)],
    responses=CONFLICT,
)
def describe_identity(
    service: Service, who: Who, number: Number, body: schemas.DescribeIdentity
) -> schemas.ChangedIdentities:
    """Write what stands for an identity, or say what it is."""
    if ("stand_in" in body.model_fields_set) == (body.label is not None):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Give either a stand-in or a label.")
    label = body.label

    def describe(connection: sa.Connection) -> tuple[Changed, int]:
        if label is not None:
            return correcting.relabel(connection, number, label, who.name), number
        return correcting.rename(connection, number, body.stand_in, who.name), number

    return _change(service, describe)


@router.post(
    "/{number}/split",
    operation_id="split_identity",
    dependencies=[allowed(Action.CHANGE_IDENTITIES)],
    responses=CONFLICT,
)
def split_identity(
    service: Service, who: Who, number: Number, body: schemas.SplitIdentity
) -> schemas.ChangedIdentities:
    """Let the chosen forms be somebody else."""
    forms = [FormReference(one.scope, one.label, one.form) for one in body.forms]
    return _change(service, lambda connection: correcting.split(connection, number, forms, who.name))


def _change(
    service: State, make: Callable[[sa.Connection], tuple[Changed, int | None]]
) -> schemas.ChangedIdentities:
    """Change identities, then let coders have the released interviews that it changed."""
    try:
        with service.vault.engine.begin() as connection:
            done, identity = make(connection)
    except ChangeRefused as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    passed = bring_up_to_date(service.vault, service.coding) if done.interviews else ()
    return schemas.ChangedIdentities(
        change=done.id, interviews=len(done.interviews), passed_on=len(passed), identity=identity
    )


def _entities(body: schemas.ListEntries) -> list[KnownEntity]:
    found = [known_entity(one.value, Label(one.label)) for one in body.entries]
    entities = [one for one in found if one is not None]
    if not entities:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "An entry needs a letter or a digit. Write a name, a place or an organisation.",
        )
    return entities


def _shape(seen: SeenIdentity) -> schemas.Identity:
    one = seen.identity
    return schemas.Identity(
        id=one.id,
        label=Label(one.label),
        number=one.number,
        scope=one.scope,
        stand_in=one.stand_in,
        set_by=one.set_by,
        listed=seen.listed,
        mentions=seen.mentions,
        interviews=seen.interviews,
        forms=[
            schemas.IdentityForm(
                scope=form.scope, label=Label(form.label), form=form.form, listed=form.listed
            )
            for form in seen.forms
        ],
    )


def _shape_change(change: Change, stand_ins: dict[int, str]) -> schemas.IdentityChange:
    return schemas.IdentityChange(
        id=change.id,
        at=change.at,
        by=change.actor,
        kind=change.kind.value,
        undone=change.state is ChangeState.UNDONE,
        identities=[stand_ins[number] for number in sorted(change.identities) if number in stand_ins],
    )
