"""What all records share: the strict base class, and the types of ids, quantities, dates and addresses."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from vlmctl.forms import ADDRESS, DATE, ID, SIZE
from vlmctl.quantities import format_count, parse_count, parse_date

__all__ = ["MOST", "Explains", "Id", "Links", "Natural", "Number", "Params", "PartialDate", "Record", "Text", "Url"]


class Record(BaseModel):
    """A strict, frozen record: unknown keys, wrong types and conversions are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)


def _count(value: Any) -> Any:
    if isinstance(value, str):
        return parse_count(value)
    return value


def _date(value: str) -> str:
    return parse_date(value).text


Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
"""Any text; an empty one is left out instead."""

MOST = 10**15
"""No number of a record is as large; what is compiled must fit SQLite's 64 bits, and estimates multiply."""

Number = Annotated[int, Field(gt=-MOST, lt=MOST)] | Annotated[float, Field(gt=-MOST, lt=MOST)]
"""A figure; 70 stays 70 and 52.1 stays 52.1."""

Natural = Annotated[int, Field(gt=0, lt=MOST)]
"""How many of something there are."""

Id = Annotated[str, StringConstraints(pattern=ID, max_length=80)]
"""Lower case, digits, hyphens and dots: `mobilevlm-v2-1.7b`."""

Explains = Annotated[list[Id], Field(min_length=1)]
"""Ids of checks, as `vlmctl validate` prints them."""

_Size = Annotated[str, StringConstraints(pattern=SIZE)] | int

Params = Annotated[
    int, BeforeValidator(_count, json_schema_input_type=_Size), Field(gt=0, lt=MOST), PlainSerializer(format_count, return_type=str)
]
"""A number of parameters, written with a unit: `450M`, `1.7B`."""

PartialDate = Annotated[str, StringConstraints(pattern=DATE), AfterValidator(_date)]
"""A date as far as it is known: `2024-05-20`, `2024-05` or `2024`."""

Url = Annotated[str, StringConstraints(pattern=ADDRESS, max_length=2_000)]
"""An http or https address."""


class Links(Record):
    """Addresses where readers go on."""

    paper: Url | None = None
    """The paper."""
    code: Url | None = None
    """The source code."""
    weights: Url | None = None
    """Where the weights can be downloaded."""
    demo: Url | None = None
    """A demonstration."""
    project: Url | None = None
    """The project's page."""
    blog: Url | None = None
    """The post that announced it."""
    home: Url | None = None
    """A benchmark's home page."""
