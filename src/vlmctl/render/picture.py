"""Charts as pictures: SVG, PNG, or an HTML page that holds both the SVG and its points. The one door to Matplotlib.

Matplotlib comes with the extra `plot`. Catalog text is data: it is never read as mathematics or markup, the page has no
script and asks for nothing from elsewhere. The same chart gives the same bytes.
"""

from __future__ import annotations

import io
import re
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from vlmctl.errors import UsageError
from vlmctl.render.axes import title_of, x_scale, y_scale
from vlmctl.render.cells import human, visible
from vlmctl.render.chart import chart_table
from vlmctl.render.groups import groups_of
from vlmctl.render.labels import Box, place_labels

if TYPE_CHECKING:
    from vlmctl.results import Chart, Point

__all__ = ["PictureFormat", "picture"]

PictureFormat = Literal["svg", "png", "html"]

MARKERS = ("o", "^", "s", "D", "v", "P", "X", ".")
"""A shape for each group, the last for the rest: told apart without color."""
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#999999")
"""Okabe and Ito's colors (https://jfly.uni-koeln.de/color/), which color-blind readers can tell apart; gray for the rest."""
INK, PALE, FRONT = "#222222", "#8c8c8c", "#0072b2"
FONTS = ("DejaVu Sans", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "PingFang SC", "Microsoft YaHei", "SimHei")
"""The first that is there is used; the others lend the characters that it lacks."""
MOST_NAMED = 2000
"""Points that are drawn one by one; more of them are drawn by group, save for the front."""
_LONGEST_NAME = 44
_BESIDE = 5
"""Pixels between a mark and a name that is plainly its own."""
SIZE, DOTS = (9.0, 6.0), 150
"""Inches, and dots of a PNG in each."""


def picture(chart: Chart, form: PictureFormat) -> tuple[bytes, list[str]]:
    """A chart as a file's bytes, and notes on what found no place. `UsageError` without Matplotlib, or without points."""
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise UsageError("pictures need Matplotlib, which isn't installed", hint="pip install 'vlmctl[plot]'") from error
    if not chart.points:
        raise UsageError("nothing to plot: no model that matches has both figures", hint="nothing was written")
    from matplotlib import font_manager

    known = set(font_manager.get_font_names())
    settings = {
        "font.family": [name for name in FONTS if name in known] or ["sans-serif"], "font.size": 9, "svg.fonttype": "none",
        "svg.hashsalt": "vlmctl", "axes.edgecolor": PALE, "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK,
        "text.parse_math": False,
    }  # fmt: skip
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a character that no font has is drawn as a box
        drawing = Drawing(chart)
        left_out = drawing.draw()
        data = drawing.png() if form == "png" else drawing.svg()
    notes = [f"no room for the names of {', '.join(left_out)}"] if left_out else []
    return (_page(chart, data) if form == "html" else data), notes


