"""Commands that add a record to an overlay or a checkout: `add score`, `add model`, `add family`, `add benchmark`."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vlmctl.cli import narration
from vlmctl.cli.app import add, examples
from vlmctl.cli.writing.changing import Writing, carry_out
from vlmctl.cli.writing.record_options import (
    BenchmarkOptions,
    FamilyOptions,
    ModelOptions,
    ScoreOptions,
    SourceOptions,
    Text,
    flag,
    present,
)
from vlmctl.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlmctl.cli.writing.questions import Question
    from vlmctl.store.catalog import Catalog


def add_group() -> typer.Typer:
    """The group `add`."""
    group = typer.Typer(help="Add a score, model, family or benchmark to your overlay or a checkout.", no_args_is_help=False)
    for name, command in (("score", score_command), ("model", model_command), ("family", family_command), ("benchmark", benchmark_command)):
        add(group, name, command)
    return group


@examples(
    "vlmctl add score --model imp-v1.5-3b-phi2 --bench TextVQA@val --value 57.5 --source-title 'our run of 3 March' --source-kind run",
    "vlmctl add score --model mgm-7b --bench MME:cognition --value 316 --source readme --evidence original --dry-run",
    "vlmctl add score    # asks, on a terminal",
)
def score_command(*, score: ScoreOptions, source: SourceOptions, writing: Writing) -> None:
    """Add a figure of a model, with its source.

    It is written to your own overlay unless --catalog says otherwise, and stands beside the figures that ship.
    """
    from vlmctl.query.names import models_named
    from vlmctl.query.stated import stated
    from vlmctl.source.changes import add_score

    catalog = writing.open()
    asked = _score_asked(catalog, score, source, writing)
    models = models_named(catalog, str(score.model))
    if len(models) != 1:
        raise UsageError(f"{score.model!r} stands for {len(models)} models", hint=f"name one of them: {', '.join(models[:12])}")
    part = stated(catalog, str(score.bench), split=score.split, metric=score.metric)
    if part.split is None and part.splits:
        counts = f"the figure counts as {part.counts_as}" if part.counts_as else "the figure isn't ranked"
        narration.say(f"no split of {part.name} is named: {counts} ({part.name}@{part.splits[0]} would name one)")
    document = source.record()
    evidence = score.evidence or ("original" if document and document["kind"] == "run" else None)
    if evidence is None:
        raise UsageError("missing --evidence", hint="original, copy, second-hand or listed: how the figure was read")
    record = present(
        benchmark=part.benchmark, split=part.split, metric=part.metric, protocol=_unless(score.protocol, "generalist"), shots=score.shots,
        variant=score.variant, mode="thinking" if score.thinking else None, train_split_seen=flag(score.seen),
        value=_number(str(score.value)),
        source=source.source, where=score.where, evidence=evidence,
        status="superseded" if score.superseded else None, quote=score.quote, note=score.note,
    )  # fmt: skip
    carry_out(
        lambda records, root: add_score(records, root, models[0], record, document),
        writing,
        confirm=asked,
        then=_next("why", models[0], part.benchmark, writing=writing),
    )


@examples("vlmctl add model --family imp-v1.5 --id imp-v1.5-3b-ours --name 'Imp-v1.5-3B ours' --params 3B --language-model phi-2")
def model_command(
    *,
    family: Annotated[Text, typer.Option("--family", metavar="NAME", help="The family it belongs to.", show_default=False)] = None,
    key: Annotated[Text, typer.Option("--id", metavar="ID", help="Its id: lower case, digits, hyphens, dots.", show_default=False)] = None,
    name: Annotated[Text, typer.Option("--name", metavar="TEXT", help="The makers' spelling of its name.", show_default=False)] = None,
    model: ModelOptions,
    writing: Writing,
) -> None:
    """Add a model to a family."""
    from vlmctl.cli.writing.questions import Question
    from vlmctl.query.names import find
    from vlmctl.query.stated import choices
    from vlmctl.source.changes import add_model

    catalog = writing.open()
    questions = [
        Question("--family", "Family", choices=choices(catalog, "family"), check=lambda text: find(catalog, text, ("family",), "family")),
        Question("--name", "Name, as its makers write it"),
        Question("--id", "Id", default=lambda found: _id(found["--name"]), check=lambda text: _new_id(catalog, "model", text)),
        Question("--params", "Parameters, as the makers state them (1.7B)", required=False, check=_size),
    ]
    given = {"--family": family, "--name": name, "--id": key or _id(name), "--params": model.params}
    found, confirm = _answered(questions, given, writing)
    _new_id(catalog, "model", str(found["--id"]))
    owner = find(catalog, str(found["--family"]), ("family",), "family").id
    model.params = found["--params"]
    record = present(id=found["--id"], name=found["--name"], **_model_facts(catalog, model))
    then = _next("add score --model", str(found["--id"]), writing=writing)
    carry_out(lambda records, root: add_model(records, root, owner, record), writing, confirm=confirm, then=then)


@examples("vlmctl add family --id our-vlm --name OurVLM --organization 'Our lab' --summary 'A model for forms.' --params 3B")
def family_command(*, family: FamilyOptions, model: ModelOptions, writing: Writing) -> None:
    """Add a family with its first model."""
    from vlmctl.cli.writing.questions import Question
    from vlmctl.source.changes import add_record

    catalog = writing.open()
    questions = [
        Question("--name", "Name, as its makers write it"),
        Question("--id", "Id", default=lambda found: _id(found["--name"]), check=lambda text: _new_id(catalog, "family", text)),
        Question("--organization", "Who made it"),
        Question("--summary", "What it is, in one sentence"),
        Question("--released", "Released (2024-05-20, 2024-05 or 2024)", required=False),
        Question("--params", "Parameters of its first model (1.7B)", required=False, check=_size),
    ]
    given = {"--name": family.name, "--id": family.id or _id(family.name), "--organization": ", ".join(family.organization or ())}
    given |= {"--summary": family.summary, "--released": family.released, "--params": model.params}
    found, confirm = _answered(questions, given, writing)
    _new_id(catalog, "family", str(found["--id"]))
    first_id = family.model_id or str(found["--id"])
    _new_id(catalog, "model", first_id)
    model.params = found["--params"]
    facts = _model_facts(catalog, model)
    architecture = present(
        vision_encoders=facts.get("vision_encoders"),
        language_models=[facts["language_model"]] if "language_model" in facts else None,
        connector=present(kind=family.connector) or None,
    )
    record = present(
        id=found["--id"], name=found["--name"], series=family.series or found["--name"],
        organizations=family.organization or [found["--organization"]], released=found["--released"], summary=found["--summary"],
        summary_zh=family.summary_zh, license=present(code=family.code_license, weights=family.license) or None,
        links=present(paper=family.paper, code=family.code, weights=family.weights) or None, architecture=architecture or None,
        models=[present(id=first_id, name=family.model_name or found["--name"], **facts)],
    )  # fmt: skip
    then = _next("show", f"family:{record['id']}", writing=writing)
    carry_out(lambda _, root: add_record(root, "families", record), writing, confirm=confirm, then=then)


@examples(
    "vlmctl add benchmark --id our-forms --name OurForms --task document --summary 'Fields of 500 forms.' --metric accuracy --unit percent"
)
def benchmark_command(*, benchmark: BenchmarkOptions, writing: Writing) -> None:
    """Add a benchmark, such as a test set of your own."""
    from vlmctl.cli.writing.questions import Question
    from vlmctl.query.stated import tasks
    from vlmctl.source.changes import add_record

    catalog = writing.open()
    units = ("percent", "points", "ratio", "distance")
    questions = [
        Question("--name", "Name"),
        Question("--id", "Id", default=lambda found: _id(found["--name"]), check=lambda text: _new_id(catalog, "benchmark", text)),
        Question("--summary", "What is asked and how it is scored"),
        Question("--task", "What it tests", choices=tasks(catalog)),
        Question("--metric", "Metric", default="accuracy"),
        Question("--unit", "The metric's unit", default="percent", choices=units, closed=True),
    ]
    given = {"--name": benchmark.name, "--id": benchmark.id or _id(benchmark.name), "--summary": benchmark.summary}
    given |= {"--task": benchmark.task, "--metric": benchmark.metric, "--unit": benchmark.unit and benchmark.unit.value}
    found, confirm = _answered(questions, given, writing)
    _new_id(catalog, "benchmark", str(found["--id"]))
    highest = 100 if benchmark.max is None and found["--unit"] == "percent" else benchmark.max
    metric = present(
        id=found["--metric"], name=benchmark.metric_name or found["--metric"], unit=found["--unit"], min=_whole(benchmark.min or 0),
        max=_whole(highest), higher_is_better=not benchmark.lower,
    )  # fmt: skip
    splits = [present(id=split, name=split, primary=index == 0 or None) for index, split in enumerate(benchmark.split or ())]
    record = present(
        id=found["--id"], name=found["--name"], aliases=benchmark.alias, full_name=benchmark.full_name, summary=found["--summary"],
        task=found["--task"], released=benchmark.released, links=present(paper=benchmark.paper, home=benchmark.home) or None,
        metric=found["--metric"], metrics=[metric], splits=splits, questions=benchmark.questions, train_split=flag(benchmark.train_split),
    )  # fmt: skip
    then = _next("bench show", str(record["id"]), writing=writing)
    carry_out(lambda _, root: add_record(root, "benchmarks", record), writing, confirm=confirm, then=then)


def _score_asked(catalog: Catalog, score: ScoreOptions, source: SourceOptions, writing: Writing) -> Callable[[], bool] | None:
    """Fill a score's options from answers; what confirms the change where something was asked."""
    from vlmctl.cli.writing.questions import Question
    from vlmctl.query.names import models_named
    from vlmctl.query.stated import choices, stated

    def one_model(text: str) -> None:
        found = models_named(catalog, text)
        if len(found) > 1:
            raise ValueError(f"{len(found)} models: {', '.join(found[:8])}")

    known = source.source is not None and source.source_title is None
    kinds = ("run", "repository", "paper", "model-card", "web", "leaderboard", "list")
    evidence = ("original", "copy", "second-hand")
    questions = [
        Question("--model", "Model", choices=choices(catalog, "model"), check=one_model),
        Question("--bench", "Benchmark (NAME@split where the source names one)", choices=choices(catalog, "benchmark"),
                 check=lambda text: stated(catalog, text)),
        Question("--value", "Value", check=_number),
        Question("--source-title", "Title of the source", required=not known),
        Question("--source-kind", "Kind of source", required=False, default="run", choices=kinds, closed=True),
        Question("--source-url", "Address of the source", required=False),
        Question("--evidence", "How it was read", required=False, default="original", choices=evidence, closed=True),
        Question("--where", "Place in the source", required=False),
        Question("--quote", "As the source prints it", required=False),
    ]  # fmt: skip
    if known:
        questions = [question for question in questions if not question.option.startswith("--source-")]
    given = {"--model": score.model, "--bench": score.bench, "--value": score.value, "--source-title": source.source_title}
    given |= {"--source-kind": source.source_kind and source.source_kind.value, "--source-url": source.source_url}
    given |= {"--evidence": score.evidence and score.evidence.value, "--where": score.where, "--quote": score.quote}
    found, confirm = _answered(questions, given, writing)
    for group, names in ((score, ("model", "bench", "value", "where", "quote")), (source, ("source_title", "source_url"))):
        for name in names:
            setattr(group, name, found[f"--{name.replace('_', '-')}"])
    if confirm is not None:
        score.evidence, source.source_kind = _choice(score, "evidence", found), _choice(source, "source_kind", found)
    return confirm


