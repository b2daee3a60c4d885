from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FETCHING = "models/registry/fetch/"
MAY_CONNECT = (FETCHING, "service/accounts/oidc.py", "service/coding/feed/sending.py")
"""Fetching models, asking the identity provider, where one is set, and sending to webhooks, where there are any."""
CLIENTS = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "httpcore",
    "huggingface_hub",
    "pypi_simple",
    "requests",
    "smtplib",
    "torch.hub",
    "urllib.request",
    "urllib3",
    "websockets",
    "xmlrpc.client",
}


def imported(source: str) -> set[str]:
    """Every module a source imports, anywhere in it, with its parents (``a.b.c`` -> ``a``, ``a.b``, ``a.b.c``)."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name | ast.Attribute)
            and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr)
            in ("__import__", "import_module")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            names.add(str(node.args[0].value))
    return {".".join(name.split(".")[: n + 1]) for name in names for n in range(name.count(".") + 1)}


def modules() -> list[Path]:
    found = [path for folder in ("models", "service") for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "node_modules" not in path.parts]


def test_only_fetching_signing_in_and_webhooks_import_anything_that_connects_to_other_machines():
    offenders = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules()
        if not path.relative_to(ROOT).as_posix().startswith(MAY_CONNECT)
        for name in imported(path.read_text(encoding="utf-8")) & CLIENTS
    }

    assert offenders == set()


@pytest.mark.parametrize(
    "source",
    [
        "import requests",
        "import urllib.request as web",
        "from urllib import request",
        "def late():\n    from huggingface_hub import snapshot_download",
        "import importlib\nimportlib.import_module('httpx')",
        "__import__('requests')",
    ],
)
def test_the_rule_above_sees_every_way_to_import(source):
    assert imported(source) & CLIENTS


def test_fetching_itself_is_seen_to_connect():
    wheels = (ROOT / FETCHING / "wheels.py").read_text(encoding="utf-8")

    assert {"requests", "pypi_simple"} <= imported(wheels)


def test_going_offline_tells_the_model_libraries():
    script = (
        "from models.registry.offline import go_offline; go_offline()\n"
        "import huggingface_hub.constants as c; print(c.HF_HUB_OFFLINE, c.HF_HUB_DISABLE_TELEMETRY)"
    )
    pytest.importorskip("huggingface_hub")

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert said.split() == ["True", "True"]


def test_locating_a_model_loads_no_network_client():
    script = (
        "import sys, models.registry.locate; print('requests' in sys.modules, 'pypi_simple' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert said.split() == ["False", "False"]
