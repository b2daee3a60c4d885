"""The fields of the query language: what each is called, what it finds, and an example."""

from __future__ import annotations

from dataclasses import dataclass

from models.values import MarkerKind
from models.values import Role as VoiceRole


@dataclass(frozen=True, slots=True)
class Field:
    """A field as people read of it."""

    name: str
    finds: str
    example: str


FIELDS = (
    Field("code", "what is coded with it, or with codes below it", 'code:"fear of loss"'),
    Field("theme", "what is coded with a code that the theme gathers", "theme:closeness"),
    Field("coder", "what somebody coded, whatever the code", "coder:ann"),
    Field(
        "is",
        "`coded`, `uncoded`, `unnamed` (coded without a code) or `changed` (words changed)",
        "is:uncoded",
    ),
    Field("memo", "what memos with these words are about", 'memo:"turning point"'),
    Field("marker", "what was heard: a kind, with `/` its sort, or `*` for any", "marker:pause/within_turn"),
    Field("like", "utterances that mean about the same", 'like:"afraid of being left"'),
    Field("speaker", "what somebody says: `participant`, `interviewer`, or a label", "speaker:participant"),
    Field("role", "interviews with this role", "role:client"),
    Field("group", "interviews of this group", "group:D03"),
    Field("participant", "interviews with this participant", "participant:D03-T"),
    Field("interview", "this interview", "interview:D03-T2"),
    Field("kind", "interviews of this kind: `background` or `process`", "kind:process"),
    Field("wave", "interviews of this wave, or of several", "wave:1-2"),
    Field("minutes", "these minutes of every interview", "minutes:20-30"),
    Field("time", "this time of every interview", "time:12:30-14:00"),
)
"""Every field, in the order in which they are shown."""

NAMES = tuple(one.name for one in FIELDS)
KINDS = tuple(str(kind) for kind in MarkerKind)
SPEAKERS = tuple(str(role) for role in VoiceRole)
INTERVIEW_KINDS = ("background", "process")
"""What interviews are for, by the study's protocol."""
BOTH_KINDS = "both"
"""Of an interview that is for both."""
STATES = ("coded", "uncoded", "unnamed", "changed")