def _choice(group: Any, name: str, found: dict[str, str | None]) -> Any:
    from vlmctl.cli.writing.record_options import Evidence, SourceKind

    text = found[f"--{name.replace('_', '-')}"]
    return (Evidence if name == "evidence" else SourceKind)(text) if text else getattr(group, name)


def _answered(
    questions: list[Question], given: dict[str, str | None], writing: Writing
) -> tuple[dict[str, str | None], Callable[[], bool] | None]:
    """The answers, and what confirms the change where something was asked."""
    from vlmctl.cli.writing.questions import answers, can_ask, confirmed

    found = answers(questions, given, ask=can_ask(as_json=writing.json))
    return found, None if found is given or writing.dry_run else lambda: confirmed("Write it? (y/n)")


def _model_facts(catalog: Catalog, model: ModelOptions) -> dict[str, Any]:
    from vlmctl.query.names import find

    language = model.language_model and find(catalog, model.language_model, ("language-model",), "language model").id
    encoders = [find(catalog, name, ("vision-encoder",), "vision encoder").id for name in model.vision_encoder or ()]
    size = int(model.image_size) if model.image_size and re.fullmatch(r"[0-9]{1,5}", model.image_size) else model.image_size
    return present(
        aliases=model.alias, hf=model.hf, params=model.params, params_basis=model.params_basis, active_params=model.active_params,
        language_model=language, vision_encoders=encoders, image_size=size,
    )  # fmt: skip


