"""Charts: ticks, names that cover nothing, the drawing in characters, pictures."""

from __future__ import annotations

import io
import re
import sys
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.results_of_all_kinds import HOSTILE, chart
from vlmctl.errors import UsageError
from vlmctl.render import RenderOptions, render
from vlmctl.render.axes import Scale, x_scale, y_scale
from vlmctl.render.groups import groups_of
from vlmctl.render.labels import Box, place_labels
from vlmctl.render.terminal.wrap import width_of
from vlmctl.results import Chart, Point

BILLION = 10**9


def drawn(result: Chart, width: int = 80, *, color: bool = False) -> list[str]:
    stream = io.StringIO()
    render(result, stream, format="table", options=RenderOptions(width=width, color=color))
    return stream.getvalue().splitlines()


def many(count: int = 60, groups: int = 1) -> Chart:
    """Points on a hill, the first ones on the front."""
    points = [
        Point(f"m-{n}", f"Model {n}", (n % 20 + 1) * BILLION, 40 + n % 17 + n / 50, f"group {n % groups}" if groups > 1 else "")
        for n in range(count)
    ]
    front = [point.id for point in points[:6]]
    return Chart(points, "Parameters", "Score", "count", heading="Score by parameters\t60", front=front, labels=front)


# -- axes --------------------------------------------------------------------------------------------------------------


def texts(scale: Scale, most: int = 8) -> list[str]:
    return [tick.text for tick in scale.ticks(most)]


def test_ticks_have_units() -> None:
    assert texts(Scale(8.7, 11, log=True, kind="count"), 9) == ["1B", "2B", "5B", "10B", "20B", "50B", "100B"]
    assert texts(Scale(0, 9 * BILLION, log=False, kind="count"), 5) == ["0", "2B", "4B", "6B", "8B"]
    assert texts(Scale(0, 32e9, log=False, kind="bytes"), 4) == ["0 GB", "10 GB", "20 GB", "30 GB"]
    assert texts(Scale(0, 1, log=False, kind="number"), 6) == ["0", "0.2", "0.4", "0.6", "0.8", "1"]


def test_ticks_of_dates_are_first_days() -> None:
    from datetime import date

    first, last = float(date(2023, 11, 5).toordinal()), float(date(2025, 2, 1).toordinal())
    assert texts(Scale(first, last, log=False, kind="date"), 6) == ["2024-01", "2024-04", "2024-07", "2024-10", "2025-01"]
    assert texts(Scale(first, last, log=False, kind="date"), 2) == ["2024", "2025"]
    assert texts(Scale(first, first + 20, log=False, kind="date")) == []


@settings(deadline=None)
@given(st.floats(1e-3, 1e12), st.floats(1.01, 1e6), st.integers(2, 15), st.booleans())
def test_ticks_are_few_and_on_the_axis(low: float, factor: float, most: int, log: bool) -> None:
    import math

    high = low * factor
    scale = Scale(math.log10(low), math.log10(high), log=True, kind="number") if log else Scale(low, high, log=False, kind="number")
    ticks = scale.ticks(most)
    assert len(ticks) <= most
    assert all(-1e-9 <= scale.place(tick.value) <= 1 + 1e-9 for tick in ticks)
    assert len({tick.text for tick in ticks}) == len(ticks)


def test_a_single_point_stands_inside_its_axes() -> None:
    alone = chart()._replace(points=chart().points[:1])
    assert 0.3 < x_scale(alone).place(alone.points[0].x) < 0.7
    assert 0.3 < y_scale(alone).place(alone.points[0].y) < 0.7


# -- names -------------------------------------------------------------------------------------------------------------

AREA = Box(0, 0, 60, 20)
cells = st.tuples(st.integers(0, 59), st.integers(0, 19)).map(lambda at: Box(at[0], at[1], at[0] + 1, at[1] + 1))


