"""Twenty coders code one interview at once, over a real server: is anything lost, doubled, or somebody else's?

    scripts/bench coding_load [--seconds 60] [--coders 20] [--postgresql]

Every coder has a token of their own, adds codings, sends each third one twice, changes and removes some, and adds a
code now and then, while another store follows the feed. Then every coding is counted in the store, and with who
followed. Prints how many, times in ms, and what is wrong; fails if anything is.
``--postgresql`` starts a PostgreSQL of its own for both stores.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[2]))

from queries import server

from service.accounts.accounts import add_account
from service.accounts.permissions import Role
from service.accounts.tokens import add_token
from service.coding import tables
from service.coding.store import CodingStore, Origin, open_coding_store, receive
from service.coding.writing import writing
from service.naming import InterviewName
from service.settings import Settings
from service.vault.store import open_vault
from tests.e2e.services import postgresql, postgresql_binaries
from tests.service.conftest import make_transcript

INTERVIEW = "c0de" * 8
WORDS_OF_A_LINE, LINES = 25, 600


@dataclass
class Coder:
    """What one coder sent, and got."""

    name: str
    token: str
    kept: set[str] = field(default_factory=set)
    times_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def code(base_url: httpx.URL, coder: Coder, code_id: str, until: float) -> None:
    """Code until the time is over."""
    headers = {"Authorization": f"Bearer {coder.token}"}
    draw = random.Random(coder.name)
    with httpx.Client(base_url=base_url, headers=headers, timeout=60) as client:

        def send(method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, object]:
            begun = time.perf_counter()
            answer = client.request(method, f"/api/coding{path}", json=body)
            coder.times_ms.append((time.perf_counter() - begun) * 1000)
            if answer.status_code >= 400:
                coder.errors.append(f"{method} {path.rsplit('/', 1)[-1]}: {answer.status_code}")
            found: dict[str, object] = answer.json()
            return found

        number = 0
        while time.monotonic() < until:
            number += 1
            first = draw.randrange(1, WORDS_OF_A_LINE * LINES - 40)
            coding = str(uuid.UUID(int=draw.getrandbits(128)))
            place = {"first_word": first, "last_word": first + draw.randrange(30)}
            body: dict[str, object] = {"id": coding, "place": place, "code": code_id}
            for _ in range(2 if number % 3 == 0 else 1):
                send("POST", "/interviews/D03-T2/codings", body)
            coder.kept.add(coding)
            if number % 5 == 0:
                send("PATCH", f"/codings/{coding}", {"version": 1, "code": code_id, "weight": 50})
            if number % 7 == 0:
                send("DELETE", f"/codings/{coding}?version={2 if number % 5 == 0 else 1}")
                coder.kept.discard(coding)
            if number % 50 == 1:
                made = {"id": str(uuid.UUID(int=draw.getrandbits(128))), "name": f"{coder.name} {number}"}
                send("POST", "/codes", made)


@dataclass
class Follower:
    """Another store that reads the feed once a second, and holds the codings that it was told of."""

    token: str
    coders: dict[str, str] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)

    def follow(self, base_url: httpx.URL, ended: threading.Event) -> None:
        """Follow until the coders ended and everything was read."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=base_url, headers=headers, timeout=60) as client:
            while True:
                last_time = ended.is_set()
                while self._read(client):
                    pass
                if last_time:
                    return
                ended.wait(1)

    def _read(self, client: httpx.Client) -> bool:
        """Whether there was more."""
        after = self.numbers[-1] if self.numbers else 0
        answer = client.get("/api/feed", params={"after": after, "limit": 1000})
        answer.raise_for_status()
        entries = answer.json()["entries"]
        for entry in entries:
            self.numbers.append(entry["number"])
            if entry["kind"] == "coding":
                self.coders.pop(entry["subject"], None)
                if entry["body"] is not None:
                    self.coders[entry["subject"]] = entry["body"]["coder"]
        return bool(entries)


def problems_of_follower(store: CodingStore, follower: Follower) -> list[str]:
    """What whoever followed missed, or was told wrongly."""
    coding, head = tables.coding, tables.feed_head
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(coding.c.id, coding.c.coder).where(~coding.c.removed))
        held = {row.id: row.coder for row in rows}
        last = connection.execute(sa.select(head.c.number)).scalar_one()
    wrong = [] if follower.coders == held else ["whoever followed has other codings"]
    if follower.numbers != list(range(1, last + 1)):
        wrong.append(f"of {last} entries of the feed {len(follower.numbers)} were read, or in another order")
    return wrong


