"""Order of builds and the key that addresses a result."""

from pathlib import Path
from typing import Any

import pytest
from lab_artifacts.errors import ArtifactError
from lab_artifacts.recipe import Recipe, in_order, key_of, table

STEPS = [{"run": ["true"]}]


def names(rows: dict[str, dict[str, Any]], wanted: list[str]) -> list[str]:
    return [
        recipe.name
        for recipe in in_order(table({name: {"steps": STEPS, **row} for name, row in rows.items()}, {}), wanted)
    ]


def test_what_is_needed_comes_first_and_only_once() -> None:
    rows: dict[str, dict[str, Any]] = {
        "base": {},
        "left": {"needs": ["base"]},
        "right": {"needs": ["base"]},
        "top": {"needs": ["left", "right"]},
    }
    assert names(rows, ["top", "base"]) == ["base", "left", "right", "top"]


def test_the_order_of_the_request_is_kept_where_needs_allow() -> None:
    rows: dict[str, dict[str, Any]] = {"a": {}, "b": {}, "c": {"needs": ["d"]}, "d": {}}
    assert names(rows, ["b", "c", "a"]) == ["b", "d", "c", "a"]


def test_what_nobody_wants_is_left_out() -> None:
    assert names({"a": {}, "b": {}}, ["a"]) == ["a"]


def test_a_circle_is_an_error_that_names_it() -> None:
    with pytest.raises(ArtifactError, match=r"in a circle: (a -> b -> a|b -> a -> b)"):
        names({"a": {"needs": ["b"]}, "b": {"needs": ["a"]}}, ["a"])


def test_an_unknown_need_is_an_error_that_names_it_and_what_there_is() -> None:
    with pytest.raises(ArtifactError, match=r"no recipe makes 'gone'; there are: a"):
        names({"a": {"needs": ["gone"]}}, ["a"])


@pytest.mark.parametrize(
    "row", [{}, {"steps": []}, {"steps": [{"run": [], "image": {}}]}, {"steps": STEPS, "nedds": []}]
)
def test_a_malformed_recipe_is_an_error_that_names_it(row: dict[str, Any]) -> None:
    with pytest.raises(ArtifactError, match="recipe odd"):
        Recipe.parse("odd", row)


def test_a_public_image_takes_the_place_of_the_build() -> None:
    recipe = table(
        {"a": {"steps": STEPS, "image": True, "needs": ["b"], "inputs": ["x"]}}, {"a": "registry.example/a:1"}
    )["a"]
    assert recipe.steps == ({"copy_image": {"from": "registry.example/a:1"}},)
    assert not recipe.needs
    assert not recipe.inputs


def test_a_public_image_for_no_recipe_is_an_error() -> None:
    with pytest.raises(ArtifactError, match=r"registry\.example/b:1 for b"):
        table({}, {"b": "registry.example/b:1"})


class TestKey:
    """Everything that can change a result changes the key; nothing else does."""

    @pytest.fixture
    def source(self, repository: Path) -> Path:
        folder = repository / "source"
        folder.mkdir()
        (folder / "main.py").write_text("print(1)\n")
        return folder

    @staticmethod
    def key(repository: Path, needs: dict[str, str] | None = None, **row: Any) -> str:
        row = {"steps": STEPS, "inputs": ["source"], "needs": list(needs or {}), **row}
        return key_of(Recipe.parse("thing", row), repository, needs or {})

    def test_it_is_the_same_for_the_same_content_whatever_the_times(self, repository: Path, source: Path) -> None:
        before = self.key(repository)
        (source / "main.py").touch()
        assert self.key(repository) == before

    def test_it_is_the_same_in_another_checkout(self, repository: Path, source: Path, tmp_path: Path) -> None:
        assert source.is_dir()
        elsewhere = repository.rename(tmp_path / "elsewhere")
        here = self.key(elsewhere)
        assert self.key(elsewhere.rename(repository)) == here

    def test_content_changes_it(self, repository: Path, source: Path) -> None:
        before = self.key(repository)
        (source / "main.py").write_text("print(2)\n")
        assert self.key(repository) != before

    def test_a_new_name_changes_it(self, repository: Path, source: Path) -> None:
        before = self.key(repository)
        (source / "main.py").rename(source / "other.py")
        assert self.key(repository) != before

    def test_being_a_program_changes_it_other_permissions_do_not(self, repository: Path, source: Path) -> None:
        (source / "main.py").chmod(0o644)
        before = self.key(repository)
        (source / "main.py").chmod(0o600)
        assert self.key(repository) == before
        (source / "main.py").chmod(0o755)
        assert self.key(repository) != before

    def test_what_tools_leave_behind_does_not_change_it(self, repository: Path, source: Path) -> None:
        before = self.key(repository)
        (source / "__pycache__").mkdir()
        (source / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"\0")
        assert self.key(repository) == before

    def test_a_step_changes_it(self, repository: Path, source: Path) -> None:
        assert source.is_dir()
        assert self.key(repository) != self.key(repository, steps=[{"run": ["false"]}])

    def test_what_it_needs_changes_it(self, repository: Path, source: Path) -> None:
        assert source.is_dir()
        assert self.key(repository, {"base": "1"}) != self.key(repository, {"base": "2"})

    def test_its_title_does_not(self, repository: Path, source: Path) -> None:
        assert source.is_dir()
        assert self.key(repository, title="One") == self.key(repository, title="Two")

    def test_a_missing_input_is_an_error_that_names_it(self, repository: Path) -> None:
        with pytest.raises(ArtifactError, match="input source doesn't exist"):
            self.key(repository)
