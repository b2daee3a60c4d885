"""Signing in through an identity provider: who is known gets in, and nothing that does not hold is believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from service.vault import tables
from tests.service.api.conftest import House, house_with
from tests.service.api.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider


@dataclass(frozen=True)
class Together:
    house: House
    provider: IdentityProvider

    def to_provider(self, browser: TestClient) -> str:
        """Where the provider sends the browser back to, after the person agreed there."""
        begun = browser.get("/api/session/oidc", follow_redirects=False)
        assert begun.status_code == 303, begun.text
        agreed = httpx.get(begun.headers["location"])
        back = urlsplit(agreed.headers["location"])
        assert f"{back.scheme}://{back.netloc}" == "http://127.0.0.1:8400"
        return f"{back.path}?{back.query}"

    def sign_in(self, browser: TestClient) -> str:
        """Where the browser ends after the whole way."""
        return back(browser, self.to_provider(browser))


def back(browser: TestClient, path: str) -> str:
    answer = browser.get(path, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    with identity_provider() as provider:
        settings = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        with house_with(tmp_path_factory.mktemp("oidc"), oidc_label="Clinic id", **settings) as house:
            yield Together(house, provider)


@pytest.fixture
def together(running: Together) -> Together:
    fresh = IdentityProvider(running.provider.issuer, published=running.provider.published)
    running.provider.__dict__.update(fresh.__dict__)
    with running.house.state.vault.engine.begin() as connection:
        connection.execute(sa.update(tables.accounts.account).values(oidc_subject=None))
    return running


def who(browser: TestClient) -> str | None:
    name: str | None = browser.get("/api/session").json()["name"]
    return name


def test_an_account_known_by_its_address_gets_in_and_is_bound(together: Together) -> None:
    browser = together.house.new_client()
    assert browser.get("/api/session").json()["ways"]["oidc"] == "Clinic id"
    assert together.sign_in(browser) == "/"
    assert who(browser) == "stig"
    # From now on the provider's own name for them counts, not an address that may pass to somebody else.
    together.provider.email = "renamed@example.org"
    assert together.sign_in(browser) == "/"
    assert who(browser) == "stig"
    other = together.house.new_client()
    together.provider.subject, together.provider.email = "4712", "stig@example.org"
    assert together.sign_in(other) == "/?sign-in=unknown"
    assert who(other) is None


def test_the_session_cookie_is_as_strict_as_any(together: Together) -> None:
    browser = together.house.new_client()
    begun = browser.get("/api/session/oidc", follow_redirects=False)
    assert {"HttpOnly", "SameSite=lax", "Path=/api/session/oidc"} <= set(
        begun.headers["set-cookie"].split("; ")
    )
    done = browser.get(together.to_provider(browser), follow_redirects=False)
    session = next(value for value in done.headers.get_list("set-cookie") if value.startswith("lytt_session"))
    assert {"HttpOnly", "SameSite=strict"} <= set(session.split("; "))


def test_nothing_of_the_attempt_can_be_read_in_the_browser(together: Together) -> None:
    browser = together.house.new_client()
    begun = browser.get("/api/session/oidc", follow_redirects=False)
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    kept = browser.cookies["lytt_oidc"]
    for name in ("state", "nonce"):
        assert asked[name][0] not in kept
    assert len(asked["code_challenge"][0]) == 43


@pytest.mark.parametrize(
    ("subject", "email", "verified"),
    [("1", "stranger@example.org", True), ("2", None, True), ("3", "stig@example.org", False)],
)
def test_who_has_no_account_does_not_get_in(
    together: Together, subject: str, email: str | None, verified: bool
) -> None:
    together.provider.subject, together.provider.email, together.provider.email_verified = (
        subject,
        email,
        verified,
    )
    browser = together.house.new_client()
    assert together.sign_in(browser) == "/?sign-in=unknown"
    assert who(browser) is None
    assert together.house.events()[-1].action == "sign_in_failed"


LIES = {
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "for another client": {"aud": "other"},
    "for two, made for the other": {"aud": [CLIENT, "other"], "azp": "other"},
    "by another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": 1},
    "of nobody": {"sub": None},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_does_not_hold_is_not_believed(together: Together, lie: str) -> None:
    together.provider.lies = LIES[lie]
    browser = together.house.new_client()
    assert together.sign_in(browser) == "/?sign-in=failed"
    assert who(browser) is None


def test_what_another_key_signed_is_not_believed(together: Together) -> None:
    together.provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert together.sign_in(together.house.new_client()) == "/?sign-in=failed"


def test_a_refusal_of_the_provider_ends_on_the_page(together: Together) -> None:
    together.provider.refuses = True
    assert together.sign_in(together.house.new_client()) == "/?sign-in=failed"


def test_an_answer_belongs_to_the_browser_that_asked_and_counts_once(together: Together) -> None:
    """Nobody can sign somebody else in as themselves, nor use an answer that was overheard."""
    asked, other = together.house.new_client(), together.house.new_client()
    answer = together.to_provider(asked)
    assert back(other, answer) == "/?sign-in=failed"
    other.get("/api/session/oidc", follow_redirects=False)
    assert back(other, answer) == "/?sign-in=failed"
    assert who(other) is None
    kept = asked.cookies["lytt_oidc"]
    assert back(asked, answer) == "/"
    again = together.house.new_client(Cookie=f"lytt_oidc={kept}")
    assert back(again, answer) == "/?sign-in=failed"


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "\u00e5"])
def test_a_cookie_that_is_none_is_no_attempt(together: Together, cookie: str) -> None:
    browser = together.house.new_client()
    answer = browser.get(
        "/api/session/oidc/callback?code=x&state=y",
        headers={"Cookie": f"lytt_oidc={cookie}".encode()},  # type: ignore[dict-item]
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/?sign-in=failed"


def test_without_a_provider_there_is_none_to_go_to(house: House) -> None:
    for path in ("/api/session/oidc", "/api/session/oidc/callback"):
        assert house.new_client().get(path, follow_redirects=False).status_code == 404


def test_a_provider_that_does_not_answer_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    nowhere = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": CLIENT}
    with house_with(tmp_path_factory.mktemp("nowhere"), **nowhere) as house:
        answer = house.new_client().get("/api/session/oidc", follow_redirects=False)
        assert (answer.status_code, "Try again later" in answer.json()["detail"]) == (502, True)