@settings(max_examples=150, deadline=None)
@given(st.lists(cells, max_size=12, unique=True), st.lists(cells, max_size=80), st.lists(st.integers(1, 25), min_size=12, max_size=12))
def test_names_cover_neither_names_nor_named_points(anchors: list[Box], others: list[Box], widths: list[int]) -> None:
    sizes = [(float(width), 1.0) for width in widths[: len(anchors)]]
    placed = [box for box in place_labels(anchors, sizes, others, AREA, (1, 0)) if box is not None]
    for number, box in enumerate(placed):
        assert box.within(AREA)
        assert not any(box.overlap(other) for other in [*placed[:number], *anchors])
        assert sum(box.overlap(other) for other in others) <= (box.right - box.left) / 3


def test_a_name_stands_beside_its_point_where_there_is_room() -> None:
    assert place_labels([Box(30, 10, 31, 11)], [(5, 1)], [], AREA, (1, 0)) == [Box(24, 10, 29, 11)]
    assert place_labels([Box(0, 10, 1, 11)], [(5, 1)], [], AREA, (1, 0)) == [Box(2, 10, 7, 11)]
    assert place_labels([Box(0, 0, 1, 1)], [(70, 1)], [], AREA, (1, 0)) == [None]


def test_a_name_is_not_nearer_to_another_named_point() -> None:
    pair = [Box(30, 10, 31, 11), Box(38, 10, 39, 11)]
    second = place_labels(pair, [(3, 1), (5, 1)], [], AREA, (1, 0))[1]
    assert second is not None
    assert second.distance(pair[1]) < second.distance(pair[0])


# -- groups ------------------------------------------------------------------------------------------------------------


def test_groups_beyond_the_signs_become_one() -> None:
    groups, places = groups_of(many(groups=12), 8)
    assert len(groups) == 8
    assert groups[-1].name == "5 others"
    assert groups[-1].names == 5
    assert sum(group.points for group in groups) == 60
    assert set(places.values()) == set(range(8))


def test_groups_on_the_front_come_first() -> None:
    result = many(groups=3)._replace(front=["m-2"])
    assert groups_of(result, 8)[0][0].name == "group 2"


# -- in characters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("groups", [1, 3, 12])
def test_every_line_fits(width: int, groups: int) -> None:
    for line in drawn(many(groups=groups)._replace(line=True, group_title="Group" if groups > 1 else ""), width):
        assert width_of(line) <= width, line


def test_names_and_units_are_there() -> None:
    text = "\n".join(drawn(many()))
    for name in many().labels:
        assert f"Model {name.removeprefix('m-')}" in text
    assert re.search(r"\b10B\b", text)
    assert "Parameters" in text
    assert "Score by parameters" in text


