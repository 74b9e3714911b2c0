"""Properties of `validate`: whatever a document holds, there are findings and no exception; mending is seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vlmctl.checks.registry import checks
from vlmctl.checks.validation import validate
from vlmctl.source.document import read_document

BASE = Path(__file__).parent.parent / "records" / "base"
FAMILY = (BASE / "families" / "base.yaml").read_bytes()

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=True), st.text(max_size=8), st.sampled_from(["a", "reading"])
)
junk = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=8
)


def routes(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in steps:
        found += routes(value, (*here, step))
    return found


ROUTES = routes(read_document("base", FAMILY).data)


def report(content: bytes) -> Any:
    return validate(["-"], [BASE], content=content, today=date(2026, 1, 1))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_family_with_one_value_replaced_by_anything(data: st.DataObject) -> None:
    import json

    document = read_document("base", FAMILY).data
    route = data.draw(st.sampled_from(ROUTES))
    container = document
    for step in route[:-1]:
        container = container[step]
    value = data.draw(junk)
    container[route[-1]] = value
    content = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")  # JSON is YAML, but for NaN, which is text
    for finding in report(content).findings:
        assert finding.check in checks()
        assert finding.severity == checks()[finding.check].severity
        assert finding.place.line >= 1


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes(content: bytes) -> None:
    found = report(content)
    assert found.errors >= 1  # nothing so short is a whole record


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FAMILY) - 1), st.binary(min_size=1, max_size=3))
def test_a_family_with_bytes_inserted(place: int, inserted: bytes) -> None:
    report(FAMILY[:place] + inserted + FAMILY[place:])


def test_the_family_itself_is_valid() -> None:
    assert report(FAMILY).findings == ()
