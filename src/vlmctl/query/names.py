"""From a name as typed to what it means (DESIGN, section 5). Resolution is never fuzzy; only the suggestion is.

A name is tried as: id, alias or display name or Hugging Face id (whatever the case), the same after folding (`normalize`),
the repository's name in a Hugging Face id, unique prefix of a folded name. `kind:name` (`model:aria`, `family:aria`) says
which kind is meant where several share a name. The only module that imports rapidfuzz, and only to suggest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import NotFoundError
from vlmctl.names import normalize

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from vlmctl.results import Kind
    from vlmctl.store.catalog import Catalog

__all__ = [
    "BenchmarkPart",
    "Found",
    "benchmark_part",
    "either",
    "find",
    "models_named",
    "models_of",
    "nearest",
    "normalize",
    "part_of",
    "plural",
    "shared_names",
]

MODEL_KINDS = ("model", "family", "series")
SHOWN_KINDS = ("family", "model", "series")
KINDS = ("model", "family", "series", "benchmark", "language-model", "vision-encoder", "license")
SHOWN_CANDIDATES = 8
SHORT = 3
ASKED_BY = {
    "model": "vlmctl show", "family": "vlmctl show", "series": "vlmctl show", "benchmark": "vlmctl bench show",
    "language-model": "vlmctl list --llm", "vision-encoder": "vlmctl list --encoder", "license": "vlmctl list --license",
}  # fmt: skip
"""How to ask for a thing of each kind, for a name that was tried where another kind belongs."""

LISTED_BY = {
    "model": "vlmctl list -q lists the models", "family": "vlmctl families -q lists the families",
    "series": "vlmctl facets series lists them", "benchmark": "vlmctl bench list -q lists the benchmarks",
}  # fmt: skip
"""How to see what there is of a kind, for a name that is like none."""


class Found(NamedTuple):
    """What a name means."""

    kind: str
    id: str


def find(catalog: Catalog, text: str, kinds: Sequence[str], what: str) -> Found:
    """What `text` names among `kinds`, the first kind winning where several bear the name.

    `what` says in the error what was looked for. Raises `NotFoundError` with suggestions, or with the candidates of
    an ambiguous prefix.
    """
    kind, colon, rest = text.partition(":")
    if colon and kind in kinds and rest:
        return find(catalog, rest, (kind,), kind)
    marks = ", ".join("?" * len(kinds))
    sql = f"SELECT kind, id, exact, form FROM name WHERE normal = ? AND kind IN ({marks})"
    rows = sorted(
        (_remoteness(row, text), kinds.index(row["kind"]), row["id"], row["exact"] != text)
        for row in catalog.rows(sql, (normalize(text), *kinds))
    )
    if not rows:
        return _prefixed(catalog, text, kinds, what)
    nearest_rows = [row for row in rows if row[:2] == rows[0][:2]]
    as_typed = [row for row in nearest_rows if not row[3]]
    ids = list(dict.fromkeys(id_ for _, _, id_, _ in as_typed or nearest_rows))
    found = [Found(kinds[rows[0][1]], id_) for id_ in ids]
    if len(found) > 1:
        raise _ambiguous(text, found, what)
    return found[0]


def _remoteness(row: sqlite3.Row, text: str) -> int:
    """How far a name that is the same when folded is from what was typed. The case never counts: a name means the same in every case."""
    if row["form"] == "repo":
        return 3
    if row["exact"].casefold() != text.casefold():
        return 2
    return 0 if row["form"] == "id" and row["kind"] != "series" else 1  # a series has no id but its name


def shared_names(catalog: Catalog, texts: Sequence[str], kinds: Sequence[str] = ("model", "family", "series")) -> list[str]:
    """A note on each name that a family, a series or a model share but which means other models: what was taken, and how to choose."""
    notes = []
    for text in texts:
        if text.partition(":")[0] in kinds:
            continue
        taken = find(catalog, text, kinds, "name")
        models = models_of(catalog, taken)
        for other in dict.fromkeys(_matching(catalog, "normal = ? AND form <> 'repo'", (normalize(text),), kinds)):
            have = models_of(catalog, other)
            if other.kind != taken.kind and set(have) != set(models):
                counts = [f"{len(each)} model{'' if len(each) == 1 else 's'}" for each in (models, have)]
                notes.append(
                    f"{_quoted(text)}: the {taken.kind} ({counts[0]}); {other.kind}:{other.id} means the {other.kind} ({counts[1]})"
                )
    return notes


def _matching(catalog: Catalog, condition: str, params: tuple[str, ...], kinds: Sequence[str]) -> list[Found]:
    marks = ", ".join("?" * len(kinds))
    sql = f"SELECT DISTINCT kind, id FROM name WHERE {condition} AND kind IN ({marks})"
    return [Found(row["kind"], row["id"]) for row in catalog.rows(sql, (*params, *kinds))]


def _prefixed(catalog: Catalog, text: str, kinds: Sequence[str], what: str) -> Found:
    prefix = normalize(text)
    found = _matching(catalog, "normal >= ? AND normal < ?", (prefix, prefix + "\U0010ffff"), kinds) if prefix else []
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(text, found, what)
    other = next((each for each in _matching(catalog, "normal = ?", (prefix,), KINDS) if each.kind in ASKED_BY), None)
    if other is not None:
        raise NotFoundError(f"no {what} named {_quoted(text)}", hint=f"it is a {other.kind}: {ASKED_BY[other.kind]} {other.id}")
    if "model" in kinds and re.search(r"\w *[<>=~]", text):
        raise NotFoundError(f"no {what} named {_quoted(text)}", hint="a condition goes to vlmctl list, or behind -w where there is one")
    near = suggestions(catalog, text, kinds)
    hint = f"did you mean {either(near)}?" if near else LISTED_BY.get(kinds[0])
    raise NotFoundError(f"no {what} named {_quoted(text)}", hint=hint, candidates=tuple(near))


def _ambiguous(text: str, found: Sequence[Found], what: str) -> NotFoundError:
    several_kinds = len({each.kind for each in found}) > 1
    ids = sorted({f"{each.kind}:{each.id}" if several_kinds else each.id for each in found})
    shown = ", ".join(ids[:SHOWN_CANDIDATES]) + (f" and {len(ids) - SHOWN_CANDIDATES} more" if len(ids) > SHOWN_CANDIDATES else "")
    return NotFoundError(f"{_quoted(text)} could be {len(ids)} {plural(what)}: {shown}", hint="name one of them", candidates=tuple(ids))


def plural(what: str) -> str:
    """The plural of what is looked for: `model, family or series` -> `models, families or series`."""
    plurals = {"family": "families", "series": "series"}
    return re.sub(r"[a-z]+(?=,| or |$)", lambda word: plurals.get(word[0], word[0] + "s"), what)


def _quoted(text: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return repr(shown if len(shown) <= 60 else shown[:59] + "…")


def either(names: Sequence[str]) -> str:
    """Names in a sentence: `a`, `a or b`, `a, b or c`; nothing for none."""
    return " or ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def suggestions(catalog: Catalog, text: str, kinds: Sequence[str]) -> list[str]:
    """At most three ids whose names are nearest to `text`, nearest first."""
    marks = ", ".join("?" * len(kinds))
    sql = f"SELECT DISTINCT normal, id FROM name WHERE kind IN ({marks})"
    ids: dict[str, str] = {}
    for row in catalog.rows(sql, kinds):
        ids.setdefault(row["normal"], row["id"])
    near = [ids[normal] for normal in _closest(normalize(text), list(ids), 12)]
    return list(dict.fromkeys(near))[:3]


def nearest(text: str, choices: Iterable[str], limit: int = 3) -> list[str]:
    """The choices whose folded spelling is nearest to `text`, nearest first, equally near ones by name; empty where none is near."""
    folded = {normalize(choice): choice for choice in reversed(list(choices))}
    return [folded[each] for each in _closest(normalize(text), list(folded), limit)]


def _closest(text: str, choices: Sequence[str], limit: int) -> list[str]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA, JaroWinkler

    found = {
        choice: score for choice, score, _ in process.extract(text, choices, scorer=JaroWinkler.similarity, limit=None, score_cutoff=0.78)
    }
    # Two letters that changed places (mpl for mlp) make a short word unlike itself.
    swapped = process.extract(text, choices, scorer=OSA.distance, limit=None, score_cutoff=1) if len(text) == SHORT else []
    found |= {choice: 1.0 for choice, _, _ in swapped if sorted(choice) == sorted(text)}
    return sorted(found, key=lambda choice: (-found[choice], choice))[:limit]


def models_named(catalog: Catalog, text: str) -> list[str]:
    """Ids of the models that a name stands for: one model, or all of a family or series, in the catalog's order."""
    return models_of(catalog, find(catalog, text, MODEL_KINDS, "model, family or series"))


