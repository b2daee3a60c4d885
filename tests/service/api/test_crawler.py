"""A crawler with a coder's, a lead's and nobody's rights: whatever there is to fetch, no planted name is in it.

It takes the routes from the description of the API, so that one that is added later is crawled too.
"""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import prod
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from models.values import Voiceprint
from service.accounts.permissions import Actor, Role, actions_of
from service.api.rights_table import guarded_routes
from service.study.files import template
from service.vault import tables
from service.vault.recordings import now
from service.voices import prints
from tests.service.api.conftest import RECORDING, SECOND, House, house_with
from tests.service.made_sound import make_sound
from tests.service.reviewing import review

PLANTED = {
    "a redacted word": "Kari",
    "a title": "Grimsrud",
    "a file and its folder": "Halvorsrud",
    "a speaker's name": "Torvaldsdatter",
    "the study's own list": "Vestliheimen",
    "the title of the study": "Brekkestudien",
    "what a correction replaced": "Skogstadvang",
}
VOICE = (0.73645291, -0.19283746, 0.46281937, -0.82736451)
"""A voiceprint, which not even a steward is given."""
CODING_SIDE = ("/api/coding", "/api/feed")
INTERVIEW = "/api/interviews/D03-T2"
STREAM = "/api/events"
SENT = {
    "code": [f"{1:08x}-0000-0000-0000-000000000000"],
    "group": ["D03"],
    "q": ["hand", "held my"],
    "ms": ["100"],
    "from_ms": ["0"],
    "to_ms": ["2000"],
    "limit": ["50"],
}
MOST_COMBINATIONS = 500
READING, WRITING = ("get", "head"), ("post", "put", "patch", "delete")


@dataclass(frozen=True)
class Site:
    """A house in which something of a person is planted wherever somebody can put it."""

    house: House

    @property
    def paths(self) -> dict[str, dict[str, Any]]:
        described: dict[str, dict[str, Any]] = self.house.client.app.openapi()["paths"]  # type: ignore[attr-defined]
        return described

    @property
    def moments(self) -> tuple[str, ...]:
        coder = self.house.as_role(Role.CODER)
        listed = coder.get(f"/api/coding/listening/{uuid(5)}/moments").json()["listed"]
        return tuple(one["id"] for one in listed) or (uuid(9),)

    def addresses(self, path: str) -> Iterator[str]:
        """The path with every value that is known for its parameters."""
        known = {
            "reference": ("D03-T2", self.house.interview_id, RECORDING),
            "name": ("D03-T2", self.house.interview_id, "stig"),
            "participant": ("D03-T", "D03-C"),
            "recording_id": (RECORDING, SECOND),
            "number": ("0", "1", "2"),
            "label": ("S1", "S2"),
            "code": (uuid(1),),
            "theme": (uuid(2),),
            "coding": (uuid(3),),
            "memo": (uuid(4),),
            "session": (uuid(5),),
            "note": (uuid(6),),
            "moment": self.moments,
            "quote": (uuid(8),),
        }
        names = re.findall(r"\{(\w+)\}", path)
        for name in names:
            assert name in known, f"teach the crawler a value for {{{name}}} of {path}"
        for values in product(*(known[name] for name in names)):
            yield path.format(**dict(zip(names, values, strict=True)))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "data").mkdir()
    told = template("dyads").replace('title = "', f'title = "{PLANTED["the title of the study"]} ', 1)
    assert PLANTED["the title of the study"] in told
    (folder / "data" / "study.toml").write_text(told)
    with house_with(folder) as house:
        plant(house, folder / "sound.wav")
        yield Site(house)


def plant(house: House, sound: Path) -> None:
    steward = house.as_role(Role.STEWARD)
    revision = steward.get(INTERVIEW).json()["revision"]
    word = house.transcript.utterances[1].words[0]
    for text in (PLANTED["what a correction replaced"], word.text):
        corrected = steward.post(
            f"{INTERVIEW}/corrections/words",
            json={"revision": revision, "utterance": 1, "word_ids": [word.id], "text": text},
        )
        assert corrected.status_code == 200, corrected.text
        revision = corrected.json()["revision"]
    named = steward.patch(f"{INTERVIEW}/speakers/S2", json={"name": PLANTED["a speaker's name"]})
    assert named.status_code == 200, named.text
    with house.state.vault.engine.begin() as connection:
        place = PLANTED["a file and its folder"]
        connection.execute(
            sa.insert(tables.recording_name).values(
                path=f"{place}/{place}.wav", recording_id=RECORDING, first_seen_at=now()
            )
        )
        here = tables.interview.c.id == house.interview_id
        connection.execute(sa.update(tables.interview).where(here).values(title=PLANTED["a title"]))
        heard = [Voiceprint("S2", 60_000, VOICE, "m@1")]
        prints.store(connection, house.state.vault.sealer, house.interview_id, heard)
    listed = {"entries": [{"value": PLANTED["the study's own list"]}]}
    assert steward.post("/api/identities/list", json=listed).status_code == 200
    with house.state.vault.engine.begin() as connection:
        connection.execute(sa.update(tables.interview).values(names_outdated=False))
    review(house.state.vault, house.state.coding, house.interview_id)
    make_sound(house.state.vault, house.interview_id, sound)
    released = steward.post(f"{INTERVIEW}/release")
    assert released.status_code == 200, released.text
    code_it(house)


