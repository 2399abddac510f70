"""Whole builds of small artefacts by real commands."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lab_artifacts.engine import Engine, Outcome
from lab_artifacts.errors import ArtifactError
from lab_artifacts.store import Store

Row = Mapping[str, Any]
EngineOf = Callable[[Mapping[str, Row]], Engine]


def shell(script: str, **row: Any) -> dict[str, Any]:
    return {"steps": [{"run": ["sh", "-ec", script]}], **row}


def made(outcome: Outcome) -> list[str]:
    return [recipe.name for recipe in outcome.missing]


def test_it_builds_what_is_missing_and_then_nothing(engine_of: EngineOf) -> None:
    rows = {
        "base": shell('echo base > "${out}/file"', path="file"),
        "top": shell('cat "${base}" > "${out}/copy"; echo top >> "${out}/copy"', needs=["base"], path="copy"),
    }
    outcome = engine_of(rows).make(["top"])
    assert made(outcome) == ["base", "top"]
    assert outcome.paths["top"].read_text() == "base\ntop\n"
    assert set(outcome.built) == {"base", "top"}
    again = engine_of(rows).make(["top"])
    assert made(again) == []
    assert again.paths == outcome.paths


def test_inspecting_says_what_would_be_built_and_builds_nothing(engine_of: EngineOf, store: Store) -> None:
    rows = {"a": shell('touch "${out}/a"'), "b": shell('touch "${out}/b"', needs=["a"])}
    assert made(engine_of(rows).inspect(["b"])) == ["a", "b"]
    assert not any((store.root / "artifacts").iterdir())
    engine_of(rows).make(["a"])
    assert made(engine_of(rows).inspect(["b"])) == ["b"]


def test_what_only_a_present_artefact_needs_may_be_gone(engine_of: EngineOf, store: Store) -> None:
    rows = {"tool": shell('touch "${out}/a"'), "b": shell('touch "${out}/b"', needs=["tool"])}
    outcome = engine_of(rows).make(["b"])
    store.discard("tool", next((store.root / "artifacts" / "tool").iterdir()).name)
    assert made(engine_of(rows).make(["b"])) == []
    assert outcome.paths["b"].is_dir()


def test_a_damaged_artefact_is_built_again(engine_of: EngineOf) -> None:
    rows = {"a": shell('echo good > "${out}/a"', path="a")}
    path = engine_of(rows).make(["a"]).paths["a"]
    path.write_text("evil\n")
    assert made(engine_of(rows).make(["a"])) == ["a"]
    assert path.read_text() == "good\n"


def test_a_changed_input_builds_it_and_what_needs_it_but_nothing_else(engine_of: EngineOf, repository: Path) -> None:
    (repository / "input").write_text("1")
    rows = {
        "a": shell('cp "${repository}/input" "${out}"', inputs=["input"]),
        "b": shell('touch "${out}/b"', needs=["a"]),
        "c": shell('touch "${out}/c"'),
    }
    engine_of(rows).make(["b", "c"])
    (repository / "input").write_text("2")
    assert made(engine_of(rows).make(["b", "c"])) == ["a", "b"]


def test_an_error_says_what_failed_where_the_log_is_and_keeps_the_rest(engine_of: EngineOf, store: Store) -> None:
    rows = {
        "good": shell('touch "${out}/a"'),
        "bad": shell("echo the reason >&2; exit 7", title="A bad one", needs=["good"]),
    }
    with pytest.raises(ArtifactError) as caught:
        engine_of(rows).make(["bad"])
    message = str(caught.value)
    assert "A bad one (bad) could not be built: sh ended with 7" in message
    (log,) = (store.root / "logs").glob("bad-*.log")
    assert str(log) in message
    assert "the reason" in message
    assert "Run the same command again" in message
    assert made(engine_of(rows).inspect(["bad"])) == ["bad"]
    assert not list((store.root / "building").iterdir())


def test_a_need_that_is_not_listed_is_an_error_that_says_so(engine_of: EngineOf) -> None:
    rows = {"a": shell('touch "${out}/a"'), "b": shell('cp "${a}/a" "${out}"')}
    with pytest.raises(ArtifactError, match=r"uses \$\{a\} but doesn't list a under `needs`"):
        engine_of(rows).make(["a", "b"])


def test_two_builds_run_at_once_but_never_two_compilations(engine_of: EngineOf, tmp_path: Path) -> None:
    """Each build leaves a trace while it runs and looks whose else there are."""
    traces = tmp_path / "traces"
    traces.mkdir()
    work = f'touch {traces}/$0; sleep 0.4; ls {traces} > "${{out}}/seen"; rm {traces}/$0'

    def row(name: str, *, compiles: bool) -> dict[str, Any]:
        return {"steps": [{"run": ["sh", "-ec", work, name]}], "compile": compiles, "path": "seen"}

    rows = {f"compile{n}": row(f"compile{n}", compiles=True) for n in range(3)}
    rows |= {f"wait{n}": row(f"wait{n}", compiles=False) for n in range(3)}
    outcome = engine_of(rows).make(list(rows))
    seen = {name: set(path.read_text().split()) for name, path in outcome.paths.items()}
    assert all(len([one for one in names if one.startswith("compile")]) <= 1 for names in seen.values())
    assert any(len(names) == 2 for names in seen.values())
    assert all(len(names) <= 2 for names in seen.values())


def test_progress_is_told_a_line_a_build(engine_of: EngineOf, progress_file: Path) -> None:
    engine_of({"a": shell('touch "${out}/a"', title="An artefact")}).make(["a"])
    lines = progress_file.read_text().splitlines()
    assert lines[0] == "to build: a"
    assert lines[1].startswith("An artefact (1 of 1) built in ")


def test_processor_time_of_commands_is_counted(engine_of: EngineOf) -> None:
    busy = 'i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done; touch "${out}/a"'
    spent = engine_of({"a": shell(busy)}).make(["a"]).built["a"]
    assert 0.05 < spent["cpu"] <= spent["wall"] + 0.2


def test_a_program_of_the_host_is_used_when_it_is_new_enough(engine_of: EngineOf) -> None:
    program = {
        "command": ["sh", "-c", "echo tool version 1.26.8"],
        "pattern": r"version (\d+\.\d+)",
        "at_least": "1.26",
    }
    rows = {"tool": shell("exit 1", host_program=program), "a": shell('touch "${out}/a"', needs=["tool"])}
    assert made(engine_of(rows).make(["a"])) == ["a"]
    rows["tool"] = shell('touch "${out}/tool"', host_program={**program, "at_least": "1.100"})
    assert made(engine_of(rows).inspect(["a"])) == ["tool", "a"]


BUILD_SLOWLY = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from lab_artifacts.build import Progress
from lab_artifacts.engine import Engine
from lab_artifacts.recipe import table
from lab_artifacts.store import Store
script = f'echo half > "${{out}}/first"; echo $$ >> {sys.argv[3]}/started; sleep {sys.argv[4]}; echo whole > "${{out}}/second"'
rows = {"slow": {"steps": [{"run": ["sh", "-ec", script]}]}}
Engine(table(rows, {}), Path(sys.argv[3]), Store(Path(sys.argv[2])), dict(os.environ), Progress(None)).make(["slow"])
"""


