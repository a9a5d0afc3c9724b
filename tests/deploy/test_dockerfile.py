"""What the Dockerfile promises: it builds with any builder and base image, and brings nothing that it should not."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import PurePosixPath

from tests.deploy.compose_file import EXAMPLE, REPOSITORY, compose, variables

FILE = REPOSITORY / "deploy" / "docker" / "Dockerfile"
TEXT = FILE.read_text()
ALLOWED = (REPOSITORY / ".dockerignore").read_text().splitlines()


def instructions() -> list[tuple[str, str]]:
    """In the order of the file, comments left out and continued lines joined."""
    lines = [line for line in TEXT.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


STEPS = instructions()
LAST = STEPS[max(index for index, (word, _) in enumerate(STEPS) if word == "FROM") :]


def of(word: str, steps: list[tuple[str, str]] | None = None) -> list[str]:
    return [rest for found, rest in (STEPS if steps is None else steps) if found == word]


def test_base_images_can_be_chosen_and_their_defaults_are_those_of_the_example() -> None:
    example = variables(EXAMPLE.read_text())
    before = STEPS[: next(index for index, (word, _) in enumerate(STEPS) if word == "FROM")]
    defaults = dict(argument.split("=", 1) for argument in of("ARG", before))
    assert defaults == {name: example[name] for name in ("PYTHON_IMAGE", "NODE_IMAGE")}
    assert {image.partition(" ")[0] for image in of("FROM")} == {f"${{{name}}}" for name in defaults}


def test_compose_gives_the_arguments_that_there_are() -> None:
    build = compose().services["migrate"].build
    assert build is not None
    assert (REPOSITORY / "deploy" / build.context / build.dockerfile).samefile(FILE)
    assert set(build.args) <= {argument.partition("=")[0] for argument in of("ARG")}


def test_no_builder_is_asked_for_what_only_some_can_do() -> None:
    """Heredocs, `# syntax=`, mounts and `COPY --link` need BuildKit, or one that fetches its own front end."""
    assert "syntax=" not in TEXT
    assert "<<" not in TEXT
    assert not re.search(r"^(RUN --|ADD )", TEXT, re.MULTILINE)
    assert [rest for rest in of("COPY") if re.search(r"--(?!from=)", rest)] == []


def test_no_registry_is_named() -> None:
    """Where packages come from is a matter of the base images."""
    assert "://" not in TEXT
    assert "index-url" not in TEXT
    assert "registry=" not in TEXT


def test_everything_that_is_optional_is_in_the_image_unless_somebody_leaves_it_out() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    (extras,) = [
        argument.partition("=")[2].strip('"') for argument in of("ARG") if argument.startswith("FOREBAY_EXTRAS")
    ]
    assert sorted(extras.split()) == sorted(set(project["optional-dependencies"]) - {"all"})
    assert extras == variables(EXAMPLE.read_text())["FOREBAY_EXTRAS"]


def test_packages_are_those_of_the_lock_file_and_none_for_development() -> None:
    syncs = [part for run in of("RUN") for part in run.split("&&") if "uv sync" in part]
    assert len(syncs) == 2
    for sync in syncs:
        assert {"--frozen", "--no-default-groups"} <= set(sync.split())
    assert "--no-editable" in syncs[-1]


def test_what_runs_is_nobody_special_and_gets_signals_itself() -> None:
    assert of("USER", LAST) == ["10001:10001"]
    assert json.loads(of("CMD", LAST)[0]) == ["forebay", "serve"]
    assert of("ENTRYPOINT", LAST) == []
    assert of("VOLUME", LAST) == []
    assert "10001:10001" not in "".join(of("COPY", LAST)), "the program belongs to root: what runs cannot change it"


def test_nothing_but_the_environment_comes_out_of_the_stages_that_build() -> None:
    assert [rest for rest in of("COPY", LAST) if "--from=" in rest] == ["--from=programs /opt/forebay/ /opt/forebay/"]
    assert not any(tool in " ".join(of("RUN", LAST)) for tool in ("uv ", "pip ", "npm ", "gcc"))


def test_labels_say_what_it_is() -> None:
    (labels,) = of("LABEL", LAST)
    for name in ("title", "description", "licenses", "version", "revision"):
        assert f"org.opencontainers.image.{name}=" in labels


def test_what_is_copied_is_there_and_let_through() -> None:
    for rest in of("COPY"):
        if "--from=" in rest:
            continue
        *sources, _ = rest.split()
        for source in sources:
            path = PurePosixPath(source)
            assert (REPOSITORY / path).exists(), source
            assert any(f"!{place}" in ALLOWED for place in (path, *path.parents)), f"{source} is not in .dockerignore"


def test_only_what_is_named_goes_to_the_builder() -> None:
    rules = [line for line in ALLOWED if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = [rule for rule in rules if rule.startswith("!")]
    assert not any(re.search(r"\.env|\.git|\.venv|tests|deploy$", rule) for rule in allowed)
    left_out = rules[1 + len(allowed) :]
    assert rules[1 : 1 + len(allowed)] == allowed, "what is left out again stands behind what is let through"
    assert {"src/forebay/entrypoints/http/static", "web/node_modules", "**/__pycache__"} <= set(left_out)
