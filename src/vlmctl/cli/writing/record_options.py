"""The options of `add`: one group for each record, its options named after the record's fields."""

from enum import Enum
from typing import Annotated, Any

import typer

from vlmctl.cli.groups import Group
from vlmctl.cli.writing.changing import today
from vlmctl.errors import UsageError

__all__ = ["BenchmarkOptions", "FamilyOptions", "ModelOptions", "ScoreOptions", "SourceOptions", "flag", "present"]

Text = str | None
Texts = list[str] | None


class Protocol(str, Enum):
    """How a figure was reached."""

    generalist = "generalist"
    finetuned = "task-finetuned"
    few_shot = "few-shot"


class YesNo(str, Enum):
    """Whether something is so."""

    yes = "yes"
    no = "no"


class Evidence(str, Enum):
    """How a figure was read. What only a public list has (`listed`) comes with the list's cell, by `import`."""

    original = "original"
    copy = "copy"
    second_hand = "second-hand"


class SourceKind(str, Enum):
    """What sort of document a source is; a public list's figures come by `import`."""

    run = "run"
    repository = "repository"
    paper = "paper"
    model_card = "model-card"
    web = "web"
    leaderboard = "leaderboard"


class ParamsScope(str, Enum):
    """What a number of parameters counts, where it isn't the whole model."""

    language_model = "language-model"


class Unit(str, Enum):
    """The unit of a metric."""

    percent = "percent"
    points = "points"
    ratio = "ratio"
    distance = "distance"


def _option(name: str, metavar: str | None, text: str, panel: str) -> Any:
    return typer.Option(name, metavar=metavar, help=text, rich_help_panel=panel, show_default=False)


def present(**values: Any) -> dict[str, Any]:
    """A record of the values that are there, in this order; choices as their text."""
    return {
        key: value.value if isinstance(value, Enum) else value
        for key, value in values.items()
        if value is not None and value not in ("", [])
    }


def flag(value: YesNo | None) -> bool | None:
    """The record's value of a yes or no."""
    return None if value is None else value is YesNo.yes


def _score(name: str, metavar: str | None, text: str) -> Any:
    return _option(name, metavar, text, "The score")


class ScoreOptions(Group):
    """A score's fields."""

    model: Annotated[Text, _score("--model", "NAME", "The model.")] = None
    bench: Annotated[Text, _score("--bench", "BENCH", "The benchmark; NAME@split names the split, NAME@split:metric the metric.")] = None
    value: Annotated[Text, _score("--value", "NUMBER", "The figure, in the metric's unit.")] = None
    split: Annotated[Text, _score("--split", "SPLIT", "The split, where --bench doesn't name it.")] = None
    metric: Annotated[Text, _score("--metric", "METRIC", "The metric, where it isn't the benchmark's.")] = None
    protocol: Annotated[Protocol | None, _score("--protocol", "HOW", "generalist (unless told otherwise), task-finetuned or few-shot.")] = (
        None
    )
    shots: Annotated[int | None, _score("--shots", "N", "Examples in the prompt (few-shot).")] = None
    variant: Annotated[Text, _score("--variant", "TEXT", "What else sets the figure apart: kept, not ranked with plain figures.")] = None
    thinking: Annotated[bool, _score("--thinking", None, "The model reasoned at length where it could do without.")] = False
    seen: Annotated[YesNo | None, _score("--train-split-seen", "yes|no", "Whether the weights were trained on its training split.")] = None
    evidence: Annotated[
        Evidence | None,
        _score("--evidence", "HOW", "How it was read: original (a run of your own is, unless told otherwise), copy or second-hand."),
    ] = None
    where: Annotated[Text, _score("--where", "TEXT", "The place in the source: a table, a page, a line of a log.")] = None
    quote: Annotated[Text, _score("--quote", "TEXT", "The cell or line as the source prints it.")] = None
    force: Annotated[bool, _score("--force", None, "Write the figure although its own quote doesn't hold it.")] = False
    note: Annotated[Text, _score("--note", "TEXT", "A remark for whoever doubts the figure.")] = None
    superseded: Annotated[
        bool, _score("--superseded", None, "It doesn't hold any more: shown, never ranked. Withdraws the same figure of the catalog below.")
    ] = False


def _source(name: str, metavar: str | None, text: str) -> Any:
    return _option(name, metavar, text, "Its source")


class SourceOptions(Group):
    """The document in which a score was read."""

    source: Annotated[Text, _source("--source", "KEY", "Key of a source that the family has, or for a new one.")] = None
    source_title: Annotated[Text, _source("--source-title", "TEXT", "Title of a new source.")] = None
    source_kind: Annotated[
        SourceKind | None, _source("--source-kind", "KIND", "run (of your own), repository, paper, model-card, web or leaderboard.")
    ] = None
    source_url: Annotated[Text, _source("--source-url", "URL", "Where it can be opened.")] = None
    published: Annotated[Text, _source("--published", "DATE", "When this version of it was published.")] = None
    retrieved: Annotated[Text, _source("--retrieved", "DATE", "When it was read; today unless told otherwise.")] = None

    def record(self) -> dict[str, Any] | None:
        """The new source, or None where only a key is given."""
        if self.source_title is None:
            new = {"--source-url": self.source_url, "--source-kind": self.source_kind, "--retrieved": self.retrieved}
            new["--published"] = self.published
            given = next((option for option, value in new.items() if value), None)
            if given is not None:
                raise UsageError(
                    f"{given} describes a new source, which needs --source-title", hint="--source alone names one that is there"
                )
            return None
        day = self.retrieved or today().isoformat()
        return present(
            kind=self.source_kind or SourceKind.run, title=self.source_title, url=self.source_url, published=self.published, retrieved=day
        )