def models_of(catalog: Catalog, found: Found) -> list[str]:
    """Ids of a model, or of all of a family or series, in the catalog's order."""
    if found.kind == "model":
        return [found.id]
    column = "family" if found.kind == "family" else "series"
    sql = f"SELECT id FROM model WHERE {column} = ? ORDER BY position"
    return [row["id"] for row in catalog.rows(sql, (found.id,))]


class BenchmarkPart(NamedTuple):
    """One ranking of a benchmark: its split and metric."""

    benchmark: str
    """Id."""
    name: str
    split: str
    """Id of the split; '' where the benchmark has none, '?' for figures whose split isn't known."""
    metric: str
    """Id of the metric."""
    metric_name: str
    higher_is_better: bool
    unit: str
    min: float
    max: float | None
    primary: bool
    """Whether this is the benchmark's own choice of split and metric."""
    usual: bool
    """Whether the metric is the one that counts on the split unless another is named."""

    @property
    def title(self) -> str:
        """As it can be typed again: `MMMU`, `MMMU@test`, `MMBench@dev:vanilla-accuracy`."""
        if self.primary:
            return self.name
        split = f"@{self.split}" if self.split else ""
        return f"{self.name}{split}" if self.usual else f"{self.name}{split}:{self.metric}"

    def within(self, other: BenchmarkPart) -> str:
        """What tells it from another part of the same benchmark: a split, a metric, or `split:metric`."""
        split = "unstated" if self.split == "?" else self.split
        if split == other.split:
            return self.metric
        return split if self.usual or self.split == "?" else f"{split}:{self.metric}".lstrip(":")

    @property
    def measure(self) -> str:
        """The metric in a heading, in short and with its unit: `VQA accuracy, %`."""
        short = re.sub(r"\s*\([^()]*\)|, in percent\b|, (higher|lower) is better\b", "", self.metric_name).strip() or self.metric_name
        return f"{short}, %" if self.unit == "percent" else short

    @property
    def kind(self) -> Kind:
        """How a column of its figures is shown."""
        return "percent" if self.unit == "percent" else "number"


