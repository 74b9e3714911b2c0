"""Questions with a slip in them, as people type them: each gets a word, the same in whatever form it was asked."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "arguments",
    [
        ["top", "--bench", "TextVQA@vall"],
        ["list", "TextVQA@vall>50"],
        ["list", "--columns", "id,TextVQA@vall"],
        ["list", "--sort", "TextVQA@vall"],
        ["pareto", "--y", "TextVQA", "--x", "TextVQA@vall"],
        ["plot", "--y", "TextVQA@vall"],
        ["list", "--columns", "id,pareto:TextVQA@vall"],
    ],
)
def test_a_split_that_is_not_there(vlmctl: Any, arguments: list[str]) -> None:
    ran = vlmctl(*arguments)
    assert (ran.code, ran.out) == (3, "")
    assert "TextVQA has no split 'vall'" in ran.err
    assert "hint: TextVQA has " in ran.err


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["list", "--family", "mobilevlmm"], "mobilevlm"),
        (["list", "family=mobilevlmm"], "mobilevlm"),
        (["list", "--series", "bunnny"], "Bunny"),
        (["list", "series=bunnny"], "Bunny"),
        (["list", "--license", "mitt"], "MIT"),
        (["list", "license=mitt"], "MIT"),
        (["top", "--bench", "TextVQA", "-w", "params<4B and license!=mitt"], "MIT"),
        (["families", "--license", "apache"], "Apache-2.0"),
        (["scores", "--license", "mitt"], "MIT"),
        (["scores", "evidence=orignal"], "original"),
        (["facets", "llm", "connector=mlpp"], "mlp"),
        (["list", "--org", "=Gogle"], "Google"),
    ],
)
def test_a_name_that_nothing_bears_is_an_error(vlmctl: Any, arguments: list[str], near: str) -> None:
    ran = vlmctl(*arguments)
    assert (ran.code, ran.out) == (3, "")
    assert "hint: did you mean " in ran.err
    assert near in ran.err.partition("did you mean")[2]


@pytest.mark.parametrize(
    ("option", "value", "near"),
    [
        ("org", "microsft", "Microsoft"),
        ("llm", "quen2.5", "qwen2.5"),
        ("encoder", "siglipp", "siglip"),
        ("connector", "resamplerr", "resampler"),
        ("list", "awesme", "awesome-list-of-llm-vlms"),
    ],
)
def test_an_option_names_and_a_tilde_looks_for_a_text(vlmctl: Any, option: str, value: str, near: str) -> None:
    named = vlmctl("list", f"--{option}", value)
    assert (named.code, named.out) == (3, "")
    assert near in named.err.partition("hint: did you mean ")[2].partition("?")[0]
    assert "nothing in the catalog has " in named.err
    asked = [vlmctl("list", f"--{option}", f"~{value}", "--json"), vlmctl("list", f"{option}~{value}", "--json")]
    for ran in asked:
        assert (ran.code, ran.json) == (0, [])
        assert near in ran.err.partition("did you mean ")[2].partition("?")[0]
    assert asked[0].err == asked[1].err
    assert vlmctl("list", f"--{option}", f"!~{value}", "-q").out


def test_a_text_that_something_holds_gets_no_word(vlmctl: Any) -> None:
    for term in ("license~apache", "series~mobile"):
        ran = vlmctl("list", term, "-q")
        assert ran.out
        assert "nothing" not in ran.err
        assert "mean" not in ran.err


def test_a_connector_is_a_kind_or_a_name(vlmctl: Any) -> None:
    counted = {row["value"]: row["models"] for row in vlmctl("facets", "connector", "--json").json}
    assert {row["connector"] for row in vlmctl("list", "--connector", "MLP", "--json").json} == {"mlp"}
    assert len(vlmctl("list", "--connector", "mlp", "-q").out.split()) == counted["mlp"]
    assert len(vlmctl("list", "--connector", "mlp,linear", "-q").out.split()) == counted["mlp"] + counted["linear"]
    named = vlmctl("list", "--connector", "LDPv2", "-q").out.split()
    assert set(named) >= {"mobilevlm-v2-1.7b"}
    assert {row["connector"] for row in vlmctl("list", "--connector", "ldp", "--json").json} == {"ldp"}
    assert {row["connector"] for row in vlmctl("list", "--connector", "pixel shuffle", "--json").json} == {"mlp"}
    assert vlmctl("list", "--connector", "~mpl", "-q").out, "a part of resampler"
    wrong = vlmctl("list", "--connector", "mpl")
    assert (wrong.code, wrong.out) == (3, "")
    assert "did you mean mlp" in wrong.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["scores", "mgm-7b"], "mgm-7b is a model: --model mgm-7b, or the term name=mgm-7b"),
        (["scores", "mgm"], "it begins the names of several models: --model NAME, or the term name~mgm"),
        (["top", "--bench", "TextVQA", "imp-v1.5"], "imp-v1.5 is a family: --family imp-v1.5, or the term family=imp-v1.5"),
        (["list", "mit"], "mit is a license: --license MIT, or the term license=MIT"),
        (["list", "google"], "to look for a maker, write --org google, or the term org~google"),
        (["list", "clip"], "it begins the names of several vision encoders: --encoder clip, or the term encoder~clip"),
        (["list", "phi-2"], "phi-2 is a language model: --llm phi-2, or the term llm=phi-2"),
    ],
)
def test_a_name_given_as_a_term(vlmctl: Any, arguments: list[str], hint: str) -> None:
    ran = vlmctl(*arguments)
    assert ran.code == 2
    assert f"hint: {hint}\n" in ran.err


def test_a_name_that_benchmarks_begin_with_may_be_another_things(vlmctl: Any) -> None:
    ran = vlmctl("list", "llava")
    assert ran.code == 3
    assert "hint: name one of them; llava is a family: --family llava-v1, or the term family=llava-v1\n" in ran.err


def test_commercial_is_asked_like_a_flag(vlmctl: Any) -> None:
    wanted = vlmctl("list", "--commercial", "--json").json
    assert wanted
    assert vlmctl("list", "commercial", "--json").json == vlmctl("list", "commercial=yes", "--json").json == wanted
    open_ones = vlmctl("list", "open", "--json").json
    for spelling in ("open=1", "open=yes", "open=true", "not open=0"):
        assert vlmctl("list", spelling, "--json").json == open_ones, spelling
    refused = vlmctl("list", "commercial=no")
    assert refused.code == 2
    assert "not commercial" in refused.err


def test_fractions_are_told_of(vlmctl: Any) -> None:
    assert "TextVQA is scored 0 to 100; did you mean 55?" in vlmctl("list", "TextVQA>0.55", "-q").err
    assert "OCRBench is scored 0 to 1000; did you mean 800?" in vlmctl("top", "--bench", "MMMU", "OCRBench>0.8", "-q").err
    assert "is scored" not in vlmctl("list", "TextVQA>55", "OCRBench>800", "-q").err


@pytest.mark.parametrize("pair", [("--moe", "--no-moe"), ("--closed", "--open")])
def test_opposite_flags_are_refused(vlmctl: Any, pair: tuple[str, str]) -> None:
    ran = vlmctl("list", *pair)
    assert (ran.code, ran.out) == (2, "")
    assert "contradict each other" in ran.err
    assert vlmctl("list", pair[0], pair[0], "-q").code == 0


@pytest.mark.parametrize("command", [["list"], ["top", "--bench", "TextVQA"], ["families"], ["scores"], ["pareto", "--y", "TextVQA"]])
def test_conditions_that_exclude_each_other(vlmctl: Any, command: list[str]) -> None:
    ran = vlmctl(*command, "--params", "..4B", "--params", "7B..", "--json")
    assert (ran.code, ran.json) == (0, [])
    assert "params=..4B and params=7B.. exclude each other: " in ran.err
    assert "exclude" not in vlmctl(*command, "--params", "..4B", "--params", "1B..", "-q").err


def test_both_ends_of_the_memory_are_one_fact_to_lack(vlmctl: Any) -> None:
    ran = vlmctl("list", "memory<9GB", "memory_low<8GB", "--columns", "id,memory,memory_low")
    assert ran.err.count("too little to estimate their memory") == 1


def test_quiet_prints_ids_and_tells_only_of_ids(vlmctl: Any) -> None:
    ran = vlmctl("bench", "show", "TextVQA", "-q")
    assert (ran.code, ran.out, ran.err) == (0, "textvqa\n", "")
    assert "ranked below" in vlmctl("bench", "show", "TextVQA").err
    front = vlmctl("pareto", "--y", "TextVQA", "-q")
    assert "beaten" not in front.err
    cut = vlmctl("pareto", "--y", "TextVQA", "-q", "--limit", "2")
    assert cut.out.splitlines() == front.out.splitlines()[:2]
    assert f"nothing beats {len(front.out.splitlines()) - 2} more (--limit 0 shows all)" in cut.err
    whole = vlmctl("pareto", "--y", "TextVQA", "--limit", "2", "--json").json
    assert [row["id"] for row in whole if row["pareto"]] == front.out.splitlines()
    assert sum(not row["pareto"] for row in whole) == 2
    assert "more models match (--limit 0 shows all)" in vlmctl("list", "-q", "-n", "1").err


def test_pareto_has_columns(vlmctl: Any) -> None:
    ran = vlmctl("pareto", "--y", "TextVQA", "--columns", "id,license,value", "--limit", "1")
    assert ran.out.splitlines()[0] == "id\tlicense\tvalue"
    assert vlmctl("pareto", "--y", "TextVQA", "--columns", "nosuch").code == 2


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["compare", "mgm-7b", "--sort", "params"], "list, scores, families and bench list have --sort, compare has not"),
        (["facets", "llm", "--sort", "params"], "list, scores, families and bench list have --sort, facets has not"),
        (["list", "--image-size", "336"], "write it as a term: 'image_size=VALUE'"),
        (["scores", "--split", "val"], "write it as a term: 'split=VALUE'"),
        (["list", "--bnech", "x"], "benchmarks and other fields are terms, as in 'TextVQA>=60'; see vlmctl list --help"),
        (["list", "--colums", "id"], "did you mean --columns or --color?"),
        (["show", "mgm-7b", "--limit", "3"], "list, top, pareto and 7 more commands have --limit, show has not"),
        (["show", "mgm-7b", "--qqq"], "see vlmctl show --help"),
        (["list", "-z"], "see vlmctl list --help"),
    ],
)
def test_an_option_that_a_command_does_not_have(vlmctl: Any, arguments: list[str], hint: str) -> None:
    ran = vlmctl(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert f"hint: {hint}\n" in ran.err


def test_compare_what_matches(vlmctl: Any) -> None:
    named = vlmctl("list", "--params", "..1B", "TextVQA>=65", "-q").out.split()
    assert 1 < len(named) <= 20
    compared = vlmctl("compare", "--params", "..1B", "-w", "TextVQA>=65", "--json").json
    assert compared == vlmctl("compare", *named, "--json").json
    several = vlmctl("compare", "imp-v1.5", "perception-lm", "-w", "params<4B", "-q")
    assert "none of the 3 models of perception-lm matches" in several.err
    assert "3 models state no parameter count" in several.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "compare needs models: their names, or conditions\nhint: as in vlmctl compare "),
        (["-w", "params<0.1B"], "nothing to compare: no model matches params<0.1B\nhint: "),
        (["--params", "..4B", "--params", "7B.."], "exclude each other"),
        (["mgm-7b", "TextVQA>70"], "TextVQA>70 is a condition, and names of models stand here\nhint: write -w 'TextVQA>70'"),
        (["-w", "params<4B"], "at most 20 are compared without being named\nhint: narrow the conditions"),
        (["mgm-7b", "-w", "params<4B"], "nothing is left to compare: mgm-7b doesn't match params<4B\nhint: "),
        (["imp-v1.5", "-w", "params>900B"], "none of the 4 models of imp-v1.5 matches params>900B\nhint: loosen the conditions"),
    ],
)
def test_nothing_to_compare_says_why(vlmctl: Any, arguments: list[str], says: str) -> None:
    ran = vlmctl("compare", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


@pytest.mark.parametrize("key", ["id", "name", "series", "organizations", "released", "models", "min_params", "license", "lists", "scores"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_families_in_any_order(vlmctl: Any, key: str, sign: str) -> None:
    rows = vlmctl("families", "--sort", f"{sign}{key}", "--json").json
    values = [", ".join(row[key]) if isinstance(row[key], list) else row[key] for row in rows]
    known = [value.casefold() if isinstance(value, str) else value for value in values if value not in (None, "")]
    assert known == sorted(known, reverse=bool(sign))
    assert all(value in (None, "") for value in values[len(known) :]), "what isn't known comes last"


def test_families_and_benchmarks_by_several_keys(vlmctl: Any) -> None:
    rows = vlmctl("families", "--sort", "license,-models", "--json").json
    pairs = [((row["license"] or "\U0010ffff").casefold(), -row["models"]) for row in rows]
    assert pairs == sorted(pairs)
    assert rows == vlmctl("families", "--sort", "license", "--sort", "-models", "--json").json
    benchmarks = vlmctl("bench", "list", "--sort", "task,-models", "--json").json
    pairs = [(row["task"], -row["models"]) for row in benchmarks]
    assert pairs == sorted(pairs)
    unbounded = vlmctl("bench", "list", "--sort", "-max", "--json").json
    assert [row["max"] for row in unbounded][-1] is None
    assert vlmctl("bench", "list", "--sort", "nosuch").code == 2


def test_benchmarks_of_a_task_or_name(vlmctl: Any) -> None:
    ran = vlmctl("bench", "list", "--task", "documen")
    assert (ran.code, ran.out) == (3, "")
    assert "hint: did you mean document?" in ran.err
    assert vlmctl("bench", "list", "--task", "Document", "-q").out
    ran = vlmctl("bench", "list", "texxtvqa", "--json")
    assert (ran.code, ran.json) == (0, [])
    assert "no benchmark matches; did you mean textvqa" in ran.err


def test_no_limit_shows_the_whole_ranking_of_a_benchmark(vlmctl: Any) -> None:
    whole = vlmctl("bench", "show", "TextVQA", "--limit", "0", "--json")
    assert len(whole.json["top"]) == len(vlmctl("top", "--bench", "TextVQA", "--limit", "0", "--json").json)
    assert "--limit 0" not in whole.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["top", "TextVQA"], "as in vlmctl top --bench TextVQA"),
        (["why", "mgm-7b"], "as in vlmctl why mgm-7b mme"),
        (["show"], "as in vlmctl show imp-v1.5-3b-phi2"),
    ],
)
def test_what_is_missing_is_shown_by_an_example(vlmctl: Any, arguments: list[str], hint: str) -> None:
    ran = vlmctl(*arguments)
    assert ran.code == 2
    assert f"hint: {hint}\n" in ran.err


def test_a_star_is_no_wildcard(vlmctl: Any) -> None:
    assert "* is no wildcard" in vlmctl("list", "name~*7b*").err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["facets", "size", "--borders", "1,2"], "--borders 1,2: 1 has no unit\nhint: write 1B or 1M"),
        (["top", "--bench", "TextVQA", "--by-size", "--borders", "500M,4"], "--borders 500M,4: 4 has no unit"),
        (["top", "--bench", "TextVQA", "--by-size", "--borders", "4,8"], "--borders 4,8: 4 has no unit"),
        (["facets", "llm", "--borders", "1B"], "--borders goes with the field size"),
    ],
)
def test_borders_without_a_unit_or_a_use(vlmctl: Any, arguments: list[str], says: str) -> None:
    ran = vlmctl(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


@pytest.mark.parametrize(
    ("arguments", "header"),
    [
        (["top", "--bench", "TextVQA", "--columns", "Rank,ID,Value,Split-Assumed"], "rank\tid\tvalue\tsplit_assumed"),
        (["top", "--bench", "TextVQA", "--columns", "ID,Pareto"], "id\tpareto"),
        (["top", "--bench", "TextVQA", "--bench", "MMMU", "--columns", "ID,Rank,Score,textvqa"], "id\trank\tscore\tTextVQA"),
        (["pareto", "--y", "TextVQA", "--columns", "ID,Beaten-By,X"], "id\tbeaten_by\tx"),
        (["scores", "--columns", "Model,Value,Counted-Split"], "model\tvalue\tcounted_split"),
    ],
)
def test_columns_whatever_their_case(vlmctl: Any, arguments: list[str], header: str) -> None:
    ran = vlmctl(*arguments, "--limit", "1")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == header


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["top", "--bench", "TextVQA", "--columns", "rnk"], "rank"),
        (["top", "--bench", "TextVQA,MMMU", "--columns", "scor"], "score"),
        (["pareto", "--y", "TextVQA", "--columns", "beaten"], "beaten_by"),
        (["scores", "--columns", "evidnce"], "evidence"),
    ],
)
def test_an_unknown_column_is_told_with_the_tables_own(vlmctl: Any, arguments: list[str], near: str) -> None:
    ran = vlmctl(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert near in ran.err.partition("did you mean ")[2].partition("?")[0]
    assert "columns of this table: " in ran.err


def test_superseded_figures_are_told_beside_chosen_columns(vlmctl: Any) -> None:
    rows = vlmctl("scores", "status=superseded", "--columns", "model,value", "--json").json
    assert rows
    assert {row["status"] for row in rows} == {"superseded"}
    assert list(vlmctl("scores", "--columns", "model", "--limit", "1", "--json").json[0]) == ["model"]


def test_bounds_given_again_must_all_hold(vlmctl: Any) -> None:
    def count(*options: str) -> int:
        return len(vlmctl("list", "-q", *options).out.split())

    assert 0 < count("--released", ">=2024-02", "--released", "<2024-05") == count("-w", "released>=2024-02 and released<2024-05")
    assert count("--params", "2B", "--params", "4B") == count("--params", "2B,4B") > 0
    assert (
        count("--max-params", "4B", "--max-params", "2B") == count("--max-params", "2B", "--max-params", "4B") == count("--params", "..2B")
    )


@pytest.mark.parametrize(
    "question",
    [["top", "--bench", "TextVQA"], ["top", "--bench", "TextVQA", "--bench", "GQA"], ["search", "model"], ["pareto", "--y", "GQA"]],
)
def test_machines_get_all_rows_unless_told_otherwise(vlmctl: Any, question: list[str]) -> None:
    whole = vlmctl(*question, "--limit", "0", "--json").json
    assert len(whole) > 20
    assert vlmctl(*question, "--json").json == whole
    assert "--limit" not in vlmctl(*question, "--json").err
    assert vlmctl(*question).out.count("\n") == len(whole) + 1, "a pipe"
    assert "(--limit 0 " in vlmctl(*question, "--format", "table").err
    assert len(vlmctl(*question, "-q").out.split()) > 20 or question[0] == "pareto"
    assert len(vlmctl(*question, "--limit", "3", "--json").json) < len(whole)


def test_a_limit_holds_for_unranked_rows_alone(vlmctl: Any) -> None:
    ran = vlmctl("top", "--bench", "VizWiz", "--split", "unstated", "--limit", "4", "--json")
    assert len(ran.json) == 4
    assert "more are not ranked (--limit 0 shows all)" in ran.err
    assert vlmctl("top", "--bench", "VizWiz", "--split", "unstated", "--format", "table").out.startswith("VizWiz-VQA · split not stated · ")


def test_ids_of_a_ranking_are_ranked_ones(vlmctl: Any) -> None:
    question = ["top", "--bench", "TextVQA", "--list", "awesome-list-of-llm-vlms"]
    rows = vlmctl(*question, "--json").json
    ran = vlmctl(*question, "-q")
    assert ran.out.split() == [row["id"] for row in rows if row["rank"]]
    assert "not ranked (shown without -q)" in ran.err


def test_conditions_are_no_names(vlmctl: Any) -> None:
    for command in (["show", "params<4B"], ["memory", "TextVQA>70"], ["why", "TextVQA>70", "TextVQA"]):
        ran = vlmctl(*command)
        assert (ran.code, ran.out) == (3, "")
        assert "hint: a condition goes to vlmctl list, or behind -w where there is one" in ran.err


def test_quiet_compare_tells_only_of_models(vlmctl: Any) -> None:
    ran = vlmctl("compare", "imp-v1.5", "--pick", "best", "-q")
    assert ran.err == "imp-v1.5: imp-v1.5-4b-phi3, the best of 4 (--pick all shows them)\n"


def test_the_column_pareto_in_every_spelling(vlmctl: Any) -> None:
    plain = vlmctl("top", "--bench", "TextVQA", "--columns", "id,pareto", "--json")
    assert any(row["pareto"] for row in plain.json)
    for spelling in ("Pareto", "pareto:textvqa", "PARETO:TextVQA"):
        assert vlmctl("top", "--bench", "TextVQA", "--columns", f"id,{spelling}", "--json").json == plain.json
    other = vlmctl("top", "--bench", "TextVQA", "--columns", "id,pareto:MMMU")
    assert (other.code, other.out) == (2, "")
    assert "hint: vlmctl list --columns id,pareto:MMMU" in other.err
    listed = vlmctl("list", "--columns", "id,Pareto:TextVQA", "--json").json
    front = {row["id"] for row in plain.json if row["pareto"]}
    assert {row["id"] for row in listed if row["Pareto:TextVQA"]} == front


@pytest.mark.parametrize("arguments", [["list", "--sort", "pareto"], ["list", "pareto=yes"], ["list", "-w", "not Pareto:TextVQA"]])
def test_the_mark_is_no_field(vlmctl: Any, arguments: list[str]) -> None:
    ran = vlmctl(*arguments)
    assert ran.code == 2
    assert "pareto is a column of list and top, not a field" in ran.err


@pytest.mark.parametrize("command", [["top", "--bench", "TextVQA"], ["pareto", "--y", "TextVQA"]])
def test_a_ranking_has_its_order(vlmctl: Any, command: list[str]) -> None:
    ran = vlmctl(*command, "--sort", "params")
    assert ran.code == 2
    assert "hint: a ranking has its own order; vlmctl list --sort" in ran.err
