"""Commands that add a record to an overlay or a checkout: `add model`, `add family`, `add benchmark`; the group `add`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vlmctl.choices import UNITS
from vlmctl.cli import narration
from vlmctl.cli.app import add, examples
from vlmctl.cli.writing.answers import answered, day, free_id, id_from, next_step, organizations, parameters
from vlmctl.cli.writing.changing import Writing, carry_out
from vlmctl.cli.writing.record_options import BenchmarkOptions, FamilyOptions, ModelOptions, Text, flag, present
from vlmctl.cli.writing.scoring import score_command

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog


def add_group() -> typer.Typer:
    """The group `add`."""
    group = typer.Typer(help="Add a score, model, family or benchmark to your overlay or a checkout.", no_args_is_help=False)
    for name, command in (("score", score_command), ("model", model_command), ("family", family_command), ("benchmark", benchmark_command)):
        add(group, name, command)
    return group


@examples("vlmctl add model --family imp-v1.5 --id imp-v1.5-3b-ours --name 'Imp-v1.5-3B ours' --params 3B --language-model phi-2")
def model_command(
    *,
    family: Annotated[Text, typer.Option("--family", metavar="NAME", help="The family it belongs to.", show_default=False)] = None,
    key: Annotated[Text, typer.Option("--id", metavar="ID", help="Its id: lower case, digits, hyphens, dots.", show_default=False)] = None,
    name: Annotated[Text, typer.Option("--name", metavar="TEXT", help="The makers' spelling of its name.", show_default=False)] = None,
    released: Annotated[
        Text,
        typer.Option("--released", metavar="DATE", help="When it was published, where that isn't the family's date.", show_default=False),
    ] = None,
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
        Question(
            "--family", "Family", choices=choices(catalog, "family"), check=lambda text, _: find(catalog, text, ("family",), "family")
        ),
        Question("--name", "Name, as its makers write it"),
        Question("--id", "Id", default=lambda found: id_from(found["--name"]), check=lambda text, _: free_id(catalog, "model", text)),
        Question("--params", "Parameters, as the makers state them (1.7B)", required=False, check=lambda text, _: parameters(text)),
    ]
    given = {"--family": family, "--name": name, "--id": key or id_from(name), "--params": model.params}
    found, asked = answered(questions, given, writing)
    free_id(catalog, "model", str(found["--id"]))
    owner = find(catalog, str(found["--family"]), ("family",), "family").id
    model.params = found["--params"]
    record = present(id=found["--id"], name=found["--name"], **_model_facts(catalog, model), released=released)
    then = next_step("add score --model", str(found["--id"]), writing=writing)
    carry_out(lambda records, root: add_model(records, root, owner, record), writing, asked=asked, then=then)


@examples("vlmctl add family --id our-vlm --name OurVLM --organization 'Our lab' --summary 'A model for forms.' --params 3B")
def family_command(*, family: FamilyOptions, model: ModelOptions, writing: Writing) -> None:
    """Add a family with its first model."""
    from vlmctl.cli.writing.questions import Question
    from vlmctl.source.changes import add_record

    catalog = writing.open()
    questions = [
        Question("--name", "Name, as its makers write it"),
        Question("--id", "Id", default=lambda found: id_from(found["--name"]), check=lambda text, _: free_id(catalog, "family", text)),
        Question("--organization", "Who made it (commas between several)", check=lambda text, _: organizations(text)),
        Question("--summary", "What it is, in one sentence"),
        Question("--released", "Released (2024-05-20, 2024-05 or 2024)", required=False, check=lambda text, _: day(text)),
        Question("--params", "Parameters of its first model (1.7B)", required=False, check=lambda text, _: parameters(text)),
    ]
    given = {"--name": family.name, "--id": family.id or id_from(family.name), "--organization": ", ".join(family.organization or ())}
    given |= {"--summary": family.summary, "--released": family.released, "--params": model.params}
    found, asked = answered(questions, given, writing)
    free_id(catalog, "family", str(found["--id"]))
    first_id = family.model_id or str(found["--id"])
    free_id(catalog, "model", first_id)
    model.params = found["--params"]
    facts = _model_facts(catalog, model)
    architecture = present(
        vision_encoders=facts.get("vision_encoders"),
        language_models=[facts["language_model"]] if "language_model" in facts else None,
        connector=present(kind=family.connector) or None,
    )
    record = present(
        id=found["--id"], name=found["--name"], series=family.series or found["--name"],
        organizations=family.organization or organizations(str(found["--organization"])), released=found["--released"],
        summary=found["--summary"],
        summary_zh=family.summary_zh, license=present(code=family.code_license, weights=family.license) or None,
        links=present(paper=family.paper, code=family.code, weights=family.weights) or None, architecture=architecture or None,
        models=[present(id=first_id, name=family.model_name or found["--name"], **facts)],
    )  # fmt: skip
    then = next_step("show", f"family:{record['id']}", writing=writing)
    carry_out(lambda _, root: add_record(root, "families", record), writing, asked=asked, then=then)


@examples(
    "vlmctl add benchmark --id our-forms --name OurForms --task document --summary 'Fields of 500 forms.' --metric accuracy --unit percent"
)
def benchmark_command(*, benchmark: BenchmarkOptions, writing: Writing) -> None:
    """Add a benchmark, such as a test set of your own."""
    from vlmctl.cli.writing.questions import Question
    from vlmctl.query.stated import tasks
    from vlmctl.source.changes import add_record

    catalog = writing.open()
    questions = [
        Question("--name", "Name"),
        Question("--id", "Id", default=lambda found: id_from(found["--name"]), check=lambda text, _: free_id(catalog, "benchmark", text)),
        Question("--summary", "What is asked and how it is scored"),
        Question("--task", "What it tests", choices=tasks(catalog)),
        Question("--metric", "Metric", default="accuracy"),
        Question("--unit", "The metric's unit", default="percent", choices=UNITS, closed=True),
    ]
    given = {"--name": benchmark.name, "--id": benchmark.id or id_from(benchmark.name), "--summary": benchmark.summary}
    given |= {"--task": benchmark.task, "--metric": benchmark.metric, "--unit": benchmark.unit and benchmark.unit.value}
    found, asked = answered(questions, given, writing)
    free_id(catalog, "benchmark", str(found["--id"]))
    highest = 100 if benchmark.max is None and found["--unit"] == "percent" else benchmark.max
    metric = present(
        id=found["--metric"], name=benchmark.metric_name or found["--metric"], unit=found["--unit"], min=_whole(benchmark.min or 0),
        max=_whole(highest), higher_is_better=not benchmark.lower,
    )  # fmt: skip
    splits = [present(id=split, name=split, primary=index == 0 or None) for index, split in enumerate(benchmark.split or ())]
    if splits and benchmark.questions is not None:
        splits[0]["questions"] = benchmark.questions
        narration.say(f"the {benchmark.questions} questions are those of the primary split, {splits[0]['id']}")
    record = present(
        id=found["--id"], name=found["--name"], aliases=benchmark.alias, full_name=benchmark.full_name, summary=found["--summary"],
        task=found["--task"], released=benchmark.released, links=present(paper=benchmark.paper, home=benchmark.home) or None,
        metric=found["--metric"], metrics=[metric], splits=splits,
        questions=None if splits else benchmark.questions, train_split=flag(benchmark.train_split),
    )  # fmt: skip
    then = next_step("bench show", str(record["id"]), writing=writing)
    carry_out(lambda _, root: add_record(root, "benchmarks", record), writing, asked=asked, then=then)


def _model_facts(catalog: Catalog, model: ModelOptions) -> dict[str, Any]:
    from vlmctl.query.names import find

    language = model.language_model and find(catalog, model.language_model, ("language-model",), "language model").id
    encoders = [find(catalog, name, ("vision-encoder",), "vision encoder").id for name in model.vision_encoder or ()]
    return present(
        aliases=model.alias, hf=model.hf, params=parameters(model.params), params_basis=model.params_basis,
        params_scope=model.params_scope, active_params=parameters(model.active_params), language_model=language,
        vision_encoders=encoders, image_size=_count_or_words(model.image_size), visual_tokens=_count_or_words(model.visual_tokens),
    )  # fmt: skip


def _count_or_words(text: str | None) -> int | str | None:
    """A whole number as one, any other text as it is."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,5}", text) else text


def _whole(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) else value
