"""The registry of fields: one entry serves filters, `--sort`, `--columns`, completion and the reference page.

A field says how its value is read from the store (an SQL expression over the row `m` of `model`, `s` of `score` or a
benchmark's standing), what type it has, and how it is called. Benchmarks are fields too, made on demand by
`benchmark_field`; they are not listed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vlmctl.results import Column, Kind

__all__ = ["FIELDS", "SCORE_FIELDS", "Field", "FieldType", "column_of", "find"]

FieldType = Literal["text", "choice", "names", "count", "bytes", "number", "date", "flag"]
"""How values compare. `text`: case-insensitive; `choice`: a text out of a small set, `=` by default; `names`: several
names and ids of one or more things, `=` matches any of them whole, `~` any part; `count`, `bytes`, `number`, `date` as
in `quantities`; `flag`: yes or no."""


@dataclass(frozen=True, slots=True)
class Field:
    """A fact about a model (or a score) that can be filtered, sorted and shown."""

    name: str
    """As users write it, and the JSON key."""
    title: str
    """The column's header."""
    type: FieldType
    sql: str
    """The value, as SQL. What is absent is NULL."""
    help: str
    """One line for the reference page."""
    aliases: tuple[str, ...] = ()
    match: str | None = None
    """SQL of the text that filters look at, where it differs from `sql`. For `names`: lower-case, between U+001F."""
    lacking: str | None = None
    """How to count models without the fact, as in '4 models state no parameter count'. None: every model has it."""
    importance: int = 50
    """See `results.Column`."""
    shrinks: bool = False
    is_json: bool = False
    """The value is a JSON array."""
    params: tuple[object, ...] = ()
    """Values bound to the expression's `?`, in order (benchmark fields)."""
    last: str | None = None
    """Dates: SQL of the last day that the value covers; `sql` is then the text and `first` the first day."""
    first: str | None = None

    @property
    def kind(self) -> Kind:
        """How a result column of this field is shown."""
        if self.is_json:
            return "list"
        return {"count": "count", "bytes": "bytes", "number": "number", "date": "date", "flag": "flag"}.get(self.type, "text")  # type: ignore[return-value]


_MODEL = "model"

FIELDS: tuple[Field, ...] = (
    Field("id", "Id", "text", "m.id", "the model's id", importance=5),
    Field("name", "Model", "names", "m.name", "the model's name, id, alias or Hugging Face id",
          aliases=("model",), match="lower(char(31) || m.name || char(31) || m.id || char(31) || coalesce(m.hf, '') || char(31))",
          importance=0),
    Field("params", "Params", "count", "m.params", "all parameters, as the makers state them",
          aliases=("parameters", "size"), lacking="no parameter count", importance=10),
    Field("active_params", "Active", "count", "m.active_params", "parameters active per token, where they differ (mixtures of experts)",
          aliases=("active",), lacking="no separate number of active parameters", importance=60),
    Field("family", "Family", "names", "m.family", "the family's name or id",
          match="lower(char(31) || m.family || char(31) || m.family_name || char(31))", importance=55),
    Field("series", "Series", "text", "m.series", "the line of families", importance=65),
    Field("organizations", "Organizations", "names", "m.organizations_json", "who made it",
          aliases=("org", "orgs", "organization", "maker"), match="m.organizations_text", is_json=True, shrinks=True, importance=60),
    Field("language_model", "Language model", "names", "m.language_model_name", "the language model's name, id or alias",
          aliases=("llm", "language-model"), match="m.language_model_text", lacking="no language model", shrinks=True, importance=20),
    Field("vision_encoders", "Vision encoder", "names", "m.vision_encoder_names", "the vision encoders' names, ids or aliases",
          aliases=("encoder", "vision_encoder", "encoders", "vision-encoder"), match="m.vision_encoders_text",
          lacking="no vision encoder", shrinks=True, importance=40),
    Field("connector", "Connector", "names", "m.connector", "the kind or name of the connector (projector)",
          aliases=("projector",), match="m.connector_text", lacking="no connector", importance=50),
    Field("image_size", "Image", "number", "m.image_size", "the picture's side in pixels; where it is a text ('dynamic') it counts as not stated",
          aliases=("resolution",), match="CASE WHEN typeof(m.image_size) IN ('integer', 'real') THEN m.image_size END",
          lacking="no image size in pixels", importance=58),
    Field("visual_tokens", "Visual tokens", "number", "m.visual_tokens", "tokens that one picture takes; a text counts as not stated",
          aliases=("tokens",), match="CASE WHEN typeof(m.visual_tokens) IN ('integer', 'real') THEN m.visual_tokens END",
          lacking="no number of visual tokens", importance=62),
    Field("moe", "MoE", "flag", "m.moe", "whether the language model is a mixture of experts", lacking="not whether they are mixtures of experts",
          importance=63),
    Field("tuning", "Tuning", "choice", "m.tuning", "how the language model was tuned: full or lora", lacking="no kind of tuning", importance=75),
    Field("license", "License", "choice", "m.license", "licence of the weights: an SPDX id or a licence of this catalog",
          aliases=("licence",), lacking="no licence of the weights", importance=35),
    Field("commercial", "Commercial use", "choice", "m.commercial", "whether the weights' licence allows commercial use: allowed, conditional or not-allowed",
          lacking="nothing that tells whether commercial use is allowed", importance=64),
    Field("released", "Released", "date", "m.released", "when it was released; a month or year stands for all its days",
          aliases=("date",), lacking="no release date", first="m.released_first", last="m.released_last", importance=30),
    Field("hf", "Hugging Face", "text", "m.hf", "the weights' id on Hugging Face", aliases=("huggingface",), lacking="no Hugging Face id", importance=80),
    Field("open", "Open", "flag", "m.open", "whether the weights can be downloaded", importance=78),
    Field("languages", "Languages", "names", "replace(trim(m.languages_text, char(31)), char(31), ', ')",
          "languages that the makers name, as ISO 639 codes", aliases=("language",), match="m.languages_text",
          lacking="no languages", importance=82),
    Field("lists", "Lists", "names", "m.lists_json", "public lists that name the family", aliases=("list",), match="coalesce(m.lists_text, '')",
          is_json=True, importance=85),
    Field("scores", "Scores", "number", "m.scores", "how many scores the catalog has", importance=70),
    Field("origin", "Origin", "text", "m.origin", "the overlay that the record comes from; empty for the shipped catalog", importance=90),
)
"""The facts about a model."""

