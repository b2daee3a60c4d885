"""The pages hold together: links lead somewhere, files that are named exist, every page can be found."""

from __future__ import annotations

import re

import pytest

from .conftest import ROOT, pages

PAGES = pages()
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub and most viewers make them."""
    headings = re.findall(r"^#+ (.+)$", _CODE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_somewhere(path: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", _CODE.sub("", PAGES[path])):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (ROOT / path).parent / file if file else ROOT / path
        assert linked.exists(), f"{path} links to {target}"
        if anchor:
            assert anchor in _anchors(linked.read_text(encoding="utf-8")), f"{path} links to {target}"


@pytest.mark.parametrize("path", PAGES)
def test_every_file_of_the_project_that_is_named_exists(path: str) -> None:
    named = re.findall(
        r"`((?:\./)?(?:models|service|scripts|docker|tests|docs|requirements)/[\w./-]*)`", PAGES[path]
    )
    missing = [
        name for name in named if not (ROOT / name).exists() and not name.startswith("models/manifest")
    ]
    # Built by ./scripts/setup, so not there before.
    assert [name for name in missing if "service/web/dist" not in name] == []


def test_the_index_lists_every_page() -> None:
    index = PAGES["docs/README.md"]
    for path in PAGES:
        if path.startswith("docs/") and path != "docs/README.md":
            assert f"]({path.removeprefix('docs/')})" in index, f"docs/README.md does not list {path}"
