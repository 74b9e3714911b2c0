"""Models side by side: the answer of `compare`. Facts first, then the benchmarks that at least two of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.query import fields
from vlmctl.query.comparisons.noise import difference_error
from vlmctl.query.comparisons.shared import ELSEWHERE, Shared, shared_rankings
from vlmctl.query.filters import Filter
from vlmctl.query.listing import rows_of
from vlmctl.results import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.store.catalog import Catalog

__all__ = ["FACTS", "compare"]

FACTS = (
    "params", "active_params", "language_model_name", "vision_encoder_names", "connector", "image_size", "visual_tokens", "moe",
    "tuning", "license", "commercial", "released", "organizations",
)  # fmt: skip
"""The facts that are compared, in this order."""

LABELS = {
    "params": "Parameters", "active_params": "Active parameters", "vision_encoder_names": "Vision encoder", "image_size": "Image size",
    "moe": "Mixture of experts", "license": "Weights license",
}  # fmt: skip


def compare(
    catalog: Catalog, models: Sequence[str], *, everything: bool = False, differing: bool = False, notes: Sequence[str] = ()
) -> Table:
    """Models side by side. `models` are ids, without duplicates.

    `everything` adds benchmarks that only one has; `differing` leaves out what is the same for all.
    """
    by_name = {each.name: each for each in fields.FIELDS}
    wanted = [by_name[key] for key in ("id", "name", "family", *FACTS)]
    where = Filter(f"m.id IN ({', '.join('?' * len(models))})", tuple(models))
    rows = {row["id"]: row for row in rows_of(catalog, wanted, where)}
    shared = shared_rankings(catalog, models)
    common = [each for each in shared if sum(1 for f in each.figures.values() if f["value"] is not None) > 1]
    lone = [each for each in shared if each not in common]
    facts = [key for key in FACTS if not differing or _fact_differs(rows, models, key)]
    shown = [each for each in ([*common, *lone] if everything else common) if not differing or each.differs()]
    table_rows = [*_facts(rows, models, facts), *(_benchmark(each, models) for each in shown)]
    aside = []
    if lone and not everything:
        aside.append(f"{len(lone)} more {'benchmark' if len(lone) == 1 else 'benchmarks'} that only one has (--all)")
    if differing:
        same = (
            sum(bool(_known(rows, models, key)) for key in FACTS) - len(facts) + len([*common, *(lone if everything else [])]) - len(shown)
        )
        aside += [f"{same} {'row is' if same == 1 else 'rows are'} the same for all (left out by --diff)"] if same else []
    return Table(
        _columns(rows, models),
        table_rows,
        heading=_summary(rows, models, common),
        legend=_legend(len(models) == 2),
        notes=[*notes],
        aside=aside,
        data=_data(rows, models, facts, shown, common),
        group="section",
        ids=list(models),
        empty="nothing differs" if differing else "nothing to compare",
        blocks=True,
    )


def _columns(rows: dict[str, dict[str, Any]], models: Sequence[str]) -> list[Column]:
    columns = [
        Column("section", "", machine=True, importance=1), Column("field", "", importance=0), Column("split", "", importance=0),
        *(Column(key, rows[key]["name"], importance=50) for key in models),
    ]  # fmt: skip
    if len(models) == 2:
        columns.append(Column("delta", "Difference", "number", importance=50))
    # What the marks say on a screen, for formats without marks.
    marked = [
        ("best", "Best"),
        ("not_comparable", "Not comparable"),
        ("within_noise", "Within noise"),
        ("split_assumed", "Split assumed"),
        ("thinking", "Thinking"),
    ]
    return [*columns, *(Column(key, title, "list", machine=True, importance=90) for key, title in marked)]


def _known(rows: dict[str, dict[str, Any]], models: Sequence[str], key: str) -> list[Any]:
    return [rows[model][key] for model in models if rows[model][key] not in (None, [])]


def _fact_differs(rows: dict[str, dict[str, Any]], models: Sequence[str], key: str) -> bool:
    """Whether two models have different values; a value that isn't known is no difference."""
    known = _known(rows, models, key)
    return any(value != known[0] for value in known)


