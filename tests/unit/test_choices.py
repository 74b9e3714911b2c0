"""Closed lists are said once: what repeats their words for Typer, for people or by kind of file has all of them, or says which not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vlmctl import choices
from vlmctl.checks import naming
from vlmctl.cli import importing, validation
from vlmctl.cli.writing import record_options
from vlmctl.interchange import sourcing
from vlmctl.query.cards import provenance
from vlmctl.records import describe

if TYPE_CHECKING:
    from collections.abc import Collection
    from enum import Enum


@pytest.mark.parametrize(
    ("options", "words", "without"),
    [
        (importing.Evidence, choices.EVIDENCE, ()),
        (importing.SourceKind, choices.SOURCE_KINDS, ()),
        (record_options.Evidence, choices.EVIDENCE, {"listed"}),  # a list's figures come with its cells, by `import`
        (record_options.SourceKind, choices.SOURCE_KINDS, {"list"}),
        (record_options.Protocol, choices.PROTOCOLS, ()),
        (record_options.Unit, choices.UNITS, ()),
        (validation.Kind, choices.FILE_KINDS, ()),
    ],
)
def test_an_option_takes_the_words_of_records(options: type[Enum], words: tuple[str, ...], without: Collection[str]) -> None:
    assert sorted(each.value for each in options) == sorted({*words} - {*without})


@pytest.mark.parametrize(
    ("told", "words"), [(provenance.EVIDENCE, choices.EVIDENCE), (naming.KINDS, choices.FILE_KINDS), (describe.KINDS, choices.FILE_KINDS)]
)
def test_every_word_has_its_entry(told: dict[str, object], words: tuple[str, ...]) -> None:
    assert sorted(told) == sorted(words)


def test_what_a_kind_of_source_implies_is_a_word_of_records() -> None:
    assert {*sourcing.EVIDENCE} <= {*choices.SOURCE_KINDS}
    assert {*sourcing.EVIDENCE.values()} <= {*choices.EVIDENCE}
    assert {*sourcing.HOSTS.values()} <= {*choices.SOURCE_KINDS}