def _new_id(catalog: Catalog, kind: str, key: str) -> None:
    from vlmctl.query.stated import exists

    if not re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", key):
        raise UsageError(f"{key!r} is no id", hint="ids are lower case, with digits, hyphens and dots: mobilevlm-v2-1.7b")
    if exists(catalog, kind, key):
        raise RefusedError(f"there is a {kind} {key!r} already", hint=f"vlmctl edit {kind}:{key}")


def _id(name: str | None) -> str:
    """An id made from a name; empty where it has nothing to make one from."""
    return "-".join(re.findall(r"[a-z0-9]+(?:\.[0-9][a-z0-9]*)*", (name or "").lower()))


def _number(text: str) -> int | float:
    if not re.fullmatch(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text.strip()) or len(text) > 40:
        raise UsageError(f"{text!r} is no number", hint="a plain figure such as 57.5")
    return float(text) if "." in text else int(text)


def _whole(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) else value


def _size(text: str) -> None:
    from vlmctl.quantities import parse_count

    parse_count(text)


def _unless(value: Any, usual: str) -> str | None:
    return None if value is None or value.value == usual else value.value


def _next(command: str, *names: str, writing: Writing) -> str:
    where = "" if writing.catalog is None else f" --catalog {shlex.quote(writing.catalog)}"
    return f"next: vlmctl {command} {' '.join(map(shlex.quote, names))}{where}"