def _facts(rows: dict[str, dict[str, Any]], models: Sequence[str], keys: Sequence[str]) -> list[dict[str, Any]]:
    facts = []
    for key in keys:
        if not _known(rows, models, key):
            continue
        one = next(each for each in fields.FIELDS if each.name == key)
        kind = "text" if one.kind == "number" else one.kind  # only figures line up at the decimal point
        cells = {model: Cell(rows[model][key], kind=kind) for model in models}
        facts.append({"section": "facts", "field": LABELS.get(key, one.title), "split": "", **cells, "delta": Cell("", kind="text")})
    return facts


def _benchmark(shared: Shared, models: Sequence[str]) -> dict[str, Any]:
    best = shared.best()
    marks = dict.fromkeys(best, "◂" if len(best) < len(shared.merits()) else "=")
    if noise := shared.noise():
        # Of two, the better one isn't the better one; of many, the best one has company.
        marks.update(dict.fromkeys(best if len(models) == 2 else noise, "~"))
    kind = shared.part.kind
    row: dict[str, Any] = {"section": "benchmarks", "field": shared.part.name, "split": _split(shared.part)}
    for model in models:
        figure = shared.figures.get(model)
        if figure is None or figure["value"] is None:
            row[model] = Cell(None, kind=kind)
            continue
        mark = marks.get(model, "") if figure["comparable"] else "≠"
        strong = mark == "◂"
        told = ("*" if figure.get("mode") else "") + ("?" if figure.get("split_assumed") else "")
        row[model] = Cell(figure["value"], mark=mark + told, strong=strong, kind=kind)
    figures = {model: shared.figures[model] for model in models if shared.figures.get(model, ELSEWHERE)["value"] is not None}
    row["best"] = best
    row["not_comparable"] = [model for model, figure in figures.items() if not figure["comparable"]]
    row["within_noise"] = [model for model in models if marks.get(model) == "~"]
    row["split_assumed"] = [model for model, figure in figures.items() if figure.get("split_assumed")]
    row["thinking"] = [model for model, figure in figures.items() if figure.get("mode")]
    if len(models) == 2:
        delta = _delta(shared, models)
        row["delta"] = Cell("" if delta is None else _signed(delta), kind=kind)
    return row


def _split(part: BenchmarkPart) -> str:
    split = {"?": "not stated", "": ""}.get(part.split, part.split)
    return split if part.usual else f"{split} {part.metric}".strip()


def _delta(shared: Shared, models: Sequence[str]) -> float | None:
    """Second minus first, in the decimals of the figures; None where they can't be compared."""
    from decimal import Decimal

    first, second = (shared.figures.get(model) for model in models)
    if not (first and second and first["comparable"] and second["comparable"]):
        return None
    difference = Decimal(repr(second["value"])) - Decimal(repr(first["value"]))
    return int(difference) if difference == difference.to_integral_value() else float(difference)


def _signed(delta: float) -> str:
    """With its sign; nothing is no difference."""
    from decimal import Decimal

    return format(Decimal(repr(delta)), "+f") if delta else "0"


class Leads(NamedTuple):
    """Who leads on how many of the benchmarks on which all have comparable figures: on others the best may just not have been measured."""

    shared: int
    alone: dict[str, int]
    """Benchmarks on which a model is best, and no other within the benchmark's noise of it."""
    ties: int
    """Benchmarks on which several are best."""
    noise: int
    """Benchmarks on which a model alone is best, but others lie within the noise of it."""


def _leads(models: Sequence[str], common: Sequence[Shared]) -> Leads:
    contested = [each for each in common if each.best() and len(each.merits()) == len(models)]
    alone = dict.fromkeys(models, 0)
    ties = noise = 0
    for each in contested:
        best = each.best()
        if len(best) > 1:
            ties += 1
        elif each.noise():
            noise += 1
        else:
            alone[best[0]] += 1
    return Leads(len(contested), alone, ties, noise)


