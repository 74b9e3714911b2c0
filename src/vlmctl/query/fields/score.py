"""The facts about a score: SQL over the rows `s` of `score` and `src` of `source`."""

from __future__ import annotations

from vlmctl.query.fields.field import Field

__all__ = ["SCORE_FIELDS"]

SCORE_FIELDS: tuple[Field, ...] = (
    Field(
        "benchmark",
        "Benchmark",
        "names",
        "s.benchmark",
        "the benchmark's id, name or alias",
        aliases=("bench",),
        match="(SELECT lower(char(31) || group_concat(n.exact, char(31)) || char(31)) FROM name n"
        " WHERE n.kind = 'benchmark' AND n.id = s.benchmark)",
        importance=1,
    ),
    Field("split", "Split", "choice", "s.split", "the split, as stated by the source", lacking="no split", importance=5),
    Field("metric", "Metric", "choice", "s.metric", "the metric", importance=20),
    Field("protocol", "Protocol", "choice", "s.protocol", "generalist, task-finetuned or few-shot", importance=25),
    Field(
        "shots",
        "Shots",
        "number",
        "s.shots",
        "examples in the prompt; 0 where there are none",
        match="CASE WHEN s.protocol = 'few-shot' THEN s.shots ELSE 0 END",
        lacking="no number of shots",
        importance=60,
    ),
    Field(
        "variant",
        "Variant",
        "text",
        "s.variant",
        "what else sets the figure apart; empty for the plain figure",
        match="coalesce(s.variant, '')",
        importance=55,
    ),
    Field(
        "mode",
        "Mode",
        "choice",
        "s.mode",
        "thinking, where the model reasoned at length; else empty",
        match="coalesce(s.mode, '')",
        importance=57,
    ),
    Field("value", "Value", "number", "s.value", "the figure", importance=0),
    Field("source", "Source", "text", "src.title", "title of the document in which the figure was read", importance=5, shrinks=True),
    Field("url", "URL", "text", "src.url", "address of the source", lacking="no address of the source", importance=90, shrinks=True),
    Field("where", "Where", "text", "s.place", "the place in the source", lacking="no place in the source", importance=70, shrinks=True),
    Field("evidence", "Evidence", "choice", "s.evidence", "original, copy, second-hand or listed", importance=30),
    Field("status", "Status", "choice", "s.status", "current or superseded", importance=65),
    Field("quote", "Quote", "text", "s.quote", "what the source prints", lacking="no quote", importance=80, shrinks=True),
    Field(
        "listed",
        "Listed",
        "text",
        "s.listed_column",
        "the column of the public list under which the figure stands",
        lacking="no place in the list",
        importance=75,
    ),
    Field("note", "Note", "text", "s.note", "a remark of the catalog", lacking="no note", importance=85, shrinks=True),
)
"""The facts about a score; on commands that list scores they come before a model's facts of the same name."""