def start(store: Store, repository: Path, seconds: float) -> subprocess.Popen[bytes]:
    """Start another process, as another checkout would, that builds the artefact `slow` with a pause in the middle."""
    package = Path(__file__).resolve().parent.parent / "module_utils"
    return subprocess.Popen(
        [sys.executable, "-c", BUILD_SLOWLY, str(package), str(store.root), str(repository), str(seconds)],
        start_new_session=True,
    )


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)


def test_a_killed_build_leaves_no_half_artefact_and_the_next_one_finishes(store: Store, repository: Path) -> None:
    killed = start(store, repository, 30)
    wait_for(repository / "started")
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert not list((store.root / "artifacts").glob("*/*/manifest.json"))
    (repository / "started").unlink()
    # The pause is part of the recipe, so of the key: the same one must be taken to meet what the first left.
    resumed = start(store, repository, 30)
    wait_for(repository / "started")
    assert len(list((store.root / "building").iterdir())) == 1, (
        "what the killed build left is gone, one build is under way"
    )
    os.killpg(resumed.pid, signal.SIGKILL)
    resumed.wait()
    assert start(store, repository, 0.1).wait() == 0
    (content,) = (store.root / "artifacts").glob("slow/*/content")
    assert sorted(path.name for path in content.iterdir()) == ["first", "second"]


def test_two_checkouts_build_an_artefact_once(store: Store, repository: Path) -> None:
    both = [start(store, repository, 0.5) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert len((repository / "started").read_text().split()) == 1
