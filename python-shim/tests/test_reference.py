"""The Python reference (docs/reference/python.md) is made from the docstrings, and up to date.

    REFERENCE_WRITE=1 python3 -m unittest discover -s tests -p test_reference.py
"""

from __future__ import annotations

import dataclasses
import inspect
import os
import unittest
from pathlib import Path
from typing import Any

import sources  # noqa: F401  (puts the shim on the path)

import agent_workflows
from agent_workflows import cli, storage

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "python.md"

HEAD = """# Python reference

Everything is importable from `workflows` (short) and `agent_workflows` (canonical), but what has a
module before its name. [Writing workflows](../scripting.md) explains what scripts call,
[migration](../migration.md#programs-that-start-runs) how programs start runs and find the
coordinator. Each function with `_async` behind its name does the same without blocking.
This page is made from the docstrings; [how](../../CONTRIBUTING.md#how-we-test).
"""

#: Modules with functions that are not in the package itself.
MODULES = (cli, storage)


def reference() -> str:
    """Returns the page's text."""
    members = [(name, getattr(agent_workflows, name)) for name in agent_workflows.__all__]
    functions = [_function(name, it, 2) for name, it in members if inspect.isfunction(it)]
    classes = [_class(name, it) for name, it in members if inspect.isclass(it)]
    objects = [
        f"## `{name}`\n\nThe `{type(it).__name__}` of the run that goes on.\n"
        for name, it in members
        if not inspect.isfunction(it) and not inspect.isclass(it)
    ]
    elsewhere = [
        _function(f"{module.__name__}.{name}", getattr(module, name), 2) for module in MODULES for name in module.__all__
    ]
    return "\n".join([HEAD, *functions, *elsewhere, *objects, *classes])


def _class(name: str, kind: type) -> str:
    parts = [f"## `{name}`\n\n{_doc(kind)}\n"]
    if dataclasses.is_dataclass(kind):
        rows = [f"| `{field.name}` | `{_type(field.type)}` |" for field in dataclasses.fields(kind)]
        parts.append("\n".join(["| field | type |", "|---|---|", *rows]) + "\n")
    for member, value in vars(kind).items():
        if member.startswith("_"):
            continue
        if isinstance(value, property) and value.fget is not None:
            returned = _type(value.fget.__annotations__["return"])
            parts.append(f"### `{member}: {returned}`\n\n{_doc(value)}\n")
        elif inspect.isfunction(value):
            parts.append(_function(member, value, 3))
    return "\n".join(parts)


def _function(name: str, function: Any, level: int) -> str:
    awaited = "await " if inspect.iscoroutinefunction(function) else ""
    signature = inspect.signature(function)
    parameters = [each for each in signature.parameters.values() if each.name != "self"]
    shown: list[str] = []
    for each in parameters:
        if each.kind is inspect.Parameter.KEYWORD_ONLY and "*" not in shown and not _has_varargs(parameters):
            shown.append("*")
        prefix = "**" if each.kind is inspect.Parameter.VAR_KEYWORD else ""
        prefix = "*" if each.kind is inspect.Parameter.VAR_POSITIONAL else prefix
        default = "" if each.default is inspect.Parameter.empty else f" = {each.default!r}"
        shown.append(f"{prefix}{each.name}: {_type(each.annotation)}{default}")
    arguments = "".join(f"    {each},\n" for each in shown)
    arguments = f"\n{arguments}" if arguments else ""
    code = f"{awaited}{name}({arguments}) -> {_type(signature.return_annotation)}"
    return f"{'#' * level} `{name}()`\n\n```python\n{code}\n```\n\n{_doc(function)}\n"


def _has_varargs(parameters: list[inspect.Parameter]) -> bool:
    return any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters)


def _type(annotation: Any) -> str:
    return str(annotation).replace('"', "").replace("'", "")


def _doc(of: Any) -> str:
    text = inspect.getdoc(of)
    if not text:
        raise AssertionError(f"{of} is part of the API and has no docstring")
    return text


class ReferenceTest(unittest.TestCase):
    def test_the_reference_says_what_the_docstrings_say(self) -> None:
        if not REFERENCE.parent.is_dir():
            self.skipTest("the documentation is not here: the package alone was unpacked")
        text = reference()
        if os.environ.get("REFERENCE_WRITE"):
            REFERENCE.write_text(text, encoding="utf-8")
        there = REFERENCE.read_text(encoding="utf-8") if REFERENCE.exists() else ""
        self.assertEqual(text, there, "out of date: run this test with REFERENCE_WRITE=1 and commit what it wrote")


if __name__ == "__main__":
    unittest.main()
