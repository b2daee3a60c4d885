"""Who may do what: one table of roles and actions, and one function that asks it.

Both sides ask here, so nothing here knows the vault.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    STEWARD = "steward"
    CODER = "coder"
    LEAD = "lead"
    ADMIN = "admin"


class Action(StrEnum):
    """What a route does. Each route declares one."""

    OPEN_PAGE = "open_page"
    SIGN_IN = "sign_in"
    ASK_HEALTH = "ask_health"
    READ_DESCRIPTION = "read_description"
    CHANGE_OWN_PASSWORD = "change_own_password"

    SEE_RECORDINGS = "see_recordings"
    HANDLE_RECORDINGS = "handle_recordings"
    SEE_STUDY = "see_study"
    PLACE_INTERVIEWS = "place_interviews"
    READ_TRANSCRIPTS = "read_transcripts"
    SEARCH_TRANSCRIPTS = "search_transcripts"
    EXPORT_TRANSCRIPTS = "export_transcripts"
    CORRECT = "correct"
    JUDGE_MARKERS = "judge_markers"
    LISTEN = "listen"
    CUT_CLIPS = "cut_clips"
    SEE_VOICES = "see_voices"
    CONFIRM_VOICES = "confirm_voices"
    SEE_GUIDE = "see_guide"
    JUDGE_GUIDE = "judge_guide"
    REVIEW = "review"
    SEE_IDENTITIES = "see_identities"
    CHANGE_IDENTITIES = "change_identities"
    RELEASE = "release"
    WITHDRAW = "withdraw"

    READ_RELEASED = "read_released"
    LISTEN_RELEASED = "listen_released"
    SEE_CODINGS = "see_codings"
    CODE = "code"
    LISTEN_TOGETHER = "listen_together"
    REVISE_CODEBOOK = "revise_codebook"
    PICK_QUOTES = "pick_quotes"
    EXPORT_RELEASED = "export_released"
    FOLLOW = "follow"

    MANAGE_ACCOUNTS = "manage_accounts"
    READ_EVENTS = "read_events"
    READ_METRICS = "read_metrics"


EVERYONE = frozenset({Action.OPEN_PAGE, Action.SIGN_IN, Action.ASK_HEALTH})
"""What nobody need sign in for."""

SIGNED_IN = frozenset({Action.READ_DESCRIPTION, Action.CHANGE_OWN_PASSWORD})
"""What every account may do, whatever its roles."""

VAULT = frozenset(
    {
        Action.SEE_RECORDINGS,
        Action.HANDLE_RECORDINGS,
        Action.SEE_STUDY,
        Action.PLACE_INTERVIEWS,
        Action.READ_TRANSCRIPTS,
        Action.SEARCH_TRANSCRIPTS,
        Action.EXPORT_TRANSCRIPTS,
        Action.CORRECT,
        Action.JUDGE_MARKERS,
        Action.LISTEN,
        Action.CUT_CLIPS,
        Action.SEE_VOICES,
        Action.CONFIRM_VOICES,
        Action.SEE_GUIDE,
        Action.JUDGE_GUIDE,
        Action.REVIEW,
        Action.SEE_IDENTITIES,
        Action.CHANGE_IDENTITIES,
        Action.RELEASE,
        Action.WITHDRAW,
    }
)
"""What touches the identifiable side."""

CODING = frozenset(
    {
        Action.READ_RELEASED,
        Action.LISTEN_RELEASED,
        Action.SEE_CODINGS,
        Action.CODE,
        Action.LISTEN_TOGETHER,
    }
)
"""What everybody who codes may do."""

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.STEWARD: VAULT | {Action.READ_RELEASED, Action.LISTEN_RELEASED, Action.READ_METRICS},
    Role.CODER: CODING,
    Role.LEAD: CODING | {Action.REVISE_CODEBOOK, Action.PICK_QUOTES, Action.EXPORT_RELEASED, Action.FOLLOW},
    Role.ADMIN: frozenset({Action.MANAGE_ACCOUNTS, Action.READ_EVENTS, Action.READ_METRICS}),
}

IN_WORDS: dict[Action, str] = {
    Action.OPEN_PAGE: "open the page",
    Action.SIGN_IN: "sign in and out",
    Action.ASK_HEALTH: "ask whether Lytt is well",
    Action.READ_DESCRIPTION: "read the description of the API",
    Action.CHANGE_OWN_PASSWORD: "change one's own password",
    Action.SEE_RECORDINGS: "see recordings",
    Action.HANDLE_RECORDINGS: "upload, name, retry and cancel recordings",
    Action.SEE_STUDY: "see the study and its board",
    Action.PLACE_INTERVIEWS: "give interviews their place in the study",
    Action.READ_TRANSCRIPTS: "read what was said before it is released",
    Action.SEARCH_TRANSCRIPTS: "search what was said before it is released",
    Action.EXPORT_TRANSCRIPTS: "take transcripts out of the vault",
    Action.CORRECT: "correct transcripts",
    Action.JUDGE_MARKERS: "confirm, reject and add markers",
    Action.LISTEN: "listen to recordings",
    Action.CUT_CLIPS: "cut clips from recordings",
    Action.SEE_VOICES: "see whose voices are heard",
    Action.CONFIRM_VOICES: "say whose voices are heard",
    Action.SEE_GUIDE: "see where the guide's questions were asked",
    Action.JUDGE_GUIDE: "judge where the guide's questions were asked",
    Action.REVIEW: "decide what is redacted",
    Action.SEE_IDENTITIES: "see who is meant by stand-ins",
    Action.CHANGE_IDENTITIES: "say who is meant by stand-ins, and keep the study's own list",
    Action.RELEASE: "look for names, release interviews and take releases back",
    Action.WITHDRAW: "erase what a participant withdraws",
    Action.READ_RELEASED: "read released interviews",
    Action.LISTEN_RELEASED: "listen to released interviews",
    Action.SEE_CODINGS: "see the codebook, codings and memos",
    Action.CODE: "code released interviews, add codes and write memos",
    Action.LISTEN_TOGETHER: "hold listening sessions and write notes and decisions in them",
    Action.REVISE_CODEBOOK: "change, merge, split and remove codes and themes",
    Action.PICK_QUOTES: "pick quotes and confirm that they identify nobody",
    Action.EXPORT_RELEASED: "take released interviews and their codings out of Lytt",
    Action.FOLLOW: "follow what is released and coded, from another store",
    Action.MANAGE_ACCOUNTS: "manage accounts and tokens",
    Action.READ_EVENTS: "read the event log",
    Action.READ_METRICS: "read the metrics",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks: a signed-in account, a token, or the person at this machine."""

    name: str
    roles: frozenset[Role]
    is_account: bool = False


