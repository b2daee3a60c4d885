from __future__ import annotations

from pathlib import Path

import pytest

from service.settings import Settings
from tests.service.api.conftest import Running, client_of

TOKEN = "0123456789abcdef-token"


def test_with_a_token_nothing_answers_without_it(tmp_path: Path) -> None:
    with client_of(Settings(data_dir=tmp_path, access_token=TOKEN)) as client:
        guarded = [
            path
            for path in client.app.openapi()["paths"]
            if not path.startswith("/api/session") and path != "/api/health"
        ]  # type: ignore[attr-defined]
        assert len(guarded) > 15
        for path in [*guarded, "/api/openapi.json"]:
            assert client.get(path.replace("{", "").replace("}", "")).status_code == 401, path
        assert client.get("/api/recordings", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert client.get("/api/recordings", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 401


def test_the_access_token_gives_a_session_that_ends_with_it(tmp_path: Path) -> None:
    with client_of(Settings(data_dir=tmp_path, access_token=TOKEN)) as client:
        before = client.get("/api/session").json()
        assert (before["required"], before["signed_in"]) == (True, False)
        assert before["ways"] == {"password": False, "token": True, "oidc": None}
        assert client.post("/api/session", json={"token": "wrong"}).status_code == 401
        cookie = client.post("/api/session", json={"token": TOKEN}).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert TOKEN not in cookie
        session = client.get("/api/session").json()
        assert (session["name"], len(session["roles"])) == ("access-token", 4)
        assert client.get("/api/recordings").status_code == 200
        kept = client.cookies["lytt_session"]
    with client_of(
        Settings(data_dir=tmp_path, access_token=TOKEN + "2"), Cookie=f"lytt_session={kept}"
    ) as client:
        assert client.get("/api/recordings").status_code == 401
    with client_of(Settings(data_dir=tmp_path, access_token=TOKEN), Cookie=f"lytt_session={kept}") as client:
        assert client.get("/api/recordings").status_code == 200
        client.delete("/api/session", headers={"Sec-Fetch-Site": "same-origin"})
        assert client.get("/api/recordings").status_code == 401


def test_guessing_the_access_token_is_slowed_down(tmp_path: Path) -> None:
    with client_of(Settings(data_dir=tmp_path, access_token=TOKEN)) as client:
        statuses = [client.post("/api/session", json={"token": f"guess {n}"}).status_code for n in range(6)]
    assert statuses == [401] * 5 + [429]


def test_health_tells_strangers_nothing_but_whether_it_is_well(tmp_path: Path) -> None:
    with client_of(Settings(data_dir=tmp_path, access_token=TOKEN)) as client:
        stranger = client.get("/api/health").json()
        known = client.get("/api/health", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert (stranger["watched_folder"], stranger["problems"], stranger["workers"]) == (None, [], [])
    assert known["watched_folder"] == str(tmp_path / "recordings")
    assert any("lytt worker" in problem for problem in known["problems"])


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "LOCALHOST.evil"])
def test_foreign_host_names_are_not_answered(running: Running, host: str) -> None:
    assert running.client.get("/api/recordings", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_pages_of_other_sites_change_nothing(running: Running, headers: dict[str, str]) -> None:
    assert running.client.post("/api/interviews/D03-T2/release", headers=headers).status_code == 403
    assert running.client.get("/api/coding/interviews").json() == {"interviews": []}


def test_the_own_page_may(running: Running) -> None:
    own = {"Origin": "http://127.0.0.1:8400", "Sec-Fetch-Site": "same-origin"}
    assert running.client.post("/api/interviews/D03-T2/release", headers=own).status_code == 200


def test_answers_carry_the_headers_that_keep_them_in(running: Running) -> None:
    headers = running.client.get("/api/recordings").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize(
    "path", ["/../service/settings.py", "/%2e%2e/%2e%2e/pyproject.toml", "/assets/..%2f..%2fx"]
)
def test_no_address_leads_out_of_the_page(running: Running, path: str) -> None:
    answer = running.client.get(path)
    assert "hatchling" not in answer.text
    assert "LYTT_" not in answer.text or "setup" in answer.text
