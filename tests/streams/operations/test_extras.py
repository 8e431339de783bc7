"""The extras: as `pyproject.toml` has them, and what a host does that has none, or only some, of their packages."""

import json
import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from streams.operations.extras import INCLUDED, MODULES, installed

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
MODELS = {"numpy", "onnxruntime", "spacy", "faust", "fastapi", "confluent_kafka"}


def test_the_extras_are_those_of_the_package() -> None:
    providers = packages_distributions()
    for extra, modules in MODULES.items():
        needed = [Requirement(line) for line in EXTRAS[extra]]
        own = {canonicalize_name(each.name) for each in needed} - {"newswire"}
        assert {canonicalize_name(providers[module][0]) for module in modules} == own, extra
        included = {other for each in needed if each.name == "newswire" for other in each.extras}
        assert included == set(INCLUDED.get(extra, ())), extra
    assert set(EXTRAS) == {*MODULES, "all", "dev"}


def test_all_is_every_extra_that_runs() -> None:
    (everything,) = map(Requirement, EXTRAS["all"])
    reached, new = set(), set(everything.extras)
    while new:
        reached |= new
        new = {other for extra in new for other in INCLUDED.get(extra, ())} - reached
    assert reached == set(MODULES)


def closure(lines: Iterable[str]) -> set[str]:
    """The names of the packages that these requirements bring, with all that those require here."""
    found: set[str] = set()
    left = [Requirement(line) for line in lines]
    while left:
        need = left.pop()
        if need.marker and not any(need.marker.evaluate({"extra": extra}) for extra in ("", *need.extras)):
            continue
        try:
            requires = distribution(need.name).requires or []
        except PackageNotFoundError:
            continue  # for another system or Python
        name = canonicalize_name(need.name)
        if name in found:
            continue
        found.add(name)
        for line in requires:
            other = Requirement(line)
            if other.marker is None or any(other.marker.evaluate({"extra": e}) for e in ("", *need.extras)):
                other.marker = None
                left.append(other)
    return found


def host(folder: Path, *extras: str) -> Path:
    """A fresh virtual environment with these extras only; gives its Python. The packages are linked, not downloaded."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    venv.create(folder, with_pip=False, symlinks=True)
    there = next(folder.glob("lib/python*/site-packages"))
    for name in closure(line for line in lines if not line.startswith("newswire")):
        for file in distribution(name).files or ():
            root = file.parts[0]
            if root not in ("..", "__pycache__") and not (there / root).exists():
                (there / root).symlink_to(Path(str(distribution(name).locate_file(root))))
    (there / "newswire.pth").write_text(f"{ROOT}\n")
    about = there / f"newswire-{PROJECT['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: newswire\nVersion: {PROJECT['version']}\n")
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return host(tmp_path_factory.mktemp("base") / "venv")


def run(python: Path, *arguments: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [python, *arguments],
        check=False,
        env=environment | settings,
        cwd=python.parent,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
    )


def newswire(python: Path, *arguments: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    return run(python, "-m", "streams", *arguments, given=given, **settings)


HELP = """
import sys
from click.testing import CliRunner
from streams.cli.main import COMMANDS, newswire
for command in [*COMMANDS, "feed files", "feed watch", "feed rss", "feed http", "evaluate stance"]:
    if command != "annotate":
        done = CliRunner().invoke(newswire, [*command.split(), "--help"])
        assert done.exit_code == 0 and done.output.startswith("Usage: newswire"), (command, done.exception)
