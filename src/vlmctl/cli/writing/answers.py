"""What an answer to a question, or the option that says the same, must be; and answers that aren't lost when a change is refused."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import RefusedError, UsageError
from vlmctl.forms import ADDRESS, ID

if TYPE_CHECKING:
    from vlmctl.cli.writing.changing import Writing
    from vlmctl.cli.writing.questions import Answers, Question
    from vlmctl.store.catalog import Catalog

__all__ = ["Asked", "address", "answered", "day", "free_id", "id_from", "next_step", "number", "organizations", "parameters"]

LEAST_PARAMETERS = 10**6
"""No language model, encoder or whole is smaller; `3` for `3B` is."""


class Asked(NamedTuple):
    """That something was asked, and the answers as options: what was typed isn't lost if the change is refused."""

    options: str

    def confirmed(self) -> bool:
        """Whether the change that is on the screen shall be written."""
        from vlmctl.cli.writing.questions import confirmed

        return confirmed("Write it? (y/n)")


def answered(questions: list[Question], given: Answers, writing: Writing) -> tuple[Answers, Asked | None]:
    """The answers, and that there were questions at all."""
    from vlmctl.cli.writing.questions import answers, can_ask

    found = answers(questions, given, ask=can_ask(as_json=writing.json))
    if found is given:
        return found, None
    new = [f"{option} {shlex.quote(text)}" for option, text in found.items() if text and not given.get(option)]
    return found, Asked(" ".join(new))


def number(text: str) -> int | float:
    """A figure; `UsageError` for anything else."""
    if not re.fullmatch(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text.strip()) or len(text) > 40:
        raise UsageError(f"{text!r} is no number", hint="a plain figure such as 57.5")
    return float(text) if "." in text else int(text)


def parameters(text: str | None) -> str | None:
    """A number of parameters as it was typed; `UsageError` for none, and for one without its unit (`3` for `3B`)."""
    from vlmctl.quantities import parse_count

    if not text:
        return text
    try:
        count = parse_count(text)
    except ValueError as error:
        raise UsageError(str(error), hint="a number with its unit: 1.7B, 450M") from error
    if count < LEAST_PARAMETERS:
        unit = f"{text}B is a billion times that" if text.strip()[-1:].isdigit() else "units are M, B and T"
        raise UsageError(f"{text} is less than a million parameters", hint=unit)
    return text


def day(text: str) -> None:
    """A date that has come; `ValueError` for anything else."""
    from vlmctl.cli.writing.changing import today
    from vlmctl.quantities import parse_date

    if parse_date(text).first > today().isoformat():
        raise ValueError(f"{text} is in the future")


def address(text: str) -> None:
    """An address that can be opened; `ValueError` for anything else."""
    if not re.fullmatch(ADDRESS, text):
        raise ValueError("an address starts with http:// or https:// and has no spaces")


def organizations(text: str) -> list[str]:
    """The organizations in an answer: commas stand between several. `ValueError` where there is none."""
    found = [name.strip() for name in re.split("[,;，；、]", text) if name.strip()]
    if not found:
        raise ValueError("who made it?")
    return found


def free_id(catalog: Catalog, kind: str, key: str) -> None:
    """An id that no record of the kind has; `UsageError` or `RefusedError` for any other text."""
    from vlmctl.query.stated import exists

    if not re.fullmatch(ID, key):
        raise UsageError(f"{key!r} is no id", hint="ids are lower case, with digits, hyphens and dots: mobilevlm-v2-1.7b")
    if exists(catalog, kind, key):
        raise RefusedError(f"there is a {kind} {key!r} already", hint=f"vlmctl edit {kind}:{key}")


def id_from(name: str | None) -> str:
    """An id made from a name; empty where it has nothing to make one from."""
    return "-".join(re.findall(r"[a-z0-9]+(?:\.[0-9][a-z0-9]*)*", (name or "").lower()))


def next_step(command: str, *names: str, writing: Writing) -> str:
    """What to do next, as a command."""
    where = "" if writing.catalog is None else f" --catalog {shlex.quote(writing.catalog)}"
    return f"next: vlmctl {command} {' '.join(map(shlex.quote, names))}{where}"