def benchmark_part(catalog: Catalog, text: str, *, split: str | None = None, metric: str | None = None) -> BenchmarkPart:
    """The ranking that `NAME`, `NAME@split`, `NAME:metric-or-split` or `NAME@split:metric` names.

    `split` and `metric` stand for those that the text doesn't name. Raises `NotFoundError` with suggestions.
    """
    name, own_split, own_metric = _parts(catalog, text)
    benchmark = find(catalog, name, ("benchmark",), "benchmark").id
    row = catalog.row("SELECT * FROM benchmark WHERE id = ?", (benchmark,))
    assert row is not None
    if own_split is None:
        own_split = catalog.value(
            "SELECT id FROM part_name WHERE benchmark = ? AND kind = 'alias' AND normal = ?", (benchmark, normalize(name))
        )
    own_split, own_metric = own_split or split, own_metric or metric
    chosen_split = row["split"]
    if own_metric and not own_split:
        as_split = _part(catalog, benchmark, "split", own_metric)
        if as_split is not None:
            own_split, own_metric = as_split, None
    if own_split:
        chosen_split = _split(catalog, benchmark, row["name"], own_split)
    chosen_metric = catalog.value("SELECT metric FROM split WHERE benchmark = ? AND id = ?", (benchmark, chosen_split)) or row["metric"]
    if own_metric:
        chosen_metric = _required(catalog, benchmark, row["name"], "metric", own_metric)
        if not own_split:
            chosen_split = _home(catalog, benchmark, chosen_split, chosen_metric)
    elif chosen_split == "?":
        chosen_metric = _usual_metric(catalog, benchmark) or chosen_metric
    return part_of(catalog, benchmark, chosen_split, chosen_metric)


