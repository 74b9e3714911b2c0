"""Results with hard values: what every format must get right. Seen by the golden files and by the unit tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.results import Card, Cell, Chart, Column, Fact, Facts, Point, Prose, Result, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

HOSTILE = "a\x1b[31mred\x1b]0;title\x07\x9b2J\u202e\u200e\x00\r\n\tz"
"""Escape sequences, a turned reading direction, control characters."""

_TEXTS = [
    "plain",
    "中文模型，视觉语言",
    "pipe | quote \" ' comma , semicolon ;",
    "line one\nline two\ttabbed",
    r"back\slash \n \t",
    "\x1b[31mred\x1b[0m \x9b2J \x07",
    "[bold]x[/bold] [link=https://evil.example]y[/link]",
    ":smile: :warning:",
    "right\u200fto\u202eleft שלום",
    "*a* _b_ `c` <script>alert(1)</script> ~d~ [e](f) &amp; snake_case",
    "# not a heading",
    "👩👧 e\u0301 ﬁ",
    "",
    None,
]


def hard_table() -> Table:
    """A row for each hard text, with hard numbers beside it."""
    scores = [70, 70.0, 0, 0.0, -3.5, 54.25, 1440.5, 1e-7, 80.78, None, 5, 100, 12.125, None]
    params = [
        1_700_000_000,
        450_000_000,
        0,
        None,
        72_000_000_000,
        1,
        8_500_000_000,
        999,
        1000,
        3_000_000_000,
        None,
        2_900_000_000,
        13_000_000_000,
        None,
    ]
    sizes = [8_123_456_789, 0, None, 512_000_000, 24_000_000_000, None, 1, 2, 3, 4, 5, 6, 7, 8]
    lists = [[], ["a"], ["a", "b, c"], None, ["中文", "x|y"], *([["one", "two"]] * 9)]
    rows = [
        {
            "id": f"model-{number}",
            "name": text or f"Model {number}",
            "score": Cell(score, "?" if number % 4 == 1 else "", strong=number == 6) if number % 2 else score,
            "params": params[number],
            "size": sizes[number],
            "moe": [True, False, None][number % 3],
            "released": ["2024", "2024-05", "2024-05-10", None][number % 4],
            "tags": lists[number],
            "note": text,
            "long": "Llama-3.1-70B-Instruct " * 12 if number == 0 else "short",
            "hint": "" if number % 5 else "a note",
            "extra": {"only": ["in", "JSON", number]},
        }
        for number, (text, score) in enumerate(zip(_TEXTS, scores, strict=True))
    ]
    columns = [
        Column("id", "Id", importance=5, machine=True),
        Column("name", "Model", importance=0),
        Column("params", "Params", "count", importance=10),
        Column("score", "Score", "number", importance=0),
        Column("size", "Memory", "bytes", importance=40),
        Column("moe", "MoE", "flag", importance=60),
        Column("released", "Released", "date", importance=30),
        Column("tags", "Tags", "list", importance=55),
        Column("note", "Note | text", importance=50, shrinks=True),
        Column("long", "Long text", importance=45, shrinks=True),
        Column("hint", "", human=True, importance=70),
    ]
    legend = [("?", "the source names no split"), ("◂", "better: occurs nowhere here")]
    return Table(columns, rows, heading="Hard values · all kinds\t14 of 14 models", legend=legend, notes=["2 more elsewhere"])


_RANKED = [
    (None, "PaLI-3 5B", 5_000_000_000, "UL2 3B", 80.78, "", "task-finetuned"),
    (1, "MiniCPM-Llama3-V 2.5", 8_500_000_000, "Llama-3-8B-Instruct", 76.6, "", ""),
    (2, "CogAgent-VQA", 18_000_000_000, "Vicuna-7B-v1.5", 76.1, "?", ""),
    (3, "MGM-34B-HD", 34_000_000_000, "Nous-Hermes-2-Yi-34B", 74.1, "", ""),
    (3, "MiniCPM-V 2.0", 2_800_000_000, "MiniCPM-2.4B", 74.1, "", ""),
    (5, "MobileVLM V2 1.7B", 1_700_000_000, "MobileLLaMA 1.4B Chat", 52, "?", ""),
    (6, "Bunny-v1.0-3B", None, "Phi-2", None, "", ""),
]


def grouped_table() -> Table:
    """A ranking by size class."""
    classes = ["up to 3B", "3B to 8B", "over 8B"]
    rows = [
        {
            "class": name,
            "rank": rank,
            "id": model.lower().replace(" ", "-"),
            "model": Cell(model, link="https://example.org/" + model.replace(" ", "-")),
            "params": params,
            "language_model": language_model,
            "encoder": "SigLIP SO400M/14@384",
            "connector": "MLP",
            "released": "2024-05-20",
            "value": Cell(value, mark),
            "reason": reason,
        }
        for name in classes
        for rank, model, params, language_model, value, mark, reason in _RANKED[: 2 + len(name) % 5]
    ]
    columns = [
        Column("class", "Size", importance=0),
        Column("rank", "#", "number", importance=0),
        Column("id", "Id", machine=True),
        Column("model", "Model", importance=0),
        Column("params", "Params", "count", importance=10),
        Column("language_model", "Language model", importance=20, shrinks=True),
        Column("encoder", "Vision encoder", importance=40, shrinks=True),
        Column("connector", "Connector", importance=45),
        Column("released", "Released", "date", importance=50),
        Column("value", "TextVQA", "number", importance=0),
        Column("reason", "", human=True, importance=5),
    ]
    legend = [("–", "not ranked, for the reason beside it"), ("?", "the source names no split; taken for val")]
    heading = "TextVQA · val · VQA accuracy, % · higher is better\t45 of 94 models have it"
    return Table(columns, rows, heading=heading, legend=legend, group="class")


def ranked_table() -> Table:
    """The same without groups."""
    table = grouped_table()
    rows = [dict(row) for row in table.rows[:9]]
    return Table(table.columns[1:], rows, heading=table.heading, legend=table.legend)


_FAMILY = [
    "LLaVA-OneVision-0.5B",
    "LLaVA-OneVision-7B",
    "LLaVA-OneVision-72B",
    "Imp-v1.5-3B-phi2",
    "MobileVLM V2 1.7B",
    "InternVL-Chat-V1.5 26B",
]


def matrix(models: int = 6) -> Table:
    """Models side by side: facts, then benchmarks."""
    names = _FAMILY[:models]
    facts: list[tuple[str, Sequence[object]]] = [
        ("Parameters", [Cell(n * 10**8, kind="count") for n in (9, 80, 727, 30, 17, 260)]),
        ("Language model", ["Qwen2-0.5B", "Qwen2-7B", "Qwen2-72B", "Phi-2", "MobileLLaMA 1.4B Chat", "InternLM2-Chat-20B"]),
        ("Vision encoder", ["SigLIP SO400M/14@384"] * 4 + ["CLIP ViT-L/14@336", "InternViT-6B-448px-V1.5"]),
        ("Visual tokens", [Cell(t, "◂" if t == 144 else "", strong=t == 144, kind="count") for t in (729, 729, 729, 729, 144, 256)]),
        ("Weights license", ["Apache-2.0", "Apache-2.0", "Tongyi Qianwen", "Apache-2.0", "Apache-2.0", None]),
    ]
    scores: list[tuple[str, str, list[float | None]]] = [
        ("TextVQA", "val", [65.9, 78.3, 80.5, 59.8, 52.1, 80.6]),
        ("GQA", "test-dev", [58.0, 62.2, None, 63.5, 59.3, 65.7]),
        ("MME", "perception", [1238, 1580, 1699.3, 1446.4, 1302.8, 1658.42]),
        ("MMBench", "EN dev", [52.1, 80.8, 85.9, 72.9, 57.7, 82.2]),
    ]
    rows: list[dict[str, object]] = [
        {"part": 1, "field": field, "what": "", **dict(zip(names, values, strict=False))} for field, values in facts
    ]
    for field, what, values in scores:
        best = max(value for value in values[:models] if value is not None)
        cells = [Cell(value, "◂" if value == best else "", strong=value == best, kind="number") for value in values]
        cells[3] = Cell(cells[3].value, "≠", kind="number") if field == "GQA" else cells[3]
        rows.append({"part": 2, "field": field, "what": what, **dict(zip(names, cells, strict=False))})
    columns = [Column("field", "", importance=0), Column("what", "", importance=0), *(Column(name, name) for name in names)]
    legend = [("◂", "best"), ("≠", "another split: can't be compared"), ("~", "within the benchmark's own noise")]
    return Table(columns, rows, legend=legend, group="part", blocks=True, name="field", heading=f"{models} models side by side")


def card() -> Card:
    """A card with facts, prose and a table."""
    facts = Facts(
        [
            Fact("organizations", "Organizations", ["Meituan", "Zhejiang University"], "list"),
            Fact("released", "Released", "2024-02-06", "date"),
            Fact("params", "Parameters", 1_700_000_000, "count"),
            Fact("memory", "Memory at fp16", 3_400_000_000, "bytes"),
            Fact("moe", "Mixture of experts", value=False, kind="flag"),
            Fact("visual_tokens", "Visual tokens", Cell(144, "◂", strong=True), "number"),
            Fact("active", "Active parameters", None, "count"),
            Fact("code", "Code", "https://github.com/Meituan-AutoML/MobileVLM/tree/main/a/long/path/that/stays/in/one/piece", "link"),
            Fact("unsafe", "Unsafe link", "javascript:alert(1)", "link"),
            Fact("hostile", "Hostile [b]", HOSTILE),
            Fact(
                "detail",
                "High resolution",
                "Images are split into up to four tiles of 336×336 and a thumbnail; each gives 144 visual tokens. " * 2,
            ),
        ]
    )
    prose = Prose(
        ["A small model. " * 12, "中文摘要：轻量级视觉语言模型，适合移动设备。" * 4, "1. not a list", "# no heading"],
        title="Summary",
        key="summary",
    )
    bullets = Prose(
        ["LDPv2, a connector with fewer tokens", "- a dash of its own | and a pipe", HOSTILE],
        title="Contributions",
        key="contribution",
        bullets=True,
    )
    table = Table(
        [
            Column("benchmark", "Benchmark", importance=0),
            Column("split", "Split", importance=10),
            Column("value", "Score", "number", importance=0),
            Column("where", "Where", importance=30, shrinks=True),
        ],
        [
            {"benchmark": "TextVQA", "split": "val", "value": 52.1, "where": "README, table 1"},
            {
                "benchmark": "MME",
                "split": None,
                "value": Cell(1302.8, "?"),
                "where": "README, table 1, third row, in brackets behind the first figure",
            },
            {"benchmark": "TextVQA", "split": "test", "value": 9, "where": None},
        ],
        heading="Scores\t3 of 12",
        legend=[("?", "the source names no split")],
    )
    heading = "MobileVLM V2 1.7B\tMobileVLM V2"
    data = [
        {
            "id": "mobilevlm-v2-1.7b",
            "params": 1_700_000_000,
            "text": HOSTILE,
            "scores": [{"benchmark": "TextVQA", "value": 52.1}],
            "nan": float("nan"),
        }
    ]
    return Card(heading, [facts, prose, bullets, table], data, name=["mobilevlm-v2-1.7b"], legend=[("◂", "better")])


def chart() -> Chart:
    """Three points."""
    points = [
        Point("a-1b", "A 1B", 1e9, 50.5, "up to 3B", front=True),
        Point("b-3b", "B | 3B", 3e9, 48, "up to 3B"),
        Point("c-8b", "C [8B]", 8_500_000_000, 70.25, "over 8B"),
    ]
    return Chart(points, "Parameters", "TextVQA", "count", log_x=True, heading="TextVQA by size", front=["a-1b", "c-8b"])


def all_results() -> dict[str, Result]:
    """Every result under the name of its golden files."""
    return {
        "hard": hard_table(),
        "ranked": ranked_table(),
        "grouped": grouped_table(),
        "matrix": matrix(),
        "pair": matrix(2),
        "card": card(),
        "chart": chart(),
    }
