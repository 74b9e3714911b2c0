"""What options say of themselves is what is done: start-up can't wait for the modules that know, so it stands twice."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from vlmctl.cli.app import build_app
from vlmctl.cli.argv import OPPOSITES, QUANTITIES, VALUED
from vlmctl.cli.fitting import Fitting
from vlmctl.cli.options import Selection
from vlmctl.query.memory.settings import Settings
from vlmctl.query.rankings.several import How
from vlmctl.query.rankings.sizes import BORDERS
from vlmctl.query.sql import TIME_LIMIT


@pytest.fixture(scope="module")
def root() -> Any:
    return typer.main.get_command(build_app())


def options(command: Any) -> dict[str, Any]:
    return {spelling: parameter for parameter in command.params for spelling in parameter.opts}


def test_the_options_that_take_a_filters_value_are_those_of_the_selection(root: Any) -> None:
    """The command line is looked at before it is parsed: for values that a shell took for a redirection, and for contradictions."""
    names = {parameter.name for parameter in Selection.parameters()} - {parameter.name for parameter in Fitting.parameters()}
    own = [parameter for parameter in root.commands["list"].params if parameter.name in names]
    assert {spelling for each in own if each.multiple for spelling in each.opts} - {"--where", "-w"} == VALUED
    assert set(QUANTITIES) <= VALUED
    assert {(*each.opts, *each.secondary_opts) for each in own if each.secondary_opts} == set(OPPOSITES)


@pytest.mark.parametrize(
    ("command", "option", "says"),
    [
        ("top", "--borders", BORDERS),
        ("facets", "--borders", BORDERS),
        ("top", "--min-models", str(How().min_models)),
        ("top", "--missing", How().missing),
    ],
)
def test_a_default_that_is_shown_is_the_one_that_is_used(root: Any, command: str, option: str, says: str) -> None:
    assert options(root.commands[command])[option].show_default == says


def test_the_defaults_of_estimates_and_of_queries(root: Any) -> None:
    memory = options(root.commands["memory"])
    for option, value in Settings()._asdict().items():
        assert f": {value} unless named" in memory[f"--{option}"].help
    assert options(root.commands["db"].commands["query"])["--timeout"].default == TIME_LIMIT
