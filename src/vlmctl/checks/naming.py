"""Checks of names: what two records are called finds neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.checks.check import Problem, Route, error, warning
from vlmctl.checks.subjects import ModelSubject, RecordSubject
from vlmctl.names import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.around import Around

KINDS = {
    "family": "family",
    "benchmark": "benchmark",
    "model": "model",
    "language-models": "language model",
    "vision-encoders": "vision encoder",
    "licenses": "license",
}


def _named(record: Any) -> Iterator[tuple[Route, str, str]]:
    """A record's names: (route, form, name)."""
    for form in ("id", "name", "hf"):
        name = getattr(record, form, None)
        if name:
            yield (form,), form, name
    for index, alias in enumerate(getattr(record, "aliases", None) or ()):
        yield ("aliases", index), "alias", alias


@error("family", "model", "benchmark", "component", "license")
def name_collision(subject: RecordSubject | ModelSubject, around: Around) -> Iterator[Problem]:
    """Two records of a kind bear the same name.

    Names are found without case, `-`, `_`, `.`, `/` and spaces: `LLaVA 1.5` is `llava-1.5`. What two records are called
    finds neither, and an importer can't place a header that means two benchmarks. Remove the alias that is used less; a
    spelling that means a component only within one family goes to `per_family_aliases`.
    """
    record = subject.record
    kind = "model" if isinstance(subject, ModelSubject) else KINDS[subject.entry.file.kind]
    told: set[str] = set()
    for route, form, name in _named(record):
        for other, other_form in around.names.get((kind, normalize(name)), ()):
            shared_weights = form == other_form == "hf"  # same-weights tells that
            if other != record.id and other not in told and not shared_weights:
                told.add(other)
                yield Problem(route, f"{name!r} is also the {other_form} of the {kind} {other!r}", name)


@warning("family", "model", "benchmark", "component", "license")
def alias_twice(subject: RecordSubject | ModelSubject) -> Iterator[Problem]:
    """An alias stands there twice.

    Remove one.
    """
    seen: set[str] = set()
    for index, alias in enumerate(subject.record.aliases or ()):
        if alias in seen:
            yield Problem(("aliases", index), f"{alias!r} stands there twice", alias, "remove it")
        seen.add(alias)