def uuid(number: int) -> str:
    return f"{number:08x}-0000-0000-0000-000000000000"


def code_it(house: House) -> None:
    """A code, a theme, a coding and a memo of the coder, a session with a note, a quote, at the address of each."""
    coder, lead = house.as_role(Role.CODER), house.as_role(Role.LEAD)
    code = {"id": uuid(1), "name": "holding", "example": "held my hand"}
    place = {"first_word": 1, "last_word": 3}
    memo = {"id": uuid(4), "about": "interview", "subject": "D03-T2", "text": "to listen to again"}
    moment = {"interview": "D03-T2", "start_ms": 0, "end_ms": 2000}
    session = {"id": uuid(5), "name": "revision", "playlist": {"id": uuid(7), "moments": [moment]}}
    quote = {"id": uuid(8), "about": "code", "subject": uuid(1), "role": "T"}
    for answer in (
        coder.post("/api/coding/codes", json=code),
        lead.put(f"/api/coding/themes/{uuid(2)}", json={"name": "care", "codes": [uuid(1)]}),
        coder.post(
            "/api/coding/interviews/D03-T2/codings", json={"id": uuid(3), "code": uuid(1), "place": place}
        ),
        coder.post("/api/coding/memos", json=memo),
        coder.post("/api/coding/listening", json=session),
        coder.post(f"/api/coding/listening/{uuid(5)}/notes", json={"id": uuid(6), "text": "again"}),
        lead.post("/api/coding/perspectives/quotes", json=quote | moment),
    ):
        assert answer.status_code in (200, 201), answer.text
    assert coder.get(f"/api/coding/codings/{uuid(3)}/history").status_code == 200


def forms(name: str) -> Iterator[bytes]:
    """How a name may be written in an answer."""
    for spelled in (name, name.lower(), name.upper()):
        yield spelled.encode()
        yield quote(spelled).encode()
        yield json.dumps(spelled).strip('"').encode()
    yield base64.b64encode(name.encode()).rstrip(b"=")[:-1]


def voice_forms() -> Iterator[bytes]:
    """How a voiceprint, or a part of it, may stand in an answer."""
    for order, kind in product("<>", "fd"):
        for pair in pairwise(VOICE):
            packed = struct.pack(f"{order}2{kind}", *pair)
            yield packed
            yield packed.hex().encode()
        whole = struct.pack(f"{order}{len(VOICE)}{kind}", *VOICE)
        for offset in range(3):
            # Base64 of the same bytes differs by where they begin; the ends, which others have a part in, are left out.
            yield base64.b64encode(bytes(offset) + whole)[4:-4]
    yield from (f"{abs(number):.6f}"[:8].encode() for number in VOICE)


VOICE_FORMS = tuple(voice_forms())


def named_in(answer: bytes) -> list[str]:
    told = [what for what, name in PLANTED.items() if any(form in answer for form in forms(name))]
    return [*told, "a voice"] if any(form in answer for form in VOICE_FORMS) else told


