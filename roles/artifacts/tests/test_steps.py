"""Steps with real tools, on things that need no network."""

import importlib.util
import os
import shutil
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lab_artifacts.engine import Engine
from lab_artifacts.errors import ArtifactError

EngineOf = Callable[[Mapping[str, Mapping[str, Any]]], Engine]
UV = Path(sys.executable).with_name("uv")
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def test_an_unknown_step_is_an_error_that_names_it(engine_of: EngineOf) -> None:
    with pytest.raises(ArtifactError, match=r"there is no step 'goo_build'; there are: .*go_build"):
        engine_of({"a": {"steps": [{"goo_build": {}}]}}).make(["a"])


def test_an_image_of_single_files_is_built_on_its_base(engine_of: EngineOf) -> None:
    rows: dict[str, dict[str, Any]] = {
        "base": {
            "image": True,
            "steps": [{"image": {"layers": [[{"text": "1", "to": "/a"}]], "config": {"Env": ["A=1"], "User": "0"}}}],
        },
        "top": {
            "image": True,
            "needs": ["base"],
            "steps": [
                {"image": {"base": "${base}", "layers": [[{"text": "2", "to": "/b"}]], "config": {"User": "65532"}}}
            ],
        },
    }
    outcome = engine_of(rows).make(["top"])
    assert outcome.digests["top"].startswith("sha256:")
    assert (outcome.paths["top"] / "oci-layout").is_file()


@pytest.mark.skipif(not shutil.which("go"), reason="Go isn't installed: the role brings its own")
def test_a_go_command_is_compiled_from_its_module(engine_of: EngineOf, repository: Path) -> None:
    module = repository / "module"
    (module / "cmd" / "hello").mkdir(parents=True)
    (module / "go.mod").write_text("module example.com/hello\n\ngo 1.24\n")
    (module / "cmd" / "hello" / "main.go").write_text(
        'package main\n\nvar name = "nobody"\n\nfunc main() { println("hello", name) }\n'
    )
    build = {
        "module": "module",
        "packages": ["./cmd/hello"],
        "ldflags": "-X main.name=world",
        "binaries": {"other": "./cmd/hello"},
    }
    rows: dict[str, dict[str, Any]] = {
        "hello": {"inputs": ["module"], "compile": True, "steps": [{"go_build": build}]},
        "said": {
            "needs": ["hello"],
            "path": "said",
            "steps": [{"run": ["sh", "-c", '"${hello}/hello" 2> "${out}/said"; "${hello}/other"']}],
        },
    }
    assert engine_of(rows).make(["said"]).paths["said"].read_text() == "hello world\n"


@pytest.mark.skipif(not UV.exists(), reason="uv isn't beside this interpreter")
def test_a_python_package_has_bytecode_for_its_place_and_no_trace_of_this_machine(
    engine_of: EngineOf, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([str(UV.parent), os.environ["PATH"]]))
    wheel = repository / "thing-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("thing/__init__.py", "def fail() -> None:\n    raise ValueError\n")
        archive.writestr("thing-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1\n")
        tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr("thing-1.dist-info/WHEEL", tags)
        archive.writestr("thing-1.dist-info/RECORD", "thing/__init__.py,,\n")
    packages = {
        "to": "${out}",
        "python_version": THIS_PYTHON,
        "requirements": [f"${{repository}}/{wheel.name}"],
        "at": "/app",
    }
    rows = {"thing": {"inputs": [wheel.name], "steps": [{"python_packages": packages}]}}
    made = engine_of(rows).make(["thing"]).paths["thing"]
    bytecode = Path(importlib.util.cache_from_source(str(made / "thing" / "__init__.py")))
    assert b"/app/thing/__init__.py" in bytecode.read_bytes()
    assert not [path for path in made.rglob("*") if path.is_file() and str(repository).encode() in path.read_bytes()]
