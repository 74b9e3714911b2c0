"""What `validate` reads when it is asked about paths: whole catalogs, files in their folders, files elsewhere, standard input."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from unit.test_check_edges import BASE, FAMILY, model
from vlmctl.checks.targets import GIVEN, STANDARD_INPUT, Targets, guessed_kind, read_targets, shown_path
from vlmctl.choices import FILE_KINDS
from vlmctl.errors import UsageError
from vlmctl.source.directory import PLACES

RECORD: dict[str, Any] = {**FAMILY, "models": [model()]}
CONTENT = json.dumps(RECORD).encode()


def laid(path: Path, content: bytes = CONTENT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def told(targets: Targets) -> list[tuple[str, str, str, str | None]]:
    """What is wrong with files: their name, the check, the message, the hint."""
    every = [*targets.findings, *(finding for _, file in targets.files for finding in file.findings)]
    return [(Path(each.place.path).name, each.check, each.message, each.hint) for each in every]


def origins(targets: Targets, path: Path) -> list[str]:
    return [origin for origin, file in targets.files if os.path.realpath(file.path) == os.path.realpath(path)]


# --- where files belong ---


def test_a_catalog_asked_about_by_itself_is_asked_about_whole(tmp_path: Path) -> None:
    one, other = (laid(tmp_path / "c" / "families" / f"{name}.yaml") for name in ("one", "other"))
    stray = laid(tmp_path / "c" / "families" / "deep" / "stray.yaml")
    for paths in ([], [str(tmp_path / "c")]):
        targets = read_targets(paths, [tmp_path / "c"])
        assert targets.asked == {str(one), str(other)}
        assert [origin for origin, _ in targets.files] == ["", ""], "the lowest layer has no name"
        assert [(Path(each.place.path).name, each.check) for each in targets.findings] == [(stray.name, "unread-file")]
    beneath = read_targets([], [tmp_path / "c", BASE])
    assert {origin for origin, _ in beneath.files} == {"", str(BASE)}
    assert len(beneath.asked) == len(beneath.files)


def test_a_file_in_a_catalogs_folder_brings_its_neighbors(tmp_path: Path) -> None:
    one, other = (laid(tmp_path / "c" / "families" / f"{name}.yaml") for name in ("one", "other"))
    laid(tmp_path / "c" / "notes.yaml")
    targets = read_targets([str(one)], [BASE])
    assert targets.asked == {str(one)}
    assert origins(targets, one) == origins(targets, other) == [str(tmp_path / "c")], "read once, and not asked about"
    assert told(targets) == [], "nobody asked about the whole directory"
    both = read_targets([str(one), str(other)], [BASE])
    assert both.asked == {str(one), str(other)}
    assert origins(both, one) == [str(tmp_path / "c")]
    beneath = read_targets([str(one)], [tmp_path / "c"])
    assert origins(beneath, one) == [""], "the directory is one of those beneath already"


def test_a_file_elsewhere_is_laid_over_by_itself(tmp_path: Path) -> None:
    path = laid(tmp_path / "one.yaml")
    laid(tmp_path / "two.yaml")
    targets = read_targets([str(path)], [BASE])
    assert (targets.asked, origins(targets, path)) == ({str(path)}, [GIVEN])
    assert targets.files[-1][1].kind == "family"
    assert origins(targets, tmp_path / "two.yaml") == []


def test_links_are_the_files_they_lead_to(tmp_path: Path) -> None:
    path = laid(tmp_path / "c" / "families" / "one.yaml")
    (tmp_path / "link").symlink_to(tmp_path / "c")
    targets = read_targets([str(tmp_path / "link" / "families" / "one.yaml")], [tmp_path / "c"])
    assert targets.asked == {str(path)}
    whole = read_targets([str(tmp_path / "link")], [tmp_path / "c"])
    assert (whole.asked, len(whole.files)) == ({str(path)}, 1)


def test_a_plain_directory_stands_for_the_yaml_files_in_it(tmp_path: Path) -> None:
    names = ("b.yaml", "a.yml", ".hidden.yaml", "notes.txt")
    for name in names:
        laid(tmp_path / "some" / name)
    laid(tmp_path / "some" / "deep" / "c.yaml")
    targets = read_targets([str(tmp_path / "some")], [BASE])
    given = [Path(file.path).name for origin, file in targets.files if origin == GIVEN]
    assert given == ["a.yml", "b.yaml"]
    assert told(targets) == []
    assert read_targets([], [tmp_path / "some"]).findings == [], "it is no catalog, of which these would be strays"


@pytest.mark.parametrize("folder", ["families", "benchmarks", "models", "components"])
def test_any_of_the_folders_makes_a_catalog(tmp_path: Path, folder: str) -> None:
    (tmp_path / "c" / folder).mkdir(parents=True)
    laid(tmp_path / "c" / "stray.yaml")
    with pytest.raises(UsageError, match=f"^no records in {tmp_path / 'c'}$") as caught:
        read_targets([str(tmp_path / "c")], [BASE])
    assert caught.value.hint == "a catalog has families/, benchmarks/, models/ or components/ with .yaml files"
    assert read_targets([], [tmp_path / "c"]).files == [], "nobody named it"


# --- what isn't there, or is something else ---


def test_paths_that_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = laid(tmp_path / "file.yaml")
    for path in (str(tmp_path / "none"), str(file / "below"), "a\0b"):
        with pytest.raises(UsageError) as caught:
            read_targets([path], [BASE])
        assert str(caught.value) == f"no such file or directory: {path}"
    long = "x" * 5000
    with pytest.raises(UsageError) as caught:
        read_targets([long], [BASE])
    assert str(caught.value) == f"can't read {long}: file name too long"

    def denied(path: str) -> Any:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(UsageError, match=f"^can't read {tmp_path}: permission denied$"):
        read_targets([str(tmp_path)], [BASE])


def test_a_file_that_can_not_be_read_is_a_finding(tmp_path: Path) -> None:
    laid(tmp_path / "some" / "good.yaml")
    (tmp_path / "some" / "gone.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "some" / "pipe.yaml")
    targets = read_targets([str(tmp_path / "some")], [BASE])
    assert told(targets) == [
        ("gone.yaml", "unreadable", "No such file or directory", None), ("pipe.yaml", "unreadable", "not a file", None),
    ]  # fmt: skip
    assert {file.severity for _, each in targets.files for file in each.findings} == {"error"}
    assert [file.kind for origin, file in targets.files if origin == GIVEN] == ["family"] * 3
    named = read_targets([str(tmp_path / "some")], [BASE], kind="benchmark")
    assert {file.kind for origin, file in named.files if origin == GIVEN} == {"benchmark"}


def test_what_bears_a_records_name_and_is_no_file(tmp_path: Path) -> None:
    laid(tmp_path / "c" / "families" / "one.yaml")
    (tmp_path / "c" / "families" / "two.yaml").mkdir()
    laid(tmp_path / "c" / "deep" / "families" / "three.yaml")
    laid(tmp_path / "c" / "families" / "four.YAML")
    assert told(read_targets([str(tmp_path / "c")], [BASE])) == [
        ("three.yaml", "unread-file", "no record is read from this file", PLACES),
        ("four.YAML", "unread-file", "no record is read from this file", "rename it to four.yaml"),
        ("two.yaml", "unreadable", "not a file", None),
    ]  # fmt: skip


# --- what a file holds ---


def test_what_a_file_holds_is_guessed_or_named(tmp_path: Path) -> None:
    vague = laid(tmp_path / "vague.yaml", b"id: x\nname: X\n")
    assert told(read_targets([str(vague)], [BASE])) == [
        ("vague.yaml", "unknown-kind", "it can't be told what the file holds", "put it into its folder, or name the kind with --kind"),
    ]  # fmt: skip
    for kind in FILE_KINDS:
        targets = read_targets([str(vague)], [BASE], kind=kind)
        assert targets.files[-1][1].kind == kind
        assert "unknown-kind" not in {check for _, check, *_ in told(targets)}
    broken = laid(tmp_path / "broken.yaml", b"id: [\n")
    assert [check for _, check, *_ in told(read_targets([str(broken)], [BASE]))] == ["syntax"], "that is why it can't be told"


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    laid(tmp_path / "-", b"a file of that name")
    targets = read_targets(["-"], [BASE], content=CONTENT)
    assert (targets.asked, targets.files[-1][0], targets.files[-1][1].kind) == ({STANDARD_INPUT}, GIVEN, "family")
    assert targets.files[-1][1].findings == []
    assert [check for _, check, *_ in told(read_targets(["-"], [BASE]))] == ["syntax"], "nothing came"
    assert shown_path(STANDARD_INPUT) == STANDARD_INPUT


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"models": []}, "family"), ({"metrics": []}, "benchmark"), ({"family": "x"}, "model"),
        ({"models": [], "organizations": [], "metric": "x"}, "family"), ({"hf": "x", "scores": [], "training": []}, "model"),
        ({"models": [], "metric": "x"}, "family"), ({"metric": "x", "hf": "x"}, "benchmark"), ({"id": "x"}, None), ({}, None),
        ("text", None), (None, None), (3, None),
        ([{"id": "x"}, {"commercial": "allowed"}], "licenses"), ([{"patch_size": 14}], "vision-encoders"),
        ([{"shape": {}}], "language-models"),
        ([{"image_size": 1, "params": 2}], "vision-encoders"), ([{"id": "x"}, "text"], None), ([], None),
    ],
)  # fmt: skip
def test_the_kind_is_that_of_most_of_the_fields(data: Any, kind: str | None) -> None:
    assert guessed_kind(data) == kind


# --- how paths are shown ---


def test_paths_are_shown_relative_within_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here" / "gone").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    assert shown_path(str(tmp_path / "here" / "a" / "b.yaml")) == str(Path("a") / "b.yaml")
    assert shown_path(str(tmp_path / "b.yaml")) == str(tmp_path / "b.yaml")
    monkeypatch.chdir(tmp_path / "here" / "gone")
    (tmp_path / "here" / "gone").rmdir()
    assert shown_path(str(tmp_path / "b.yaml")) == str(tmp_path / "b.yaml"), "there is no directory to be relative to"
