"""The command `add score`: a figure with its source, from options or, on a terminal, from answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.cli import narration
from vlmctl.cli.app import examples
from vlmctl.cli.writing.answers import Asked, address, answered, day, next_step, number
from vlmctl.cli.writing.changing import Writing, carry_out
from vlmctl.cli.writing.record_options import Evidence, ScoreOptions, SourceKind, SourceOptions, flag, present
from vlmctl.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from vlmctl.cli.writing.changing import Plan
    from vlmctl.cli.writing.questions import Answers
    from vlmctl.query.stated import Stated
    from vlmctl.store.catalog import Catalog


@examples(
    "vlmctl add score --model imp-v1.5-3b-phi2 --bench TextVQA@val --value 57.5 --source-title 'our run of 3 March' --source-kind run",
    "vlmctl add score --model mgm-7b --bench MME:cognition --value 316 --source readme-769820c --evidence original --superseded --dry-run",
    "vlmctl add score    # asks, on a terminal",
)
def score_command(*, score: ScoreOptions, source: SourceOptions, writing: Writing) -> None:
    """Add a figure of a model, with its source.

    It is written to your own overlay unless --catalog says otherwise, and stands beside the figures that ship. One that
    ships is corrected by repeating it with --superseded, which withdraws it, and then adding the right one.
    """
    catalog = writing.open()
    asked = _asked(catalog, score, source, writing)
    model, part = _one_model(catalog, str(score.model)), _part(catalog, str(score.bench), score)
    if part.split is None and part.splits:
        counts = f"the figure counts as {part.counts_as}" if part.counts_as else "the figure isn't ranked"
        narration.say(f"no split of {part.name} is named: {counts} ({part.name}@{part.splits[0]} would name one)")
    if score.quote and not score.force:
        _refuse_other_quote(str(score.value), score.quote)
    record = present(
        benchmark=part.benchmark, split=part.split, metric=part.metric,
        protocol=None if score.protocol is None or score.protocol.value == "generalist" else score.protocol, shots=score.shots,
        variant=score.variant, mode="thinking" if score.thinking else None, train_split_seen=flag(score.seen),
        value=number(str(score.value)), source=source.source, where=score.where, evidence=score.evidence,
        status="superseded" if score.superseded else None, quote=score.quote, note=score.note,
    )  # fmt: skip
    carry_out(_plan(model, record, source), writing, asked=asked, then=next_step("why", model, part.benchmark, writing=writing))


def _plan(model: str, record: dict[str, Any], source: SourceOptions) -> Plan:
    """What adds the score. A source that is there already is used again, and a date that says otherwise is refused."""
    from vlmctl.source.changes import add_score, known_source

    document = source.record()

    def plan(records: Any, root: str) -> Any:
        known = known_source(records, root, model, document) if document and source.retrieved else None
        if known is not None and known[1].get("retrieved") != source.retrieved:
            read = known[1].get("retrieved", "without a date")
            raise RefusedError(
                f"the source {known[0]!r} is there already, read {read}; --retrieved would be lost",
                hint="leave --retrieved out, give another reading a --source-title of its own, or correct the date with vlmctl edit",
            )
        return add_score(records, root, model, record, document)

    return plan


def _one_model(catalog: Catalog, text: str) -> str:
    from vlmctl.query.names import models_named

    found = models_named(catalog, text)
    if len(found) != 1:
        raise UsageError(f"{text!r} stands for {len(found)} models", hint=f"name one of them: {', '.join(found[:12])}")
    return found[0]


def _part(catalog: Catalog, text: str, score: ScoreOptions) -> Stated:
    """What --bench, --split and --metric state together; `UsageError` where they contradict each other."""
    from vlmctl.query.stated import stated

    part = stated(catalog, text, split=score.split, metric=score.metric)
    if score.split and (other := stated(catalog, part.benchmark, split=score.split).split) != part.split:
        raise UsageError(f"--bench {text} names the split {part.split!r}, --split {other!r}", hint="name it once")
    if score.metric and (other := stated(catalog, part.benchmark, split=part.split, metric=score.metric).metric) != part.metric:
        of_bench, of_option = (each or "the usual one" for each in (part.metric, other))
        raise UsageError(f"--bench {text} names the metric {of_bench!r}, --metric {of_option!r}", hint="name it once")
    return part


def _refuse_impossible(part: Stated, text: str) -> None:
    """`RefusedError` for a figure that the benchmark's metric can't be."""
    if number(text) < part.min or (part.max is not None and number(text) > part.max):
        span = f"is at least {part.min:g}" if part.max is None else f"goes from {part.min:g} to {part.max:g}"
        raise RefusedError(f"{part.name} {span}, not {text}")


def _refuse_other_quote(value: str, quote: str) -> None:
    from vlmctl.checks.numbers import holds, scale_of

    if not holds(quote, number(value)) and scale_of(quote, number(value)) is None:
        raise RefusedError(f"the quote doesn't hold {value}: {quote}", hint="correct one of the two; --force writes them all the same")


def _asked(catalog: Catalog, score: ScoreOptions, source: SourceOptions, writing: Writing) -> Asked | None:
    """Fill the options from answers, and the evidence where the source makes it sure; what was asked, if anything was."""
    from vlmctl.cli.writing.questions import Question
    from vlmctl.query.stated import choices, source_kind

    known = source.source is not None and source.source_title is None

    def sure(found: Answers) -> str:
        kind = source_kind(catalog, found["--model"], source.source) if known else found["--source-kind"] or "run"
        return "original" if kind == "run" else ""

    def valued(text: str, found: Answers) -> None:
        number(text)
        if found["--bench"]:
            _refuse_impossible(_part(catalog, found["--bench"], score), text)

    def quoted(text: str, found: Answers) -> None:
        if found["--value"] and not score.force:
            _refuse_other_quote(found["--value"], text)

    questions = [
        Question("--model", "Model", choices=choices(catalog, "model"), check=lambda text, _: _one_model(catalog, text)),
        Question("--bench", "Benchmark (NAME@split where the source names one)", choices=choices(catalog, "benchmark"),
                 check=lambda text, _: _part(catalog, text, score)),
        Question("--value", "Value", check=valued),
        Question("--source-title", "Title of the source", required=not known),
        Question("--source-kind", "Kind of source", required=False, default="run", choices=list(SourceKind), closed=True),
        Question("--source-url", "Address of the source", required=False, check=lambda text, _: address(text)),
        Question("--evidence", "How it was read (original, copy or second-hand)", required=lambda found: not sure(found), default=sure,
                 choices=list(Evidence), closed=True),
        Question("--where", "Place in the source", required=False),
        Question("--quote", "As the source prints it", required=False, check=quoted),
    ]  # fmt: skip
    if known:
        source.record()  # refuses what would describe a new one
        questions = [question for question in questions if not question.option.startswith("--source-")]
    if source.retrieved:
        _date_of_reading(source.retrieved)
    given = {"--model": score.model, "--bench": score.bench, "--value": score.value, "--source-title": source.source_title}
    given |= {"--source-kind": source.source_kind and source.source_kind.value, "--source-url": source.source_url}
    given |= {"--evidence": score.evidence and score.evidence.value, "--where": score.where, "--quote": score.quote}
    found, asked = answered(questions, given, writing)
    score.model, score.bench, score.value = found["--model"], found["--bench"], found["--value"]
    score.where, score.quote, source.source_title, source.source_url = (
        found[f"--{name}"] for name in ("where", "quote", "source-title", "source-url")
    )
    score.evidence = Evidence(found["--evidence"] or sure(found))
    source.source_kind = SourceKind(found["--source-kind"]) if found["--source-kind"] else None
    return asked


def _date_of_reading(text: str) -> None:
    try:
        day(text)
    except ValueError as error:
        raise UsageError(f"--retrieved: {error}") from error