def _summary(rows: dict[str, dict[str, Any]], models: Sequence[str], common: Sequence[Shared]) -> str:
    """Who leads on how many, the leader first: `A leads on 7 of 9 shared benchmarks, B on 1 · 1 tie`."""
    leads = _leads(models, common)
    if len(models) == 1:
        return f"{rows[models[0]]['name']} alone: name another to compare it with"
    two = len(models) == 2
    if not leads.shared:
        some = 0 if two else sum(bool(each.best()) for each in common)
        told = f" ({some} that at least two do)" if some else ""
        return f"{len(models)} models · no benchmark that {'both' if two else 'all'} of them share comparably{told}"
    order = sorted(models, key=lambda model: -leads.alone[model])
    shown = [model for model in order if leads.alone[model]][:3]
    one = leads.shared == 1
    of_all = f"{leads.shared} {'' if not two else 'shared '}{'benchmark' if one else 'benchmarks'}{'' if two else ' that all share'}"
    if two and shown:
        shown = order
    texts = [f"{rows[model]['name']} on {leads.alone[model] or 'none'}" for model in shown[1:]]
    rest = sum(leads.alone.values()) - sum(leads.alone[model] for model in shown)
    texts += [f"others on {rest}"] if rest else []
    leader = f"{rows[shown[0]]['name']} leads on {leads.alone[shown[0]]}" if shown else "nobody leads on any"
    tail = [f"{leads.ties} {'tie' if leads.ties == 1 else 'ties'}"] if leads.ties else []
    tail += [f"{leads.noise} within noise"] if leads.noise else []
    count = [] if two else [f"{len(models)} models"]
    return " · ".join([*count, ", ".join([f"{leader} of {of_all}", *texts]), *tail])


def _legend(two: bool) -> list[tuple[str, str]]:
    """All marks; only those that occur are shown."""
    return [
        ("◂", "better" if two else "best"),
        ("=", "equal"),
        ("~", "better, but within the benchmark's own noise" if two else "within the benchmark's own noise of the best"),
        ("≠", "can't be compared: another protocol or variant, or only in the list (vlmctl why)"),
        ("*", "the model reasoned at length for it (thinking)"),
        ("?", "the source names no split; the benchmark's usual one is assumed"),
    ]


def _data(
    rows: dict[str, dict[str, Any]], models: Sequence[str], facts: Sequence[str], shown: Sequence[Shared], common: Sequence[Shared]
) -> dict[str, Any]:
    """What JSON prints (v1: keys are only ever added)."""
    two = len(models) == 2
    leads = _leads(models, common)
    return {
        "models": [{key: rows[model][key] for key in ("id", "name", "family", "params")} for model in models],
        "facts": [{"field": key, "values": {model: rows[model][key] for model in models}} for key in facts],
        "benchmarks": [
            {
                "benchmark": each.part.benchmark, "split": each.part.split or None, "metric": each.part.metric,
                "higher_is_better": each.part.higher_is_better,
                "values": {model: each.figures.get(model) for model in models},
                "best": each.best(), "questions": each.questions, "within_noise": each.noise(),
                "delta": _delta(each, models) if two else None, "delta_error": _error(each, models) if two else None,
            }
            for each in shown
        ],
        "summary": {"shared": leads.shared, "leads": leads.alone, "ties": leads.ties, "within_noise": leads.noise},
    }  # fmt: skip


def _error(shared: Shared, models: Sequence[str]) -> float | None:
    """The standard error of the difference of two models; None where the number of questions isn't known."""
    if shared.questions is None or _delta(shared, models) is None:
        return None
    first, second = (shared.figures[model]["value"] for model in models)
    return difference_error(first, second, shared.questions)
