"""Which figures are new, gone or others between two catalogs.

Figures are told apart by their comparison key (and mode) and their source. One with the same key and source but another
value has changed; of what is left, one old and one new figure under the same key are one whose source changed. A figure
whose value, status and evidence stay is only counted, whatever else is said of it: the source's own change is a fact.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.query.differences import Change
from vlmctl.store.catalog import SOURCE_OF_SCORE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["Figures"]

KEY = ("benchmark", "split", "metric", "protocol", "shots", "variant", "mode")
MAIN = ("value", "status", "evidence")
"""What makes two figures under one key different."""
SOURCE = ("source", "title", "url")
SAID = ("place", "quote", "note", "listed_column", "listed_text", "assumed_json", "train_split_seen")
DETAILS = (*SOURCE, *SAID)
"""What else is said about a figure; a change of it is only counted."""


class Figures:
    """Compares the figures of two catalogs model by model."""

    def __init__(self, old: Catalog, new: Catalog) -> None:
        self.old = old
        self.new = new
        self.details = 0

    def changes(self) -> Iterator[Change]:
        """The differences of all figures."""
        sql = "SELECT id, name FROM model ORDER BY position"
        names = {str(row["id"]): str(row["name"]) for catalog in (self.new, self.old) for row in catalog.rows(sql)}
        titles = _titles(self.old, self.new)
        for model, name in names.items():
            before, after = _scores(self.old, model), _scores(self.new, model)
            pairs = [
                (key, *pair) for key in dict.fromkeys((*after, *before)) for pair in self._paired(before.get(key, []), after.get(key, []))
            ]
            yield from _moved(model, name, pairs, titles)

    def _paired(self, before: list[Any], after: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Figures under one key that differ, old and new beside each other where they are the same figure."""
        before, after = list(before), list(after)
        pairs = _matched(before, after, (*MAIN, *SOURCE))
        pairs += _matched(before, after, ("source", "value"))
        pairs += _matched(before, after, ("source",))
        pairs += _matched(before, after, ("url",), unless=lambda row: row["url"] is None)
        pairs += _matched(before, after, MAIN)
        while before and after and len(before) == len(after):
            pairs.append((before.pop(0), after.pop(0)))
        for old, new in pairs:
            if any(old[name] != new[name] for name in MAIN):
                yield old, new
            else:
                self.details += any(old[name] != new[name] for name in DETAILS)
        yield from ((old, None) for old in before)
        yield from ((None, new) for new in after)


def _moved(model: str, name: str, pairs: Sequence[tuple[tuple[Any, ...], Any, Any]], titles: _Titles) -> Iterator[Change]:
    """The changes; a figure that is gone under one key and there under another, from the same source, has moved."""
    gone = [(key, old) for key, old, new in pairs if new is None]
    for key, old, new in pairs:
        if old is None:
            other = next((each for each in gone if _same_figure(each[1], new)), None)
            if other is not None:
                gone.remove(other)
                yield _change(model, name, _title(key, titles), other[1], new)._replace(old_what=_title(other[0], titles))
                continue
        if new is not None:
            yield _change(model, name, _title(key, titles), old, new)
    for key, old in gone:
        yield _change(model, name, _title(key, titles), old, None)


def _same_figure(old: Any, new: Any) -> bool:
    return all(old[name] == new[name] for name in ("benchmark", "value", "source"))


def _matched(
    before: list[Any], after: list[Any], names: Sequence[str], unless: Callable[[Any], bool] = lambda _: False
) -> list[tuple[Any, Any]]:
    """Take out the pairs that agree in the named columns."""
    waiting: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in after:
        waiting[tuple(row[name] for name in names)].append(row)
    pairs = []
    for row in list(before):
        same = waiting.get(tuple(row[name] for name in names))
        if same and not unless(row):
            other = same.pop(0)
            pairs.append((row, other))
            before.remove(row)
            after.remove(other)
    return pairs


def _scores(catalog: Catalog, model: str) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """A model's figures by their key."""
    sql = (
        f"SELECT s.{', s.'.join((*KEY, *MAIN, 'source', *SAID))}, src.title, src.url FROM score s "
        f"{SOURCE_OF_SCORE} WHERE s.model = ? ORDER BY s.id"
    )
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in catalog.rows(sql, (model,)):
        figure = dict(row)
        if any(isinstance(value, bytes) for value in figure.values()):
            raise ValueError("bytes where a figure belongs")
        found[tuple(figure[name] for name in KEY)].append(figure)
    return found


class _Titles(NamedTuple):
    """What benchmarks are called, and what a title needn't say."""

    names: Mapping[str, str]
    metrics: Mapping[tuple[str, str], str]
    """Of each benchmark and split, the metric that counts; under '' the benchmark's own. Others are named."""
    split: Collection[str]
    """Benchmarks that have splits."""


def _titles(*catalogs: Catalog) -> _Titles:
    """From all catalogs; the last goes before the others."""
    names: dict[str, str] = {}
    metrics: dict[tuple[str, str], str] = {}
    split: set[str] = set()
    for catalog in catalogs:
        for row in catalog.rows("SELECT id, name, metric FROM benchmark"):
            names[row["id"]], metrics[row["id"], ""] = row["name"], row["metric"]
        for row in catalog.rows("SELECT benchmark, id, metric FROM split"):
            metrics[row["benchmark"], row["id"]] = row["metric"]
            split.add(row["benchmark"])
    return _Titles(names, metrics, split)


def _title(key: tuple[Any, ...], titles: _Titles) -> str:
    """A key in words: `TextVQA val, few-shot (4), thinking`, `TextVQA (split not stated)`, `MME perception`."""
    benchmark, split, metric, protocol, shots, variant, mode = key
    circumstances = f"{protocol} ({shots})" if shots else "" if protocol == "generalist" else protocol
    usual = benchmark in titles.split and titles.metrics.get((benchmark, split or "")) == metric
    unstated = "(split not stated)" if benchmark in titles.split and not split else None
    part = " ".join(filter(None, (titles.names.get(benchmark, benchmark), split, None if usual else metric, unstated)))
    return ", ".join(filter(None, (part, circumstances, variant, mode)))


def _change(model: str, name: str, what: str, old: Any, new: Any) -> Change:
    change = "added" if old is None else "gone" if new is None else "changed"
    sides = {side: figure for side, figure in (("old", old), ("new", new)) if figure is not None}
    facts = {side: figure["value"] for side, figure in sides.items()}
    facts |= {f"{side}_source": figure["title"] or figure["source"] for side, figure in sides.items()}
    facts |= {f"{side}_{key}": figure[key] for side, figure in sides.items() for key in ("url", "status", "evidence")}
    return Change("score", change, model, name, what, **facts)
