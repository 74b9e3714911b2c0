"""Every imported figure gets a source: from the options, else from the format. Without one nothing is imported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from vlmctl.errors import UsageError
from vlmctl.forms import ADDRESS

if TYPE_CHECKING:
    from vlmctl.interchange.reading import Origin

__all__ = ["Chosen", "Sourced", "sourced"]

EVIDENCE = {"list": "listed", "leaderboard": "second-hand", "run": "original"}
"""How figures of some kinds of source were read, unless told otherwise; for the others it must be told."""

HOSTS = {"github.com": "repository", "gitlab.com": "repository", "arxiv.org": "paper", "www.arxiv.org": "paper"}
"""What sort of document an address is; any other is a page (`web`)."""

OPENABLE = frozenset({"run"})
"""Kinds of source that need no address: a run of one's own."""


class Chosen(NamedTuple):
    """What the options say of the source."""

    title: str | None = None
    url: str | None = None
    kind: str | None = None
    evidence: str | None = None
    retrieved: str = ""
    """Today, as an ISO date."""


class Sourced(NamedTuple):
    """A figure's source, ready to be recorded."""

    record: dict[str, Any]
    evidence: str


def sourced(chosen: Chosen, file: Origin, own: Origin | None = None) -> Sourced:
    """The source of a figure: its own where the format has one, else what the options say, else the file's.

    Raises `UsageError` where the title, kind, address or evidence is missing.
    """
    kind: str | None
    if own is not None:
        kind, title, url = own.kind or _kind_of(own.url), own.title, own.url
        evidence = chosen.evidence or "second-hand"
    else:
        kind, title, url = chosen.kind or file.kind, chosen.title or _dated(file), chosen.url or file.url
        evidence = chosen.evidence or EVIDENCE.get(kind or "") or ""
    if not title:
        raise UsageError(
            "the figures need a source: --source-title is missing", hint="--source-title TEXT --source-kind KIND --source-url URL"
        )
    if not kind:
        raise UsageError("--source-kind is missing", hint="repository, paper, model-card, web, list, leaderboard or run")
    if not url and kind not in OPENABLE:
        raise UsageError("--source-url is missing", hint="a source must be open to everybody; only a run of your own needs no address")
    if url and not _is_address(url):
        raise UsageError(f"no http(s) address: {url[:200]!r}")
    if not evidence:
        raise UsageError("--evidence is missing", hint="original (the makers' own document), copy, second-hand or listed")
    record = {"kind": kind, "title": title, **({"url": url} if url else {}), "retrieved": chosen.retrieved}
    return Sourced(record, evidence)


def _dated(origin: Origin) -> str | None:
    return f"{origin.title}, {origin.date}" if origin.title and origin.date else origin.title


def _kind_of(url: str | None) -> str:
    try:
        return HOSTS.get((urlsplit(url or "").hostname or "").lower(), "web")
    except ValueError:
        return "web"


def _is_address(url: str) -> bool:
    return bool(re.fullmatch(ADDRESS, url)) and len(url) <= 2000 and url.isprintable()