SCORE_FIELDS: tuple[Field, ...] = (
    Field("benchmark", "Benchmark", "names", "s.benchmark", "the benchmark's id, name or alias",
          aliases=("bench",), match="(SELECT lower(char(31) || group_concat(n.exact, char(31)) || char(31)) FROM name n WHERE n.kind = 'benchmark' AND n.id = s.benchmark)",
          importance=1),
    Field("split", "Split", "choice", "s.split", "the split, as stated by the source", lacking="no split", importance=5),
    Field("metric", "Metric", "choice", "s.metric", "the metric", importance=20),
    Field("protocol", "Protocol", "choice", "s.protocol", "generalist, task-finetuned or few-shot", importance=25),
    Field("shots", "Shots", "number", "s.shots", "examples in the prompt", lacking="no number of shots", importance=60),
    Field("variant", "Variant", "text", "s.variant", "what else sets the figure apart", lacking="no variant", importance=55),
    Field("mode", "Mode", "choice", "s.mode", "thinking, where the model reasoned at length", lacking="no mode", importance=57),
    Field("value", "Value", "number", "s.value", "the figure", importance=0),
    Field("source", "Source", "text", "src.title", "title of the document in which the figure was read", importance=40, shrinks=True),
    Field("url", "URL", "text", "src.url", "address of the source", lacking="no address of the source", importance=90, shrinks=True),
    Field("where", "Where", "text", "s.place", "the place in the source", lacking="no place in the source", importance=70, shrinks=True),
    Field("evidence", "Evidence", "choice", "s.evidence", "original, copy, second-hand or listed", importance=30),
    Field("status", "Status", "choice", "s.status", "current or superseded", importance=65),
    Field("quote", "Quote", "text", "s.quote", "what the source prints", lacking="no quote", importance=80, shrinks=True),
    Field("listed", "Listed", "text", "s.listed_column", "the column of the public list under which the figure stands",
          lacking="no place in the list", importance=75),
    Field("note", "Note", "text", "s.note", "a remark of the catalog", lacking="no note", importance=85, shrinks=True),
)
"""The facts about a score; on commands that list scores they come before a model's facts of the same name."""


def find(name: str, *, scores: bool = False) -> Field | None:
    """The field of that name or alias (case and `-`/`_` don't matter), or None."""
    wanted = name.casefold().replace("-", "_")
    for field in (*SCORE_FIELDS, *FIELDS) if scores else FIELDS:
        if wanted == field.name or wanted in (alias.replace("-", "_") for alias in field.aliases):
            return field
    return None


def column_of(field: Field) -> Column:
    """The result column that shows a field."""
    return Column(field.name, field.title, field.kind, importance=field.importance, shrinks=field.shrinks)
