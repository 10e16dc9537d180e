"""What holds for the whole repository: words for rooms, no secret hiding places, no address of a registry."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Built in two pieces each: this file is committed too.
REGISTRIES = [
    "".join(pieces)
    for pieces in (
        ("py", "pi.org"), ("files.python", "hosted"), ("npm", "js."), ("registry.", "npm"), ("deb.", "debian"),
        ("proxy.", "golang"), ("crates", ".io"),
    )
]  # fmt: skip
MACHINE_PATHS = re.compile(rb"(?<![\w.-])/" + rb"(?:home|root|Users)/[A-Za-z0-9._-]+|/" + rb"work/(?:main|shared)")
POOR_WORDS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "services",
    "service",
    "managers",
    "manager",
    "core",
    "misc",
    "lib",
}
LONGEST = 450  # lines; STYLE says about 400


def committed() -> list[Path]:
    said = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if said.returncode:
        pytest.skip("not a git checkout")
    return [path for name in said.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def python(folder: str = "colloque") -> list[Path]:
    return [path for path in committed() if path.suffix == ".py" and path.is_relative_to(ROOT / folder)]


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_no_file_and_no_folder_bears_a_word_that_says_nothing() -> None:
    inside = [path.relative_to(ROOT / "colloque") for path in committed() if path.is_relative_to(ROOT / "colloque")]
    assert [str(each) for each in inside if POOR_WORDS & {part.partition(".")[0].lower() for part in each.parts}] == []


def test_no_exception_is_swallowed() -> None:
    """No handler of everything that does nothing; no bare `except`."""
    found = []
    for path in python():
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.ExceptHandler):
                continue
            is_all = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            )
            does_nothing = all(isinstance(each, ast.Pass | ast.Continue) for each in node.body)
            if node.type is None or (is_all and does_nothing):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if is_all and "suppress(Exception" in path.read_text():
                found.append(f"{path.relative_to(ROOT)}: suppress(Exception)")
    assert found == []


def test_no_committed_file_names_a_registry_or_a_place_on_a_machine() -> None:
    registries = [each.encode() for each in REGISTRIES]
    found = []
    for path in committed():
        data = path.read_bytes()
        found += [f"{path.relative_to(ROOT)}: {each.decode()}" for each in registries if each in data]
        found += [f"{path.relative_to(ROOT)}: {match.group().decode()}" for match in MACHINE_PATHS.finditer(data)]
    assert found == []


def test_no_committed_file_looks_like_a_secret() -> None:
    key = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE" + rb" KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b")
    assert names([path for path in committed() if key.search(path.read_bytes())]) == []
    kept = {".key", ".pem", ".p12", ".sqlite3", ".env"}
    assert names([path for path in committed() if path.suffix in kept or path.name.startswith(".env")]) == []


def test_no_python_file_tires_its_reader() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in python()}
    # The village is words, not code.
    long = {name: size for name, size in sizes.items() if size > LONGEST and "/demo/village/" not in name}
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path in python()
        if path.name not in {"__init__.py", "__main__.py", "apps.py"}
        and "migrations" not in path.parts
        and not ast.get_docstring(ast.parse(path.read_bytes()))
    ]
    assert names(silent) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_version_and_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(packages) > 10
    for line in packages:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z0-9,_-]+\])?==[^ ;]+", line), line
        assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", line)) >= 1, line


def test_addresses_in_what_is_committed_are_nobodys() -> None:
    """Fictional persons live under the domains that RFC 2606 and RFC 6761 keep free."""
    address = re.compile(r"[A-Za-z0-9._+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
    allowed = re.compile(r"(^|\.)(example\.(org|net|com)|example|invalid|localhost|test)$", re.IGNORECASE)
    found = set()
    for path in committed():
        if path.suffix not in {".py", ".html", ".txt", ".md", ".po", ".eml", ".toml", ".json", ".svg"}:
            continue
        for match in address.finditer(path.read_text(errors="replace").replace("=\n", "")):
            if not allowed.search(match[1]):
                found.add(f"{path.relative_to(ROOT)}: {match.group()}")
    assert found == set()