there = {name.partition(".")[0] for name in sys.modules} & set(sys.argv[1:])
assert not there, there
"""


def test_a_host_without_extras_has_none_of_their_packages(base: Path) -> None:
    find = "import sys, importlib.util; sys.exit(any(map(importlib.util.find_spec, sys.argv[1:])))"
    assert run(base, "-c", find, *MODELS).returncode == 0
    assert run(base, "-c", find, "click").returncode == 1


def test_a_host_without_extras_shows_the_help_of_every_command(base: Path) -> None:
    done = run(base, "-c", HELP, *MODELS)
    assert (done.returncode, done.stderr) == (0, "")
    done = newswire(base, "--help")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_host_without_extras_parses_every_format(base: Path) -> None:
    done = newswire(base, "parse", str(ROOT / "streams" / "sample_wire" / "wire"))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({line["format"] for line in lines}) == 9
    assert not any("refused" in line for line in lines)


def test_a_host_without_extras_gets_as_far_as_kafka(base: Path) -> None:
    story = ROOT / "streams" / "sample_wire" / "wire" / "exw" / "01-putin-xi-call.json"
    done = newswire(base, "feed", "files", str(story), NEWSWIRE_KAFKA="127.0.0.1:9", NEWSWIRE_DELIVERY_TIMEOUT="2")
    assert done.returncode == 1
    assert "Kafka at 127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("worker", "newswire worker needs more packages than are installed: pip install 'newswire[worker,enrich]'"),
        (
            "worker index",
            "newswire worker index needs more packages than are installed: pip install 'newswire[worker]'",
        ),
        ("serve", "newswire serve needs more packages than are installed: pip install 'newswire[page]'"),
        ("demo", "newswire demo needs more packages than are installed: pip install 'newswire[demo]'"),
        ("annotate -", "newswire annotate needs more packages than are installed: pip install 'newswire[enrich]'"),
        ("evaluate stance pyproject.toml", "pip install 'newswire[enrich]'"),
        ("evaluate sentiment pyproject.toml", "pip install 'newswire[enrich]'"),
    ],
)
def test_a_command_without_its_packages_names_the_extra(base: Path, command: str, says: str) -> None:
    (base.parent / "pyproject.toml").touch()
    done = newswire(base, *command.split())
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_says_that_a_host_without_models_cannot_annotate(base: Path) -> None:
    done = newswire(base, "doctor", "--json", NEWSWIRE_KAFKA="127.0.0.1:9", NEWSWIRE_INDEX="sqlite:///none.sqlite")
    findings = {line["about"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert findings["models"]["level"] == "fine"
    assert "newswire[enrich]" in findings["models"]["said"]


def test_a_host_for_the_models_needs_no_spacy(tmp_path: Path) -> None:
    python = host(tmp_path / "venv", "enrich")
    assert run(python, "-c", "import spacy").returncode == 1
    story = '{"id": "1", "headline": "Norway praises Chile"}'
    done = newswire(python, "annotate", "-", given=story)
    assert done.returncode == 0, done.stderr
    assert [each["name"] for each in json.loads(done.stdout)["entities"]] == ["Norway", "Chile"]
    done = newswire(python, "annotate", "--pipeline", "en_core_web_sm", "-")
    assert done.returncode == 2
    assert "spaCy is not installed: pip install 'newswire[spacy]'" in done.stderr


def test_the_demo_s_lock_has_the_versions_of_the_developers_lock_and_no_tool_of_theirs() -> None:
    locks = [
        {line.split(" ;")[0] for line in (ROOT / name).read_text().splitlines() if "==" in line and line[0].isalpha()}
        for name in ("requirements-demo.lock", "requirements.lock")
    ]
    demo, developers = ({line.removesuffix(" \\") for line in lock} for lock in locks)
    assert demo < developers
    names = {line.partition("==")[0] for line in demo}
    assert not names & {"spacy", "pytest", "ruff", "mypy", "playwright", "hypothesis"}
    assert {"faust-streaming", "onnxruntime", "uvicorn", "confluent-kafka"} <= names


def test_what_is_loaded_is_there_whatever_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """As faust, which replaces its module by one without a specification."""
    bare = ModuleType("faust")
    assert bare.__spec__ is None
    monkeypatch.setitem(sys.modules, "faust", bare)
    assert installed("worker")