def test_a_point_whose_name_has_no_room_gets_a_number() -> None:
    points = [Point(f"m-{n}", f"A rather long name of model {n}", float(n % 2), float(n // 2), front=True) for n in range(24)]
    text = "\n".join(drawn(Chart(points, "X", "Y", front=[], labels=[point.id for point in points]), 40))
    assert re.search(r"^1 A rather long name", text, re.MULTILINE) or " · 1 A rather" in text
    assert all(f"model {n}" in text or "…" in text for n in range(24))


def test_groups_are_told_apart_without_color() -> None:
    text = "\n".join(drawn(many(groups=3)._replace(front=[], labels=[], group_title="Group")))
    assert {"●", "▲", "■"} <= set(text)
    assert "● group 0 (20)  ▲ group 1 (20)  ■ group 2 (20)\n" in text + "\n"
    assert "\x1b" not in text
    assert "\x1b" in "\n".join(drawn(many(groups=3), color=True))


def test_no_separator_could_be_a_sign() -> None:
    lines = drawn(many(groups=12)._replace(front=[], labels=[], group_title="Group"), 60)
    legend = lines[lines.index("", lines.index("") + 1) + 1 :]
    assert "".join(legend).count("·") == 1
    assert "· 5 others (25)" in legend[-1]
    starts = [[match.start() for match in re.finditer(r"(?<=  )\S", line)] for line in legend]
    assert starts[0]
    assert all(found == starts[0][: len(found)] for found in starts), "in columns"


def test_the_front_is_drawn_only_when_asked_for() -> None:
    braille = re.compile("[\u2801-\u28ff]")
    front = chart()
    assert not braille.search("\n".join(drawn(front)[:-1]))
    assert braille.search("\n".join(drawn(front._replace(line=True))[:-1]))


def test_wide_characters_keep_the_grid() -> None:
    points = [Point("a", "多模态模型", 1, 1, front=True), Point("b", "b", 2, 2, front=True)]
    lines = drawn(Chart(points, "X", "Y", heading="高分", front=["a", "b"], labels=["a", "b"]))
    assert any("多模态模型" in line for line in lines)
    assert all(width_of(line) <= 80 for line in lines)


def test_no_points_are_told() -> None:
    stream = io.StringIO()
    told = render(chart()._replace(points=[]), stream, format="table", options=RenderOptions(width=80, color=False))
    assert stream.getvalue() == ""
    assert told == ["nothing to plot"]


# -- pictures ----------------------------------------------------------------------------------------------------------


def pictured(result: Chart, form: Any) -> bytes:
    pytest.importorskip("matplotlib")
    from vlmctl.render.picture import picture

    return picture(result, form)[0]


def test_png_and_svg_are_what_they_say_and_the_same_each_time() -> None:
    assert pictured(chart(), "png").startswith(b"\x89PNG\r\n")
    svg = pictured(chart(), "svg")
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own
    assert pictured(chart(), "svg") == svg


def test_a_picture_names_axes_points_and_groups() -> None:
    text = pictured(many(groups=3)._replace(group_title="Group", x_unit="all", line=True), "svg").decode()
    for expected in ("Parameters (all)", "10B", "Model 0", "group 1 (20)", "Pareto front", "Score by parameters"):
        assert expected in text
    assert "<title>Model 59: Parameters 20B, Score 49.18 (group 2)</title>" in text


def test_names_in_a_picture_do_not_collide() -> None:
    pytest.importorskip("matplotlib")
    from vlmctl.render.picture import Drawing

    drawing = Drawing(many(groups=3)._replace(line=True))
    assert drawing.draw() == []
    boxes = [text.get_window_extent() for text in drawing._axes.texts]
    assert len(boxes) == 6
    assert not any(one.overlaps(other) for number, one in enumerate(boxes) for other in boxes[:number])


@pytest.mark.parametrize("form", ["svg", "png", "html"])
def test_hostile_names_are_text(form: str) -> None:
    evil = ["$\\frac{$", "_hidden", "<script>alert(1)</script>", "]]>", "\x1b[31m\x00", "多模态", HOSTILE, "a" * 300, "\ud800"]
    points = [Point(f"m-{n}", name, n + 1.0, n + 1.0, name, front=True) for n, name in enumerate(evil)]
    result = Chart(
        points, HOSTILE, HOSTILE, heading=HOSTILE, front=["m-0"], labels=["m-0", "m-1", "m-2", "m-4"], group_title=HOSTILE, line=True
    )
    data = pictured(result, form)
    assert b"<script" not in data
    if form == "svg":
        ET.fromstring(data)  # noqa: S314 - our own
        assert b"_hidden" in data


def test_a_page_stands_alone() -> None:
    page = pictured(chart(), "html").decode()
    assert page.count("<tr>") == 1 + len(chart().points)
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=\"https?:", page)


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from vlmctl.render.picture import picture

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError) as caught:
        picture(chart(), "svg")
    assert caught.value.hint == "pip install 'vlmctl[plot]'"
    assert caught.value.exit_code == 2


def test_many_points_are_drawn_by_group() -> None:
    result = many(4_000, groups=3)._replace(line=True)
    assert b"<title>Model 0:" in pictured(result, "svg")
    assert len(drawn(result)) < 40
