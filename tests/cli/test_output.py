"""How answers are printed: formats, pipes, files, colors."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import run_cli

COMMAND = [sys.executable, "-m", "vlmctl"]


def in_terminal(*arguments: str, columns: int = 80, **environment: str) -> str:
    """What a command line prints on a terminal of that width, stderr included."""
    leader, follower = pty.openpty()
    env = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm-256color", **environment}
    process = subprocess.Popen([*COMMAND, *arguments], stdin=follower, stdout=follower, stderr=follower, env=env)
    os.close(follower)
    parts = []
    while True:
        ready, _, _ = select.select([leader], [], [], 30)
        try:
            part = os.read(leader, 65536) if ready else b""
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    process.wait(30)
    os.close(leader)
    return b"".join(parts).decode().replace("\r\n", "\n")


def test_a_pipe_gets_tsv_with_a_header_and_whole_values() -> None:
    ran = run_cli("list", "--series", "MobileVLM")
    header, *rows = [line.split("\t") for line in ran.out.splitlines()]
    assert header[:3] == ["id", "name", "family"]
    models = run_cli("list", "--series", "MobileVLM", "--json").json
    assert [row[0] for row in rows] == [model["id"] for model in models]
    assert [row[header.index("params")] for row in rows] == [str(model["params"]) for model in models]


@pytest.mark.parametrize(
    "command", [["list", "--limit", "7"], ["top", "-b", "MME", "--limit", "7"], ["scores", "--limit", "7"], ["bench", "list"]]
)
def test_formats_agree(command: list[str]) -> None:
    records = run_cli(*command, "--json").json
    lines = run_cli(*command, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        for key, text in row.items():
            value = record[key]
            if isinstance(value, bool):
                assert text == str(value).lower()
            elif isinstance(value, list):
                assert next(csv.reader([text], skipinitialspace=True), []) == value  # elements with commas are quoted
            elif not isinstance(value, dict):
                assert text == ("" if value is None else str(value))


def test_no_header_and_quiet_and_columns() -> None:
    plain = run_cli("list", "--series", "Imp", "--columns", "id,params,TextVQA").out.splitlines()
    assert plain[0] == "id\tparams\tTextVQA"
    assert run_cli("list", "--series", "Imp", "--columns", "id,params,TextVQA", "--no-header").out.splitlines() == plain[1:]
    assert run_cli("list", "--series", "Imp", "-q").out.splitlines() == [line.split("\t")[0] for line in plain[1:]]
    assert list(run_cli("list", "--series", "Imp", "--columns", "id,TextVQA", "--json").json[0]) == ["id", "TextVQA", "assumed", "modes"]
    assert list(run_cli("list", "--series", "Imp", "--columns", "id,params", "--json").json[0]) == ["id", "params"]


def test_head_ends_quietly() -> None:
    done = subprocess.run(
        f"{sys.executable} -m vlmctl scores | head -n 2; echo ${{PIPESTATUS[0]}}",
        shell=True,
        capture_output=True,
        text=True,
        executable="/bin/bash",
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("model\t")
    assert lines[-1] == "0"
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_output_file_is_whole_and_told_by_its_suffix(tmp_path: Path) -> None:
    target = tmp_path / "models.json"
    target.write_text("old")
    target.chmod(0o640)
    ran = run_cli("list", "--series", "Imp", "-o", str(target))
    assert ran.out == ""
    assert target.read_text("utf-8") == run_cli("list", "--series", "Imp", "--json").out
    assert target.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["models.json"]


def test_output_to_a_place_that_is_not_there(tmp_path: Path) -> None:
    ran = run_cli("list", "-o", str(tmp_path / "missing" / "x.json"))
    assert ran.code == 2
    assert "can't write" in ran.err


def test_contradicting_formats_are_refused() -> None:
    assert run_cli("list", "--json", "--format", "csv").code == 2


def test_a_terminal_gets_a_table_that_fits() -> None:
    for columns in (80, 120, 200):
        text = in_terminal("list", "--series", "InternVL", columns=columns, NO_COLOR="1")
        assert "\x1b" not in text
        assert all(len(line) <= columns for line in text.splitlines())
        assert "InternVL2-1B" in text


def test_no_color_is_honored() -> None:
    assert "\x1b[" in in_terminal("top", "-b", "TextVQA")
    assert "\x1b[" not in in_terminal("top", "-b", "TextVQA", NO_COLOR="1")
    assert "\x1b[" not in in_terminal("top", "-b", "TextVQA", "--color", "never")


def test_utf8_survives_without_a_locale() -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    done = subprocess.run([*COMMAND, "list", "--family", "moe-llava"], capture_output=True, env={**env, "LC_ALL": "C"})
    assert done.returncode == 0
    assert "×" in done.stdout.decode("utf-8")


def test_chinese_texts() -> None:
    english = run_cli("show", "mobilevlm-v2", "--json").json[0]["summary"]
    chinese = run_cli("show", "mobilevlm-v2", "--json", "--lang", "zh").json[0]["summary"]
    assert english != chinese
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)


def test_usage_errors_have_the_house_form() -> None:
    for arguments in (["lst"], ["list", "--paramz", "3"], ["top"], ["why", "x"], ["list", "--limit", "x"], ["show"]):
        ran = run_cli(*arguments)
        assert ran.code == 2, arguments
        first = ran.err.splitlines()[0]
        assert first.startswith("vlmctl: error: ")
        assert not first.endswith(".")
        assert "Traceback" not in ran.err


def test_help_and_version() -> None:
    assert run_cli("--version").out.startswith("vlmctl ")
    assert run_cli().code == 0
    for command in ("list", "show", "compare", "top", "scores", "why", "families", "bench"):
        ran = run_cli(command, "--help")
        assert ran.code == 0
        assert f"vlmctl {command}" in ran.out


def test_a_full_disk_is_no_slip_on_the_command_line(vlmctl: Any, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    ran = vlmctl("list", "--json", "-o", "/dev/full")
    assert ran.code == 5
    assert json.loads(ran.err)["error"] == {
        "kind": "write", "message": "can't write /dev/full: No space left on device", "hint": None, "exit_code": 5,
    }  # fmt: skip
    slip = vlmctl("list", "--json", "-o", str(tmp_path / "nowhere" / "list.json"))
    assert (slip.code, json.loads(slip.err)["error"]["kind"]) == (2, "usage")
    assert vlmctl("export", "csv", "-o", "/dev/full").code == 5