def queries(site: Site, operation: dict[str, Any]) -> Iterator[str]:
    """Every combination of the operation's options: what is one of several, yes and no, and a value of the others.

    Where there are too many, each value once with every value of what is required, and all else left out.
    """
    schemas = site.house.client.app.openapi()["components"]["schemas"]  # type: ignore[attr-defined]
    choices: list[list[tuple[str, str] | None]] = []
    for parameter in operation.get("parameters", []):
        if parameter["in"] != "query":
            continue
        name, schema = parameter["name"], parameter["schema"]
        values: list[str] = []
        for one in (schema, *schema.get("anyOf", [])):
            kind = schemas[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
            values += [str(value) for value in kind.get("enum", [])]
            values += [str(kind["const"])] if "const" in kind else []
            values += ["true", "false"] if kind.get("type") == "boolean" else []
        given = [(name, value) for value in values or SENT.get(name, [])]
        choices.append([*([] if parameter.get("required") else [None]), *given] or [None])
    for chosen in product(*choices) if prod(map(len, choices)) <= MOST_COMBINATIONS else one_by_one(choices):
        yield urlencode([one for one in chosen if one is not None])


def one_by_one(choices: list[list[tuple[str, str] | None]]) -> Iterator[tuple[tuple[str, str] | None, ...]]:
    alone = [one if None not in one else [None] for one in choices]
    yield from product(*alone)
    for place, own in enumerate(choices):
        if None in own:
            given = [value for value in own if value is not None]
            yield from product(*alone[:place], given, *alone[place + 1 :])


def fetched(client: TestClient, method: str, address: str) -> tuple[int, bytes]:
    answer = client.request(method, address, json={} if method in WRITING else None)
    assert answer.status_code < 500, f"{method} {address}: {answer.status_code}"
    headers = "\n".join(f"{key}: {value}" for key, value in answer.headers.items())
    return answer.status_code, f"{answer.status_code}\n{headers}\n".encode() + unpacked(answer.content)


def unpacked(content: bytes) -> bytes:
    """The content, and what is packed in it: the files of a zip, the rows of a Parquet file."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"\n".join([name.encode() + unpacked(archive.read(name)) for name in archive.namelist()])
    if content.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(content))
        return f"{table.to_pylist()} {table.schema}".encode()
    return content


@dataclass
class Crawled:
    """What of the planted was found where, and which routes gave an answer with something in it."""

    found: dict[str, list[str]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)


def crawl(site: Site, client: TestClient, methods: tuple[str, ...], endless: bool) -> Crawled:
    """Fetch each route with every value and option. ``endless``: streams too, which end only where they are refused."""
    crawled = Crawled()
    found = crawled.found
    for path, operations in site.paths.items():
        for method in methods:
            if method not in operations or (path == STREAM and not endless):
                continue
            for address, query in product(site.addresses(path), queries(site, operations[method])):
                status, whole = fetched(client, method, f"{address}?{query}")
                assert path != STREAM or status in (401, 403)
                if 200 <= status < 300:
                    crawled.answered.add(f"{method.upper()} {path}")
                if told := named_in(whole):
                    found[f"{method} {address}?{query}"] = told
    for address in ("/", "/interviews/D03-T2", "/released/D03-T2", "/identities", "/assets/", "/metrics"):
        _, whole = fetched(client, "get", address)
        if told := named_in(whole):
            found[f"get {address}"] = told
    return crawled


def fetchable(site: Site, role: Role) -> set[str]:
    """The routes of the coding side that the role may fetch, by the rights that they declare."""
    allowed = actions_of(Actor("somebody", frozenset({role})))
    return {
        f"{route.method} {route.path}"
        for route in guarded_routes(site.house.client.app)  # type: ignore[arg-type]
        if route.path.startswith(CODING_SIDE) and route.method.lower() in READING and route.action in allowed
    }


@pytest.mark.parametrize("role", [Role.CODER, Role.LEAD, Role.ADMIN, None])
def test_nothing_that_can_be_fetched_names_anybody(site: Site, role: Role | None) -> None:
    client = site.house.new_client() if role is None else site.house.as_role(role)
    crawled = crawl(site, client, READING, endless=True)
    assert crawled.found == {}
    if role in (Role.CODER, Role.LEAD):
        # A route that gives nothing hides nothing: each one is asked for something that is there.
        assert fetchable(site, role) - crawled.answered == set(), "teach the crawler what to ask them for"


def test_a_coder_reads_and_hears_the_interview_itself(site: Site) -> None:
    coder = site.house.as_role(Role.CODER)
    assert "held my hand" in " ".join(
        word["text"]
        for one in coder.get("/api/coding/interviews/D03-T2/utterances").json()["utterances"]
        for word in one["words"]
    )
    assert coder.get("/api/coding/interviews/D03-T2/audio").content[:4] == b"OggS"


@pytest.mark.parametrize("role", [Role.CODER, Role.LEAD, None])
def test_nothing_that_can_be_sent_names_anybody_or_changes_the_vault(site: Site, role: Role | None) -> None:
    client = site.house.new_client() if role is None else site.house.as_role(role)
    steward = site.house.as_role(Role.STEWARD)
    shown = (INTERVIEW, "/api/identities", "/api/recordings", "/api/withdrawals", f"{INTERVIEW}/review")
    before = [steward.get(address).json() for address in shown]
    for path, operations in site.paths.items():
        for method in (one for one in WRITING if one in operations):
            for address in site.addresses(path):
                status, whole = fetched(client, method, address)
                assert named_in(whole) == [], f"{method} {address}"
                if not path.startswith(("/api/coding", "/api/session")):
                    assert status in (401, 403), f"{method} {address}: {status}"
    assert [steward.get(address).json() for address in shown] == before


def test_the_crawler_looks_where_the_names_are(site: Site) -> None:
    crawled = crawl(site, site.house.as_role(Role.STEWARD), ("get",), endless=False)
    assert {what for told in crawled.found.values() for what in told} == set(PLANTED)


def test_it_knows_a_name_however_it_is_written() -> None:
    name = PLANTED["a title"]
    for text in (name, name.upper(), quote(name), base64.b64encode(name.encode()).decode()):
        assert named_in(f"x {text} y".encode()) == ["a title"], text
    packed = struct.pack("<4f", *VOICE)
    written = json.dumps([round(number, 6) for number in VOICE]).encode()
    for data in (packed, b"x" + packed, packed.hex().encode(), written):
        assert named_in(data) == ["a voice"]
        assert named_in(base64.b64encode(packed)) == ["a voice"]