def part_of(catalog: Catalog, benchmark: str, split: str, metric: str) -> BenchmarkPart:
    """The ranking with these ids, which must be the store's."""
    b = catalog.row("SELECT name, split, metric FROM benchmark WHERE id = ?", (benchmark,))
    m = catalog.row("SELECT * FROM metric WHERE benchmark = ? AND id = ?", (benchmark, metric))
    assert b is not None and m is not None
    usual = catalog.value("SELECT metric FROM split WHERE benchmark = ? AND id = ?", (benchmark, split)) or b["metric"]
    return BenchmarkPart(
        benchmark, b["name"], split, metric, m["name"], bool(m["higher_is_better"]), m["unit"], m["min"], m["max"],
        (split, metric) == (b["split"], b["metric"]), metric == usual,
    )  # fmt: skip


def _parts(catalog: Catalog, text: str) -> tuple[str, str | None, str | None]:
    """Name, split and metric as typed. A benchmark whose own name holds `@` or `:` is found whole first."""
    if ("@" in text or ":" in text) and _matching(catalog, "normal = ?", (normalize(text),), ("benchmark",)):
        return text, None, None
    name, at, rest = text.partition("@")
    if at:
        split, _, metric = rest.partition(":")
        return name, split or None, metric or None
    name, _, metric = text.partition(":")
    return name, None, metric or None


def _part(catalog: Catalog, benchmark: str, kind: str, text: str) -> str | None:
    sql = "SELECT id FROM part_name WHERE benchmark = ? AND kind = ? AND normal = ?"
    found: str | None = catalog.value(sql, (benchmark, kind, normalize(text)))
    return found


def _split(catalog: Catalog, benchmark: str, name: str, text: str) -> str:
    if normalize(text) in {"?", "unstated", "unknown"}:
        return "?"
    return _required(catalog, benchmark, name, "split", text)


def _required(catalog: Catalog, benchmark: str, name: str, kind: str, text: str) -> str:
    found = _part(catalog, benchmark, kind, text)
    if found is not None:
        return found
    table = "split" if kind == "split" else "metric"
    known = [row["id"] for row in catalog.rows(f"SELECT id FROM {table} WHERE benchmark = ?", (benchmark,))]
    hint = f"{name} has {', '.join(known)}" if known else f"{name} has no {kind}s"
    raise NotFoundError(f"{name} has no {kind} {_quoted(text)}", hint=hint, candidates=tuple(nearest(text, known)))


def _home(catalog: Catalog, benchmark: str, split: str, metric: str) -> str:
    """The split on which a metric counts: the primary one, unless only another has it as its own."""
    own = [
        row["id"] for row in catalog.rows("SELECT id FROM split WHERE benchmark = ? AND metric = ? ORDER BY position", (benchmark, metric))
    ]
    return split if not own or split in own else own[0]


def _usual_metric(catalog: Catalog, benchmark: str) -> str | None:
    """The metric that most figures without a known split have."""
    sql = "SELECT metric FROM coverage WHERE benchmark = ? AND split = '?' ORDER BY ranked + unranked DESC, metric LIMIT 1"
    found: str | None = catalog.value(sql, (benchmark,))
    return found