LOCAL = Actor("local", frozenset(Role))
"""Whoever sits at this machine while there is no account: every role, no sign-in."""

NOBODY = "nobody"
"""How the event log calls somebody who is not signed in."""


def may(actor: Actor | None, action: Action, resource: str | None = None) -> bool:
    """Whether ``actor`` (None: nobody) may do ``action`` to ``resource``: an account's name for what is one's own."""
    if action in EVERYONE:
        return True
    if actor is None:
        return False
    if action is Action.CHANGE_OWN_PASSWORD:
        return resource is None or resource == actor.name
    return action in SIGNED_IN or any(action in ALLOWED[role] for role in actor.roles)


def actions_of(actor: Actor | None) -> tuple[Action, ...]:
    """Everything ``actor`` may do."""
    return tuple(action for action in Action if may(actor, action))


def why_not(actor: Actor, action: Action) -> str:
    """The sentence that refuses ``action``: who may, and what to do."""
    roles = [role for role in Role if action in ALLOWED[role]]
    mine = " and ".join(sorted(actor.roles)) or "no role"
    return (
        f"You are signed in as {mine}. To {IN_WORDS[action]} is for {_plural(roles)} only. "
        "If you should be able to, ask an admin for the role."
    )


def _plural(roles: list[Role]) -> str:
    return " and ".join(f"{role}s" for role in roles)
