"""The compose file, as Docker Compose itself reads it. Images are not built here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker" / "compose.yaml"
EXAMPLE = ROOT / "docker" / "example.env"


def _command() -> list[str]:
    """Docker Compose: the environment's own, a plugin of `docker`, or one on the path."""
    own = Path(sys.executable).parent / "docker-compose"
    if own.is_file():
        return [str(own)]
    if (
        shutil.which("docker")
        and not subprocess.run(["docker", "compose", "version"], capture_output=True).returncode
    ):
        return ["docker", "compose"]
    if found := shutil.which("docker-compose"):
        return [found]
    pytest.skip("Docker Compose is not installed")


def _config(*options: str, env_file: Path = EXAMPLE) -> subprocess.CompletedProcess[str]:
    # None of the variables of whoever runs the tests.
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [*_command(), "--env-file", str(env_file), "--file", str(COMPOSE), *options],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    read = _config("config", "--format", "json")
    assert read.returncode == 0, read.stderr
    found: dict[str, Any] = json.loads(read.stdout)["services"]
    return found


def test_there_are_an_api_two_workers_and_a_database(services: dict[str, Any]) -> None:
    assert set(services) == {"api", "worker-1", "worker-2", "postgres", "models"}
    assert services["worker-1"]["command"] == ["lytt", "worker", "--name", "worker-1"]
    assert services["worker-2"]["command"] == ["lytt", "worker", "--name", "worker-2"]


def test_everything_that_stays_up_is_checked_and_restarted(services: dict[str, Any]) -> None:
    for name in ("api", "worker-1", "worker-2", "postgres"):
        assert services[name]["restart"] == "unless-stopped"
        assert services[name]["healthcheck"]["test"]
    assert services["worker-1"]["healthcheck"]["test"][-1] == "worker-1"
    assert services["worker-2"]["healthcheck"]["test"][-1] == "worker-2"


def test_workers_reach_the_database_and_nothing_else(services: dict[str, Any]) -> None:
    networks = json.loads(_config("config", "--format", "json").stdout)["networks"]
    assert networks["inside"]["internal"] is True
    for name in ("worker-1", "worker-2"):
        assert set(services[name]["networks"]) == {"inside"}
        assert "LYTT_CODING_URL" not in services[name]["environment"]


def test_only_the_api_is_published_and_on_loopback(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert set(published) == {"api"}
    assert [port["host_ip"] for port in published["api"]] == ["127.0.0.1"]


def test_workers_do_not_see_the_watched_folder_and_can_not_change_models(services: dict[str, Any]) -> None:
    for name in ("worker-1", "worker-2"):
        mounts = {volume["target"]: volume for volume in services[name]["volumes"]}
        assert set(mounts) == {"/data", "/models"}
        assert mounts["/models"]["read_only"] is True


def test_the_two_stores_have_a_role_and_a_password_each(services: dict[str, Any]) -> None:
    environment = services["api"]["environment"]
    vault, coding = urlsplit(environment["LYTT_VAULT_URL"]), urlsplit(environment["LYTT_CODING_URL"])
    assert (vault.username, vault.path) == ("lytt_vault", "/lytt_vault")
    assert (coding.username, coding.path) == ("lytt_coding", "/lytt_coding")


def test_it_does_not_start_while_a_password_is_missing(tmp_path: Path) -> None:
    for line in EXAMPLE.read_text().splitlines():
        if not re.match(r"[A-Z]", line):
            continue
        name = line.partition("=")[0]
        without = tmp_path / "without.env"
        without.write_text(EXAMPLE.read_text().replace(f"\n{line}\n", "\n"))
        read = _config("config", "--quiet", env_file=without)
        assert read.returncode != 0, f"{name} may be missing"
        assert name in read.stderr


def test_a_graphics_card_is_added_by_a_second_file() -> None:
    read = _config("--file", str(COMPOSE.with_name("compose.cuda.yaml")), "config", "--format", "json")
    assert read.returncode == 0, read.stderr
    worker = json.loads(read.stdout)["services"]["worker-1"]
    assert worker["deploy"]["resources"]["reservations"]["devices"][0]["driver"] == "nvidia"


def test_every_image_is_pinned() -> None:
    images = re.findall(r"^\s+image: (\S+)", COMPOSE.read_text(), re.MULTILINE)
    for dockerfile in ("Dockerfile.api", "Dockerfile.worker"):
        images += re.findall(r"^FROM (\S+)", COMPOSE.with_name(dockerfile).read_text(), re.MULTILINE)
    for image in images:
        assert re.search(r":\d+\.\d+", image), f"{image} has no version"