class Drawing:
    """A chart on a figure of Matplotlib's, without its global state."""

    def __init__(self, chart: Chart) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._chart = chart
        self._figure = Figure(figsize=SIZE, layout="constrained")
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_subplot()
        self._across, self._up = x_scale(chart), y_scale(chart)
        self._by_id = {point.id: point for point in chart.points}

    def draw(self) -> list[str]:
        """Draw all; the names that found no place."""
        self._draw_axes()
        if self._chart.line:
            self._draw_front()
        self._draw_points()
        return self._draw_names()

    def _draw_axes(self) -> None:
        axes, chart = self._axes, self._chart
        left, _, right = chart.heading.partition("\t")
        axes.set_title(visible(left), loc="left", fontweight="bold", fontsize=11, wrap=True)
        axes.set_title(visible(right), loc="right", fontsize=8, color=PALE)
        axes.set_xlabel(title_of(chart.x_title, chart.x_unit) + (", logarithmic" if chart.log_x else ""))
        axes.set_ylabel(title_of(chart.y_title, chart.y_unit) + (", logarithmic" if chart.log_y else ""))
        axes.grid(visible=True, color="#e6e6e6", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        for scale, limits, ticks, minor in (
            (self._across, axes.set_xlim, axes.set_xticks, axes.xaxis), (self._up, axes.set_ylim, axes.set_yticks, axes.yaxis),
        ):  # fmt: skip
            limits(0, 1)
            found = scale.ticks(11)
            ticks([scale.place(tick.value) for tick in found], [tick.text for tick in found])
            minor.set_tick_params(length=3)

    def _place(self, point: Point) -> tuple[float, float]:
        """From 0 to 1: the axes are linear, the scales have done the rest."""
        return self._across.place(point.x), self._up.place(point.y)

    def _draw_front(self) -> None:
        front = [self._place(self._by_id[name]) for name in self._chart.front if name in self._by_id]
        xs, ys = [x for x, _ in front], [y for _, y in front]
        where = "steps-post" if self._chart.smaller_x else "steps-pre"
        self._axes.plot(xs, ys, drawstyle=where, color=INK, linewidth=1.2, linestyle=(0, (4, 2)), zorder=2, label="_front")

    def _draw_points(self) -> None:
        """Every point on its own, so that an SVG can name it (of many only those of the front); the front last, larger and filled."""
        chart = self._chart
        grouped = bool(chart.group_title) or len({point.group for point in chart.points}) > 1
        _, places = groups_of(chart, len(MARKERS))
        front = set(chart.front)
        bundles: dict[tuple[bool, int, int], list[tuple[float, float]]] = {}
        for number, point in enumerate(chart.points):
            alone = number if point.id in front or len(chart.points) <= MOST_NAMED else -1
            bundles.setdefault((point.id in front, places[point.group], alone), []).append(self._place(point))
        for (on_front, place, number), spots in sorted(bundles.items(), key=lambda bundle: bundle[0][0]):
            marker, color = (MARKERS[place], COLORS[place]) if grouped else ("D" if on_front else "o", FRONT)
            filled = on_front or (grouped and marker != ".")
            self._axes.plot(
                [x for x, _ in spots], [y for _, y in spots], marker=marker,
                markersize=7 if on_front else 5, linestyle="none", zorder=4 if on_front else 3,
                markerfacecolor=color if filled else "none", markeredgecolor=INK if on_front else color,
                markeredgewidth=0.9 if on_front else 0.7, alpha=1.0 if on_front else 0.8, gid=f"point-{number}" if number >= 0 else None,
            )  # fmt: skip
        self._draw_legend(grouped=grouped)

    def _draw_legend(self, *, grouped: bool) -> None:
        from matplotlib.lines import Line2D

        chart = self._chart
        entries: list[tuple[Any, str]] = []
        if grouped:
            groups, _ = groups_of(chart, len(MARKERS))
            for place, group in enumerate(groups):
                style: dict[str, Any] = {"markeredgecolor": INK, "markeredgewidth": 0.5, "markersize": 6}
                entries.append(
                    (
                        Line2D([], [], linestyle="none", marker=MARKERS[place], color=COLORS[place], **style),
                        f"{_short(group.name)} ({group.points})",
                    )
                )
        elif chart.front:
            mark = Line2D([], [], linestyle="none", marker="D", color=FRONT, markeredgecolor=INK)
            entries.append((mark, "on the Pareto front: nothing beats it in both"))
        if chart.line:
            entries.append((Line2D([], [], color=INK, linewidth=1.2, linestyle=(0, (4, 2))), "Pareto front"))
        if not entries:
            return
        columns = 4 if max(len(name) for _, name in entries) < 24 else 3
        legend = self._figure.legend(
            [mark for mark, _ in entries], [str(number) for number in range(len(entries))], loc="outside lower center",
            ncols=min(columns, len(entries)), frameon=False, fontsize=8, title=visible(chart.group_title) or None, title_fontsize=8,
        )  # fmt: skip
        for text, (_, name) in zip(legend.get_texts(), entries, strict=True):
            text.set_text(visible(name))  # set afterwards: a label that starts with _ would be left out

    def _draw_names(self) -> list[str]:
        """The names of the points that matter, measured and put where they cover nothing; those that found no place."""
        named = [self._by_id[name] for name in self._chart.labels if name in self._by_id]
        self._canvas.draw()  # settles the layout, so that places in pixels stand
        self._figure.set_layout_engine("none")
        sizes = []
        for point in named:
            probe = self._axes.text(0, 0, _short(point.label), fontsize=8)
            extent = probe.get_window_extent()
            sizes.append((extent.width, extent.height))
            probe.remove()
        area = self._axes.get_window_extent()
        whole = Box(area.x0, -area.y1, area.x1, -area.y0)
        anchors = [self._mark(point) for point in named]
        ids = {point.id for point in named}
        others = list(dict.fromkeys(self._mark(point) for point in self._chart.points if point.id not in ids))
        boxes = place_labels(anchors, sizes, [*others, *self._line_boxes()], whole, (3, 2))
        pixels = self._axes.transData.inverted()
        for point, box in zip(named, boxes, strict=True):
            if box is not None:
                self._lead(self._mark(point), box)
                x, y = pixels.transform((box.left, -box.bottom))
                text = self._axes.text(x, y, _short(point.label), fontsize=8, verticalalignment="bottom", zorder=6)
                text.set_bbox({"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6})
        return [_short(point.label) for point, box in zip(named, boxes, strict=True) if box is None]

    def _lead(self, mark: Box, box: Box) -> None:
        """A thin line from a mark to a name that doesn't stand right beside it."""
        if mark.distance(box) <= _BESIDE:
            return
        x, y = (mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2
        ends = [(x, -y), (min(max(x, box.left), box.right), -min(max(y, box.top), box.bottom))]
        places = self._axes.transData.inverted().transform(ends)
        self._axes.plot(places[:, 0], places[:, 1], color=PALE, linewidth=0.6, zorder=2)

    def _mark(self, point: Point) -> Box:
        """The pixels of a point's mark, counted from above."""
        x, y = self._axes.transData.transform(self._place(point))
        left, top = round(float(x)) - 5, -round(float(y)) - 5
        return Box(left, top, left + 10, top + 10)

    def _line_boxes(self) -> list[Box]:
        """Small boxes along the front's line, so that names keep off it."""
        if not self._chart.line:
            return []
        front = [self._axes.transData.transform(self._place(self._by_id[name])) for name in self._chart.front if name in self._by_id]
        boxes = []
        for (x0, y0), (x1, y1) in pairwise(front):
            corner = (x1, y0) if self._chart.smaller_x else (x0, y1)
            for (ax, ay), (bx, by) in (((x0, y0), corner), (corner, (x1, y1))):
                steps = max(1, int(max(abs(bx - ax), abs(by - ay)) // 4))
                places = ((ax + (bx - ax) * step / steps, ay + (by - ay) * step / steps) for step in range(steps + 1))
                boxes += [Box(x - 2, -y - 2, x + 2, -y + 2) for x, y in places]
        return boxes

    def png(self) -> bytes:
        """The picture in pixels."""
        file = io.BytesIO()
        self._figure.savefig(file, format="png", dpi=DOTS, metadata={"Software": "vlmctl"})
        return file.getvalue()

    def svg(self) -> bytes:
        """The picture in lines; text stays text, and every point has a title that browsers show."""
        file = io.StringIO()
        self._figure.savefig(file, format="svg", metadata={"Date": None, "Creator": "vlmctl"})
        points = self._chart.points
        text = re.sub(
            r'<g id="point-(\d+)">',
            lambda mark: f"{mark[0]}<title>{_escaped(_told(self._chart, points[int(mark[1])]))}</title>",
            file.getvalue(),
        )
        return text.encode("utf-8", "replace")


def _short(name: str) -> str:
    shown = visible(name)
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1].rstrip() + "…"


def _told(chart: Chart, point: Point) -> str:
    """What a point shows when it is pointed at."""
    x = point.stated if point.stated is not None else human(point.x, chart.x_kind)
    told = f"{point.label}: {chart.x_title} {x}, {chart.y_title} {human(point.y, chart.y_kind)}"
    return visible(f"{told} ({point.group})" if point.group else told)


def _escaped(text: str) -> str:
    from html import escape

    return escape(visible(text), quote=True)


def _page(chart: Chart, svg: bytes) -> bytes:
    """A page with the picture and a table of its points."""
    table = chart_table(chart)
    columns = [column for column in table.columns if not column.machine]
    head = "".join(f"<th>{_escaped(column.title)}</th>" for column in columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_escaped(human(row.get(column.key), column.kind, ''))}</td>" for column in columns) + "</tr>\n"
        for row in sorted(table.rows, key=lambda row: -row["y"])
    )
    title = _escaped(chart.heading.replace("\t", " · "))
    drawing = svg.decode().partition("<svg")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>\nbody {{ font: 14px sans-serif; margin: 2em auto; max-width: 70em; color: {INK}; }}\n"
        "svg { max-width: 100%; height: auto; }\ntable { border-collapse: collapse; margin-top: 1em; }\n"
        "th, td { text-align: left; padding: 0.15em 1em 0.15em 0; border-bottom: 1px solid #ddd; }\n</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n{drawing[1]}{drawing[2]}\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</body>\n</html>\n"
    ).encode("utf-8", "replace")
