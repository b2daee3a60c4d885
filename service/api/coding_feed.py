"""The feed that other stores follow: everything that is released and coded, by everybody, so it is for leads."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from service.accounts.permissions import Action
from service.api.coding import Side
from service.api.coding_feed_schemas import Feed, FeedMessage
from service.api.problems import Problem, responses
from service.api.rights import allowed
from service.coding.feed.reading import FeedBegunAnew, Page, read_feed

router = APIRouter(prefix="/api/feed", tags=["coding"])


def message_of(page: Page, at: datetime) -> bytes:
    """Some of the feed as a webhook carries it."""
    message = FeedMessage(type="lytt.feed", timestamp=at, data=Feed.model_validate(page))
    return message.model_dump_json().encode()


@router.get(
    "",
    operation_id="get_feed",
    dependencies=[allowed(Action.FOLLOW)],
    responses=responses(HTTPStatus.CONFLICT),
)
def get_feed(
    side: Side,
    after: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="The number of the last entry one has; 0 for all.")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    feed: Annotated[
        str | None, Query(max_length=32, description="The feed one follows; 409 where this is another one.")
    ] = None,
) -> Feed:
    """The entries after a number, each with what its subject is now."""
    with side.coding.engine.connect() as connection:
        try:
            page = read_feed(connection, after, limit, feed)
        except FeedBegunAnew as begun:
            raise Problem(HTTPStatus.CONFLICT, str(begun)) from None
    return Feed.model_validate(page)
