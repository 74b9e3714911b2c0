"""The differences of two catalogs as the changelog has them: the bullets under its head "Catalog"."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from vlmctl.quantities import format_count
from vlmctl.query.differences import COUNTS, Change, Differences, notes_of
from vlmctl.results import Card, Prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["changelog"]

MOST_NAMED = 12
"""Of more things than this the first are named and the rest counted."""


THINGS = {
    "family": "families", "model": "models", "benchmark": "benchmarks", "language-model": "language models",
    "vision-encoder": "vision encoders", "license": "licenses",
}  # fmt: skip
SINGLE = {"language-model": "language model", "vision-encoder": "vision encoder", "license": "license"}


def changelog(found: Differences) -> Card:
    """The bullets: families, models and benchmarks, then corrected figures one by one with their sources, then the rest in numbers."""
    lines = [*_things(found), *_facts(found), *_corrected(found), *_figures(found)]
    data = [each._asdict() for each in found.changes]
    return Card(
        "",
        [Prose(lines or ["No differences."], title="Catalog", bullets=True)],
        data,
        notes=notes_of(found),
        name=[c.id for c in found.changes],
    )


def _things(found: Differences) -> Iterator[str]:
    for change, verb in (("added", "New"), ("gone", "Removed")):
        for kind, plural in THINGS.items():
            things = found.of(kind, change)
            if kind == "model":
                families = {each.id for each in found.of("family", change)}
                whole = [each for each in things if each.family in families]
                things = [each for each in things if each.family not in families]
                if whole:
                    yield f"{verb} with their families: {len(whole)} model{'s' if len(whole) > 1 else ''}."
            if things:
                yield f"{verb} {SINGLE.get(kind, kind) if len(things) == 1 else plural}: {_named([each.name for each in things])}."


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _facts(found: Differences) -> Iterator[str]:
    by_thing: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for each in found.changes:
        if each.kind == "fact":
            by_thing[each.id, each.name].append(each)
    for (_, name), facts in by_thing.items():
        yield f"{name}: {', '.join(_fact(each) for each in facts[:MOST_NAMED])}{' …' if len(facts) > MOST_NAMED else ''}."


def _fact(each: Change) -> str:
    title = (each.what or "").replace("_", " ")
    if each.what in COUNTS:
        each = each._replace(**{side: format_count(value) for side in ("old", "new") if isinstance(value := getattr(each, side), int)})
    if isinstance(each.old, (int, float, str)) and isinstance(each.new, (int, float, str)) and len(f"{each.old}{each.new}") <= 80:
        return f"{title} {each.old} → {each.new}"
    if each.change == "added":
        return f"{title} {each.new}" if isinstance(each.new, (int, float, str)) and len(str(each.new)) <= 60 else f"{title} added"
    return f"{title} {'removed' if each.change == 'gone' else 'changed'}"


def _corrected(found: Differences) -> Iterator[str]:
    """A bullet for each figure; for those of a model that were only judged anew, one for all from a source."""
    judged: dict[tuple[str, ...], list[Change]] = defaultdict(list)
    for each in found.of("score", "changed"):
        if (each.old, each.old_status, each.old_what) == (each.new, each.new_status, None):
            judged[each.name, str(each.old_evidence), str(each.new_evidence), _sources(each)].append(each)
        else:
            yield f"{each.name}, {each.what}: {each.shown('old')} → {each.shown('new')} ({_sources(each)})."
    for (name, old, new, sources), figures in judged.items():
        yield f"{name}, {old} → {new}: {_named([f'{each.what} {each.new}' for each in figures])} ({sources})."


def _sources(each: Change) -> str:
    new = _source(each.new_source, each.new_url)
    return (
        new
        if (each.old_source, each.old_url) == (each.new_source, each.new_url)
        else f"{new}; before: {_source(each.old_source, each.old_url)}"
    )


def _source(title: Any, url: Any) -> str:
    return f"{title}, {url}" if url and url not in str(title) else str(title or "no source")


def _figures(found: Differences) -> Iterator[str]:
    """Figures added and gone, a bullet for each model that stays; of new and removed models they are only counted."""
    moved = {each.id for change in ("added", "gone") for each in found.of("model", change)}
    for change, verb in (("added", "new figures"), ("gone", "removed figures")):
        figures = found.of("score", change)
        staying: dict[str, list[Change]] = defaultdict(list)
        for each in figures:
            if each.id not in moved:
                staying[each.name].append(each)
        for name, own in staying.items():
            shown = [f"{each.what} {each.new if change == 'added' else each.old}" for each in own]
            sources = dict.fromkeys(_source(*((e.new_source, e.new_url) if change == "added" else (e.old_source, e.old_url))) for e in own)
            yield f"{name}, {verb}: {_named(shown)} ({'; '.join(list(sources)[:3])})."
        rest = sum(each.id in moved for each in figures)
        if rest:
            models = len({each.id for each in figures if each.id in moved})
            yield f"{rest:,} figures of {models} {'new' if change == 'added' else 'removed'} model{'s' if models > 1 else ''}."