def problems(store: CodingStore, coders: list[Coder]) -> list[str]:
    """What is wrong with what is in the store."""
    coding, change = tables.coding, tables.coding_change
    with store.engine.connect() as connection:
        held = connection.execute(sa.select(coding.c.id, coding.c.coder).where(~coding.c.removed)).all()
        whose = {row.id: row.coder for row in held}
        rows = connection.execute(sa.select(coding.c.id, coding.c.version)).all()
        versions = {row.id: row.version for row in rows}
        logged = Counter(connection.execute(sa.select(change.c.coding_id)).scalars())
    wrong = [f"{one.name}: {error}" for one in coders for error in one.errors]
    for one in coders:
        lost = [coding_id for coding_id in one.kept if coding_id not in whose]
        others = [coding_id for coding_id in one.kept & set(whose) if whose[coding_id] != one.name]
        wrong += [f"{one.name}: {len(lost)} lost"] if lost else []
        wrong += [f"{one.name}: {len(others)} somebody else's"] if others else []
    extra = set(whose) - set().union(*(one.kept for one in coders))
    wrong += [f"{len(extra)} too many"] if extra else []
    broken = [coding_id for coding_id in versions if logged[coding_id] != versions[coding_id]]
    wrong += [f"{len(broken)} of {len(versions)} histories are not whole"] if broken else []
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--coders", type=int, default=20)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = stack.enter_context(databases()) if given.postgresql else {}
        for name, url in urls.items():
            os.environ[name] = url
        settings = Settings(data_dir=folder)
        coders, follower, store = fill(settings, given.coders)
        stack.callback(store.close)
        client = stack.enter_context(server(folder))
        code_id = str(uuid.uuid4())
        answer = client.post(
            "/api/coding/codes",
            json={"id": code_id, "name": "care"},
            headers={"Authorization": f"Bearer {coders[0].token}"},
        )
        answer.raise_for_status()
        until = time.monotonic() + given.seconds
        workers = [
            threading.Thread(target=code, args=(client.base_url, one, code_id, until)) for one in coders
        ]
        ended = threading.Event()
        following = threading.Thread(target=follower.follow, args=(client.base_url, ended))
        for worker in (*workers, following):
            worker.start()
        for worker in workers:
            worker.join()
        ended.set()
        following.join()
        wrong = problems(store, coders) + problems_of_follower(store, follower)
    times = sorted(time_ms for one in coders for time_ms in one.times_ms)
    print(
        f"{'PostgreSQL' if given.postgresql else 'SQLite'}: {given.coders} coders, {given.seconds:.0f} s, "
        f"{len(times)} requests, {sum(len(one.kept) for one in coders)} codings kept, "
        f"{len(follower.numbers)} entries followed; "
        f"p50 {statistics.median(times):.0f} ms, p95 {times[int(len(times) * 0.95)]:.0f} ms, max {times[-1]:.0f} ms"
    )
    for one in wrong[:20]:
        print(f"wrong: {one}")
    print(f"{len(wrong)} wrong" if wrong else "nothing lost, doubled or somebody else's; no error")
    return 1 if wrong else 0


def fill(settings: Settings, number: int) -> tuple[list[Coder], Follower, CodingStore]:
    """Tokens of coders and of who follows, and a released interview of 15,000 words."""
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    coders = []
    with vault.engine.begin() as connection:
        add_account(connection, "lea", [Role.ADMIN, Role.LEAD], "four random words here", None, "bench")
        for one in range(number):
            kept, secret = add_token(connection, f"coder{one}", [Role.CODER], None, "bench")
            coders.append(Coder(f"token:{kept.name}", secret))
        follower = Follower(add_token(connection, "follower", [Role.LEAD], None, "bench")[1])
    vault.close()
    transcript = make_transcript(
        *((("S1", "S2")[line % 2], " ".join(["word"] * WORDS_OF_A_LINE)) for line in range(LINES))
    )
    with writing(store.engine) as connection:
        receive(connection, INTERVIEW, Origin((InterviewName("D03", "T", 2),)), transcript, 1)
    return coders, follower, store


@contextlib.contextmanager
def databases() -> Iterator[dict[str, str]]:
    binaries = postgresql_binaries()
    if binaries is None:
        raise SystemExit("There is no PostgreSQL on this machine.")
    with postgresql(binaries) as running:
        yield {"LYTT_VAULT_URL": running.database("vault"), "LYTT_CODING_URL": running.database("coding")}


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.TimeoutExpired:
        sys.exit("The server did not start.")