def _model(name: str, metavar: str | None, text: str) -> Any:
    return _option(name, metavar, text, "The model")


class ModelOptions(Group):
    """A model's facts, beside its id and name."""

    alias: Annotated[Texts, _model("--alias", "TEXT", "Another spelling of its name; repeatable.")] = None
    hf: Annotated[Text, _model("--hf", "OWNER/NAME", "Id of the weights on Hugging Face.")] = None
    params: Annotated[Text, _model("--params", "SIZE", "Its parameters, as the makers state them: 1.7B.")] = None
    params_basis: Annotated[Text, _model("--params-basis", "TEXT", "Where that number comes from.")] = None
    params_scope: Annotated[
        ParamsScope | None, _model("--params-scope", None, "What that number counts, where it isn't the whole model.")
    ] = None
    active_params: Annotated[Text, _model("--active-params", "SIZE", "Parameters active per token, where they differ.")] = None
    language_model: Annotated[Text, _model("--language-model", "NAME", "The language model.")] = None
    vision_encoder: Annotated[Texts, _model("--vision-encoder", "NAME", "A vision encoder; repeatable.")] = None
    image_size: Annotated[Text, _model("--image-size", "PIXELS", "The picture's side in pixels, or a word such as dynamic.")] = None
    visual_tokens: Annotated[Text, _model("--visual-tokens", "NUMBER", "Tokens that one picture takes, or a sentence.")] = None


def _family(name: str, metavar: str | None, text: str) -> Any:
    return _option(name, metavar, text, "The family")


class FamilyOptions(Group):
    """A family's fields."""

    id: Annotated[Text, _family("--id", "ID", "Its id: lower case, digits, hyphens, dots.")] = None
    name: Annotated[Text, _family("--name", "TEXT", "The makers' spelling of its name.")] = None
    series: Annotated[Text, _family("--series", "TEXT", "The line of families it belongs to; its name unless told otherwise.")] = None
    organization: Annotated[Texts, _family("--organization", "TEXT", "Who made it; repeatable.")] = None
    released: Annotated[Text, _family("--released", "DATE", "When it was published: 2024, 2024-05, 2024-05-20.")] = None
    summary: Annotated[Text, _family("--summary", "TEXT", "What it is, in one sentence.")] = None
    summary_zh: Annotated[Text, _family("--summary-zh", "TEXT", "The same in Chinese.")] = None
    license: Annotated[Text, _family("--license", "ID", "License of the weights.")] = None
    code_license: Annotated[Text, _family("--code-license", "ID", "License of the code.")] = None
    paper: Annotated[Text, _family("--paper", "URL", "The paper.")] = None
    code: Annotated[Text, _family("--code", "URL", "The source code.")] = None
    weights: Annotated[Text, _family("--weights", "URL", "Where the weights can be downloaded.")] = None
    connector: Annotated[Text, _family("--connector", "KIND", "Kind of its connector: mlp, linear, resampler …")] = None
    model_id: Annotated[Text, _model("--model-id", "ID", "Id of its first model; the family's unless told otherwise.")] = None
    model_name: Annotated[Text, _model("--model-name", "TEXT", "Name of its first model; the family's unless told otherwise.")] = None


def _benchmark(name: str, metavar: str | None, text: str) -> Any:
    return _option(name, metavar, text, "The benchmark")


class BenchmarkOptions(Group):
    """A benchmark's fields."""

    id: Annotated[Text, _benchmark("--id", "ID", "Its id: lower case, digits, hyphens, dots.")] = None
    name: Annotated[Text, _benchmark("--name", "TEXT", "As it is usually written.")] = None
    full_name: Annotated[Text, _benchmark("--full-name", "TEXT", "The name in full.")] = None
    alias: Annotated[Texts, _benchmark("--alias", "TEXT", "A spelling that sources use; repeatable.")] = None
    summary: Annotated[Text, _benchmark("--summary", "TEXT", "What is asked and how it is scored.")] = None
    task: Annotated[Text, _benchmark("--task", "WORD", "What it tests: text-vqa, document, math …")] = None
    released: Annotated[Text, _benchmark("--released", "DATE", "When it was published.")] = None
    paper: Annotated[Text, _benchmark("--paper", "URL", "The paper.")] = None
    home: Annotated[Text, _benchmark("--home", "URL", "Its home page.")] = None
    metric: Annotated[Text, _benchmark("--metric", "ID", "Id of its metric: accuracy.")] = None
    metric_name: Annotated[Text, _benchmark("--metric-name", "TEXT", "The metric's name in full; its id unless told otherwise.")] = None
    unit: Annotated[Unit | None, _benchmark("--unit", "UNIT", "The metric's unit: percent, points, ratio or distance.")] = None
    min: Annotated[float | None, _benchmark("--min", "NUMBER", "The lowest possible value; 0 unless told otherwise.")] = None
    max: Annotated[float | None, _benchmark("--max", "NUMBER", "The highest possible value; 100 for percent unless told otherwise.")] = None
    lower: Annotated[bool, _benchmark("--lower-is-better", None, "The lowest value is the best.")] = False
    split: Annotated[Texts, _benchmark("--split", "ID", "A split, the primary one first; repeatable.")] = None
    questions: Annotated[int | None, _benchmark("--questions", "N", "How many questions it has; with --split, its primary split.")] = None
    train_split: Annotated[YesNo | None, _benchmark("--train-split", "yes|no", "Whether it has a training split that models may see.")] = (
        None
    )
