"""Measures queries over released interviews, codings, markers and meaning, over a real server.

    scripts/bench finding [--times N] [--only sqlite|postgresql] [--no-write]

66 interviews, 800,000 words, 20,000 codings, 100,000 markers. A coder asks, who is ready with half of the interviews,
and a lead. Prints percentiles in ms and writes them into docs/benchmarks.md. Where the text model is installed, meaning
is asked too: LYTT_MODELS_DIR says where.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import statistics
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
import psutil
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[2]))

import study
from coding_load import databases
from page import machine, write_section
from queries import Timing, server, timed

from models.values import Marker, MarkerKind, Transcript
from service.accounts.accounts import add_account
from service.accounts.permissions import Role
from service.accounts.tokens import add_token
from service.coding import tables
from service.coding.finding.meaning import keep_meaning, utterance_texts
from service.coding.store import CodingStore, Origin, connect_coding_store, open_coding_store, receive
from service.coding.writing import writing
from service.naming import InterviewName
from service.settings import Settings
from service.text_model import LocalTextModel
from service.vault.store import open_vault

study.MINUTES = 83
CODINGS, MARKERS, MEMOS, CODES = 20_000, 100_000, 2_000, 60
CODERS = ("token:coder", "token:second", "token:third")
DIMENSION = 384
SAID = ("alone", "angry at her", "we laughed", "nobody came", "it was my fault", "I trust him")
ROLES = {"T": "therapist", "C": "client"}


@dataclass(frozen=True)
class Made:
    """What can be asked for, and the tokens of who asks."""

    words: list[str]
    codes: list[str]
    tokens: dict[str, str]
    numbers: str


def more_markers(transcript: Transcript, wanted: int, draw: random.Random) -> Transcript:
    """As many markers as wanted, some at random places."""
    kinds = (
        MarkerKind.LAUGHTER,
        MarkerKind.CRYING,
        MarkerKind.TEMPO,
        MarkerKind.EMPHASIS,
        MarkerKind.HESITATION,
    )
    held = list(transcript.markers[:wanted])
    while len(held) < wanted:
        start = draw.randrange(transcript.duration_ms - 5_000)
        who, strength = draw.choice(("S1", "S2")), draw.random() * 5
        held.append(
            Marker(draw.choice(kinds), start, start + draw.randrange(300, 4_000), who, strength, 0.8, "1")
        )
    return replace(transcript, markers=tuple(sorted(held, key=lambda one: one.start_ms)))


def fill(settings: Settings) -> Made:
    """The store, and tokens of a coder and a lead."""
    draw = random.Random(5)
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    tokens = {}
    with vault.engine.begin() as connection:
        add_account(connection, "lea", [Role.ADMIN, Role.LEAD], "four random words here", None, "bench")
        for name, role in (("coder", Role.CODER), ("lead", Role.LEAD)):
            tokens[name] = add_token(connection, name, [role], None, "bench")[1]
    vault.close()
    words = study.vocabulary(random.Random(1))
    places = [
        InterviewName(f"D{group:02d}", role, wave)
        for group in range(1, study.GROUPS + 1)
        for role, wave in study.EXPECTED
    ]
    codes = [str(uuid.UUID(int=draw.getrandbits(128))) for _ in range(CODES)]
    total = 0
    with writing(store.engine) as connection:
        connection.execute(
            sa.insert(tables.code),
            [
                {
                    "id": code,
                    "parent": codes[number // 4] if number >= 4 else None,
                    "name": f"code {number}",
                    "definition": "",
                    "colour": "#aa5533",
                    "example": "",
                    "state": "used",
                    "version": 1,
                    "made_by": "lea",
                }
                for number, code in enumerate(codes)
            ],
        )
        gathered = {"name": "theme", "definition": "", "codes": codes[5:15], "state": "used"}
        connection.execute(
            sa.insert(tables.theme), [{"id": str(uuid.uuid4()), "version": 1, "made_by": "lea", **gathered}]
        )
    for number, place in enumerate(places):
        interview_id = uuid.uuid5(uuid.NAMESPACE_OID, place.study_id).hex
        made = more_markers(study.interview(number, words), MARKERS // len(places), draw)
        total += sum(len(one.words) for one in made.utterances)
        with writing(store.engine) as connection:
            receive(connection, interview_id, Origin((place,), roles=ROLES), made, 1)
            said = utterance_texts(connection, interview_id)
            vectors = np.random.default_rng(number).normal(size=(len(said), DIMENSION)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            keep_meaning(connection, interview_id, 1, settings.text_model, said, vectors)
            code_in(connection, draw, interview_id, made, codes, number % 2 == 0)
    if store.engine.dialect.name == "postgresql":
        # As its own upkeep does within minutes.
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    store.close()
    return Made(
        words,
        [f"code {number}" for number in range(CODES)],
        tokens,
        f"{len(places)} interviews, {total:,} words, {CODINGS:,} codings, {MARKERS:,} markers, {MEMOS:,} memos",
    )


def code_in(
    connection: sa.Connection,
    draw: random.Random,
    interview_id: str,
    made: Transcript,
    codes: list[str],
    ready: bool,
) -> None:
    """Codings of three coders and memos on them; ``ready``: all three say that they are."""
    now = datetime.now(UTC)
    words = [word for line in made.utterances for word in line.words]
    codings, memos = [], []
    for number in range(-(-CODINGS // (study.GROUPS * len(study.EXPECTED)))):
        first = draw.randrange(len(words) - 120)
        last = first + draw.randrange(4, 120)
        codings.append(
            {
                "id": str(uuid.UUID(int=draw.getrandbits(128))),
                "interview_id": interview_id,
                "coder": draw.choice(CODERS),
                "code": draw.choice(codes),
                "first_word": words[first].id,
                "last_word": words[last].id,
                "start_ms": words[first].start_ms,
                "end_ms": words[last].end_ms,
                "weight": draw.choice((None, 20, 80)),
                "words_digest": "",
                "words_changed": draw.random() < 0.05,
                "version": 1,
                "made_at": now,
                "changed_at": now,
                "removed": False,
            }
        )
        if number % 10 == 0:
            text = " ".join(word.text for word in words[first : first + 20])
            memos.append(
                {
                    "id": str(uuid.UUID(int=draw.getrandbits(128))),
                    "about": "coding",
                    "subject": codings[-1]["id"],
                    "interview_id": interview_id,
                    "writer": codings[-1]["coder"],
                    "text": text,
                    "version": 1,
                    "made_at": now,
                    "changed_at": now,
                    "removed": False,
                }
            )
    connection.execute(sa.insert(tables.coding), codings)
    connection.execute(sa.insert(tables.memo), memos)
    if ready:
        said = [{"interview_id": interview_id, "coder": coder, "at": now} for coder in CODERS]
        connection.execute(sa.insert(tables.ready), said)


def kinds(made: Made, draw: random.Random) -> dict[str, Callable[[], str]]:
    """A query of each kind, another one at every call."""
    common = made.words[:400]

    def code() -> str:
        return f'code:"{draw.choice(made.codes)}"'

    def word() -> str:
        return f'"{draw.choice(common)}"'

    def minute() -> int:
        return draw.randrange(60)

    return {
        "time": lambda: f"minutes:{(at := minute())}-{at + 10} and wave:{draw.randint(1, 4)}",
        "phrase": lambda: f'"{draw.choice(("held my hand", "my hand"))}" and minutes:{minute()}-',
        "frequent word": lambda: f'"{draw.choice(made.words[:12])}"',
        "beginning": lambda: f'"{draw.choice(common)[:2]}*"',
        "fuzzy": lambda: f'"{draw.choice(made.words)}~"',
        "fuzzy in a phrase": lambda: f'"held~ my hnd~" and minutes:{minute()}-',
        "speaker": lambda: f"speaker:{draw.choice(('participant', 'client', 'S1'))} and minutes:{minute()}-",
        "role, group": lambda: f"role:client and group:D{draw.randint(1, 11):02d} and speaker:interviewer",
        "code": code,
        "codes, and or not": lambda: f"({code()} or {code()}) and not {code()} and role:client",
        "co-occurrence": lambda: f"{code()} with {code()}",
        "near": lambda: f"{code()} near {draw.randint(5, 60)}s marker:laughter >= {draw.randint(1, 4)}",
        "marker": lambda: f"marker:{draw.choice(('pause', 'rate', 'tempo', 'crying'))}",
        "marker, strength": lambda: f"marker:* > {draw.random() * 4:.2f} by participant",
        "coder": lambda: f"coder:{draw.choice(CODERS)!r}".replace("'", '"'),
        "theme": lambda: f"theme:theme and minutes:{minute()}-",
        "uncoded": lambda: f"is:uncoded and speaker:participant and wave:{draw.randint(1, 4)}",
        "words changed": lambda: f"is:changed and minutes:{minute()}-",
        "memo": lambda: f"memo:{word()}",
        "meaning": lambda: f'like:"{draw.choice(SAID)} {draw.randrange(10**6)}" >= 0.15',
        "mixed": lambda: (
            f"{code()} and not ({code()} or {word()}) and speaker:participant near 30s "
            f"marker:pause > 1 and wave:1-2 or memo:{word()}"
        ),
    }


@dataclass(frozen=True)
class Measured:
    """Times of one kind of query, and how much processor time each took of the service and the database, in ms."""

    timing: Timing
    work_ms: tuple[float, ...]

    def row(self) -> str:
        ordered = sorted(self.work_ms)
        worked = f"{statistics.median(ordered):.0f} | {ordered[int(len(ordered) * 0.95)]:.0f}"
        what, rest = self.timing.row()[2:].split(" | ", 1)
        return f"| {what} | {worked} | {rest}"


class Work:
    """Processor time of the service and of what PostgreSQL does for it."""

    def __init__(self, address: httpx.URL, store: CodingStore) -> None:
        self._store = store
        port = address.port
        self._service = next(
            psutil.Process(one.pid)
            for one in psutil.net_connections("tcp4")
            if one.status == "LISTEN" and one.laddr.port == port and one.pid
        )

    def ms(self) -> float:
        """All of it until now."""
        processes = [self._service]
        if self._store.engine.dialect.name == "postgresql":
            with self._store.engine.connect() as connection:
                query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                processes += [psutil.Process(row[0]) for row in connection.exec_driver_sql(query)]
        return sum(1000 * (one.cpu_times().user + one.cpu_times().system) for one in processes)


def measure(made: Made, settings: Settings, times: int, meaning: bool) -> list[Measured]:
    """Ask each kind as a coder and as a lead."""
    measured = []
    store = connect_coding_store(settings)
    with server(settings.data_dir) as client:
        work = Work(client.base_url, store)

        def ask(token: str, text: str) -> None:
            answer = client.get(
                "/api/coding/find",
                params={"q": text},
                headers={"Authorization": f"Bearer {made.tokens[token]}"},
                timeout=120,
            )
            if answer.is_error:
                raise SystemExit(f"{text}: {answer.text}")

        for who in ("coder", "lead"):
            of_kind = kinds(made, random.Random(9))
            if meaning:
                ask(who, 'like:"afraid of being left"')
            else:
                del of_kind["meaning"]
            for kind, text in of_kind.items():
                ask(who, text())
                taken, worked = [], []
                for _ in range(times):
                    asked, before = text(), work.ms()
                    taken += timed(1, lambda asked=asked, who=who: ask(who, asked))
                    worked.append(work.ms() - before)
                bar = 300 if kind == "meaning" else 100
                measured.append(Measured(Timing(f"{kind} ({who})", tuple(taken), bar), tuple(worked)))
                print(measured[-1].row(), flush=True)
    store.close()
    return measured


def run(database: str, times: int) -> tuple[str, str, bool]:
    """Heading and table of one database, and whether the bars hold."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = stack.enter_context(databases()) if database == "postgresql" else {}
        os.environ.update(urls)
        settings = Settings(data_dir=folder)
        made = fill(settings)
        measured = measure(made, settings, times, LocalTextModel(settings).missing is None)
        for name in urls:
            del os.environ[name]
    rows = "\n".join(one.row() for one in measured)
    head = (
        "| query | work: median ms | p95 ms | times | median ms | p95 ms | worst ms | must be | |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[database]
    return f"{made.numbers}.", f"{name}:\n\n{head}\n{rows}", all(one.timing.holds for one in measured)


def parts(only: str | None, times: int) -> Iterator[tuple[str, str, bool]]:
    for database in ("sqlite", "postgresql"):
        if only in (None, database):
            yield run(database, times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--no-write", action="store_true")
    given = parser.parse_args()
    found = list(parts(given.only, given.times))
    text = "\n\n".join(
        [machine(("sqlalchemy", "fastapi", "numpy")), found[0][0], *(table for _, table, _ in found)]
    )
    if not given.no_write:
        write_section("finding", text)
    return 0 if all(holds for _, _, holds in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
