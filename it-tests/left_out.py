"""Says which tests a build without -Pslow left out: those tagged slow, and those of it-tests not tagged smoke."""

import os
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEST = re.compile(r"@(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\b")


def members(source: str) -> "list[tuple[str, str]]":
    """Each class or member of one, by its annotations and its declaration's line."""
    found = []
    annotations = ""
    for line in source.splitlines():
        if re.match(r"(?: {2})?@\w", line):
            annotations += line
        elif annotations and re.match(r"(?: {2})?\w", line):
            found.append((annotations, line))
            annotations = ""
    return found


def left_out(file: Path) -> "tuple[int, int]":
    """How many test methods of a file are left out, and how many there are."""
    tests = out = 0
    smoke_only = file.stem.endswith("IT")
    of_class = ""
    for annotations, line in members(file.read_text(encoding="utf-8")):
        if line[0] != " " and re.search(r"\bclass ", line):
            of_class = annotations
        if TEST.search(annotations):
            tests += 1
            tags = annotations + of_class
            if '@Tag("slow")' in tags or (smoke_only and '@Tag("smoke")' not in tags):
                out += 1
    return out, tests


def main() -> None:
    if os.environ.get("SLOW_TESTS"):
        return
    whole, single = [], 0
    for file in sorted(ROOT.glob("*/src/test/java/**/*.java")):
        out, tests = left_out(file)
        if out and out == tests:
            whole.append(file.stem)
        else:
            single += out
    for file in ROOT.glob("python-shim/tests/test_*.py"):
        single += len(re.findall(r"^ *@slow$", file.read_text(encoding="utf-8"), re.MULTILINE))
    print()
    print(f"LEFT OUT: {len(whole)} classes of tests and {single} single ones. ./mvnw verify -Pslow runs them as well:")
    print("kills, fuzzing, generators, browsers, terminals, npm, agents' programs, containers, two hosts, long waits.")
    print(textwrap.fill(", ".join(whole), 116, initial_indent="  ", subsequent_indent="  "))
    print()


sys.exit(main())
