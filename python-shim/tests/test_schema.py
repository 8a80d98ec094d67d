"""What `schema=` makes of Python types, and of the values that satisfy their schemas."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import sys
import unittest
from typing import Annotated, Any, Dict, List, Literal, NewType, Optional, Tuple, TypedDict, Union

import sources  # noqa: F401  (isort: skip) puts the package on the path
from agent_workflows._schema import is_schema_type, schema_of, value_of
from fake_coordinator import done
from workspace import ScriptTest


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Place:
    """Where a
    finding is."""

    file: str
    line: Optional[int] = None


@dataclasses.dataclass
class Finding:
    title: str
    severity: Literal["low", "high"]
    places: List[Place]
    scores: Dict[str, float] = dataclasses.field(default_factory=dict)
    color: Color = Color.RED
    pair: Tuple[int, str] = (0, "")
    when: Optional[datetime.datetime] = None
    extra: Any = None


@dataclasses.dataclass
class Tree:
    name: str
    children: List["Tree"] = dataclasses.field(default_factory=list)


class Partial(TypedDict, total=False):
    note: str


class Review(Partial):
    ship: bool
    findings: List[Finding]
    either: Union[Place, str, None]


class SchemaTest(unittest.TestCase):
    def test_a_dataclass_is_an_object_with_its_fields_in_order(self) -> None:
        schema = schema_of(Finding)
        self.assertEqual(
            list(schema["properties"]),
            ["title", "severity", "places", "scores", "color", "pair", "when", "extra"],
        )
        self.assertEqual(schema["required"], ["title", "severity", "places"])
        self.assertIs(schema["additionalProperties"], False)
        self.assertEqual(schema["properties"]["severity"], {"enum": ["low", "high"]})
        self.assertEqual(schema["properties"]["places"], {"type": "array", "items": {"$ref": "#/$defs/Place"}})
        self.assertEqual(schema["properties"]["scores"]["additionalProperties"], {"type": "number"})
        self.assertEqual(schema["properties"]["color"], {"enum": ["red", "blue"]})
        self.assertEqual(schema["properties"]["extra"], {})
        self.assertEqual(schema["$defs"]["Place"]["description"], "Where a finding is.")
        self.assertNotIn("description", schema)

    def test_a_typed_dict_knows_what_is_required(self) -> None:
        schema = schema_of(Review)
        self.assertEqual(sorted(schema["required"]), ["either", "findings", "ship"])
        self.assertIn("note", schema["properties"])
        self.assertEqual(sorted(schema["$defs"]), ["Finding", "Place"])

    def test_a_type_may_refer_to_itself(self) -> None:
        schema = schema_of(Tree)
        self.assertEqual(schema["$ref"], "#/$defs/Tree")
        self.assertEqual(schema["$defs"]["Tree"]["properties"]["children"]["items"], {"$ref": "#/$defs/Tree"})
        self.assertEqual(value_of(Tree, {"name": "a", "children": [{"name": "b"}]}), Tree("a", [Tree("b")]))

    def test_a_field_without_a_json_form_is_named(self) -> None:
        @dataclasses.dataclass
        class Bad:
            inner: "List[complex]"

        with self.assertRaisesRegex(TypeError, r"schema: Bad\.inner\[\] is a <class 'complex'>"):
            schema_of(Bad)

    @unittest.skipIf(sys.version_info < (3, 10), "the syntax is of Python 3.10")
    def test_the_newer_syntax_of_unions_is_the_same(self) -> None:
        @dataclasses.dataclass
        class New:
            a: "int | None"
            b: "list[str] | dict[str, int]"

        self.assertEqual(schema_of(New)["properties"]["a"], {"anyOf": [{"type": "integer"}, {"type": "null"}]})
        self.assertEqual(value_of(New, {"a": None, "b": {"x": 1}}), New(None, {"x": 1}))

    def test_values_become_instances_all_the_way_down(self) -> None:
        value = {
            "title": "t",
            "severity": "high",
            "places": [{"file": "a.py", "line": 3}, {"file": "b.py"}],
            "scores": {"x": 1},
            "color": "blue",
            "pair": [1, "one"],
            "when": "2026-01-02T03:04:05Z",
        }
        finding = value_of(Finding, value)
        when = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
        places = [Place("a.py", 3), Place("b.py")]
        self.assertEqual(finding, Finding("t", "high", places, {"x": 1.0}, Color.BLUE, (1, "one"), when))
        review = value_of(Review, {"ship": True, "findings": [value], "either": {"file": "c.py"}})
        self.assertEqual(review, {"ship": True, "findings": [finding], "either": Place("c.py")})
        self.assertEqual(value_of(Review, {"ship": True, "findings": [], "either": "text"})["either"], "text")

    def test_a_list_of_a_class_is_an_array_without_references(self) -> None:
        place = {key: value for key, value in schema_of(Place).items()}
        for kind in (list[Place], List[Place], Annotated[List[Place], "all"], NewType("Places", list[Place])):
            with self.subTest(kind=kind):
                expected = {"type": "array", "items": place}
                schema = schema_of(kind)
                self.assertEqual({key: schema[key] for key in expected}, expected)
                self.assertEqual(value_of(kind, [{"file": "a"}, {"file": "b"}]), [Place("a"), Place("b")])
        self.assertEqual(schema_of(list[Tree])["items"], {"$ref": "#/$defs/Tree"})
        self.assertEqual(list(schema_of(list[Review])["$defs"]), ["Finding", "Place"])

    def test_other_types_of_types_have_schemas_too(self) -> None:
        made: list[tuple[Any, Any, Any]] = [
            (Dict[str, Place], {"x": {"file": "a"}}, {"x": Place("a")}),
            (Tuple[Place, Place], [{"file": "a"}, {"file": "b"}], (Place("a"), Place("b"))),
            (Optional[Place], {"file": "a"}, Place("a")),
            (Optional[Place], None, None),
            (Union[Tree, Place], {"file": "a"}, Place("a")),
            (Literal["yes", "no"], "no", "no"),
            (Color, "blue", Color.BLUE),
        ]
        for kind, value, expected in made:
            with self.subTest(kind=kind):
                self.assertTrue(is_schema_type(kind))
                self.assertEqual(schema_of(kind).get("$defs", {}).get("Place", schema_of(Place)), schema_of(Place))
                self.assertEqual(value_of(kind, value), expected)

    def test_two_classes_of_one_name_stay_two(self) -> None:
        one = dataclasses.make_dataclass("Item", [("x", int)])
        other = dataclasses.make_dataclass("Item", [("y", str)])
        both = dataclasses.make_dataclass("Both", [("one", one), ("other", other), ("again", one)])
        schema = schema_of(both)
        parts = [schema["$defs"][part["$ref"].rpartition("/")[2]] for part in schema["properties"].values()]
        self.assertEqual([list(part["properties"]) for part in parts], [["x"], ["y"], ["x"]])

    def test_definitions_of_a_nested_model_are_found_from_the_top(self) -> None:
        class Model:
            @classmethod
            def model_json_schema(cls, ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
                inner = {"$ref": ref_template.format(model="Inner")}
                return {"properties": {"inner": inner}, "$defs": {"Inner": {"type": "integer"}}}

            @classmethod
            def model_validate(cls, value: Any) -> Any:
                return value

        for kind in (list[Model], dataclasses.make_dataclass("Outer", [("model", Model), ("more", Model)])):
            schema = schema_of(kind)
            inner = schema["items"] if "items" in schema else schema["$defs"]["Model"]
            reference = inner["properties"]["inner"]["$ref"].removeprefix("#/$defs/")
            self.assertEqual(schema["$defs"][reference], {"type": "integer"})
            self.assertNotIn("$defs", inner)

    def test_a_list_that_does_not_say_of_what_is_any_list(self) -> None:
        bare = dataclasses.make_dataclass("Bare", [("items", List), ("named", Dict)])
        properties = schema_of(bare)["properties"]
        self.assertEqual(properties, {"items": {"type": "array"}, "named": {"type": "object"}})

    def test_a_whole_number_is_an_int_however_it_is_written(self) -> None:
        counted = dataclasses.make_dataclass("Counted", [("n", int), ("some", Optional[int]), ("list", List[int])])
        made = value_of(counted, {"n": 3.0, "some": 4.0, "list": [5.0]})
        self.assertEqual([type(each) for each in (made.n, made.some, made.list[0])], [int] * 3)

    def test_a_value_of_a_union_is_of_the_class_that_it_fits(self) -> None:
        empty = dataclasses.make_dataclass("Empty", [("note", str, dataclasses.field(default=""))])
        start = dataclasses.make_dataclass("Start", [("kind", Literal["start"]), ("at", int)])
        stop = dataclasses.make_dataclass("Stop", [("kind", Literal["stop"]), ("at", int)])
        many = dataclasses.make_dataclass("Many", [("items", List[Place])])
        one = dataclasses.make_dataclass("One", [("items", List[str])])
        kind = Union[empty, start, stop, one, many, Review]  # type: ignore[valid-type]
        made: list[tuple[Any, Any]] = [
            ({"kind": "stop", "at": 3}, stop("stop", 3)),
            ({"note": "x"}, empty("x")),
            ({}, empty()),
            ({"items": [{"file": "a"}]}, many([Place("a")])),
            ({"items": ["a"]}, one(["a"])),
        ]
        for value, expected in made:
            with self.subTest(value=value):
                self.assertEqual(value_of(kind, value), expected)
        self.assertEqual(value_of(Union[datetime.date, str], "soon"), "soon")
        self.assertEqual(value_of(Union[Color, str], "red"), Color.RED)
        self.assertEqual(value_of(Union[Color, int, str], "red-ish"), "red-ish")
        self.assertIs(value_of(Union[int, bool], True), True)
        self.assertEqual(value_of(Union[List[Place], Place], {"file": "a"}), Place("a"))

    def test_only_types_that_name_their_parts_are_schema_types(self) -> None:
        self.assertEqual([is_schema_type(t) for t in (Finding, Review, int, dict, object)], [True, True] + [False] * 3)
        self.assertFalse(is_schema_type(Place("a")))
        self.assertFalse(is_schema_type(List))


class AgentSchemaTest(ScriptTest):
    def test_agent_gives_an_instance(self) -> None:
        finished = self.run_script(
            """
            import dataclasses
            from workflows import agent
            @dataclasses.dataclass
            class Verdict:
                ship: bool
                why: str = ""
            async def main(args):
                result = await agent("ship it?", schema=Verdict)
                return [isinstance(result.value, Verdict), result.value, result.value_or_raise().ship]
            """,
            answer=lambda run, call: done(call, value_json='{"ship": true, "why": "green"}'),
        )
        self.assertEqual(finished.output, [True, {"ship": True, "why": "green"}, True])
        self.assertEqual(
            finished.run.calls[0]["schema_json"],
            '{"type":"object","properties":{"ship":{"type":"boolean"},"why":{"type":"string"}},'
            '"required":["ship"],"additionalProperties":false}',
        )

    def test_agent_gives_a_list_of_instances(self) -> None:
        finished = self.run_script(
            """
            import dataclasses
            from workflows import agent
            @dataclasses.dataclass
            class Word:
                text: str
                def __post_init__(self):
                    if not self.text:
                        raise ValueError("no text")
            async def main(args):
                good = await agent("words", schema=list[Word])
                bad = await agent("none", schema=list[Word])
                return [[word.text for word in good.value], bad.status, bad.error]
            """,
            answer=lambda run, call: done(
                call, value_json='[{"text": "a"}, {"text": "b"}]' if call["prompt"] == "words" else '[{"text": ""}]'
            ),
        )
        self.assertEqual(finished.output[:2], [["a", "b"], "schema_failed"])
        self.assertRegex(finished.output[2], r"^list\[.*Word\] refuses the answer: ValueError: no text$")

    def test_what_the_class_refuses_is_schema_failed(self) -> None:
        finished = self.run_script(
            """
            import dataclasses
            from workflows import agent
            @dataclasses.dataclass
            class Positive:
                n: int
                def __post_init__(self):
                    if self.n < 0:
                        raise ValueError(f"{self.n} is negative")
            async def main(args):
                result = await agent("a number", schema=Positive)
                return [result.ok, result.status, result.error, result.value]
            """,
            answer=lambda run, call: done(call, value_json='{"n": -1}'),
        )
        error = "Positive refuses the answer: ValueError: -1 is negative"
        self.assertEqual(finished.output, [False, "schema_failed", error, {"n": -1}])

    def test_pydantic_makes_its_own_schema_and_values(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent
            class Model:  # What pydantic's models have, without the package.
                def __init__(self, n):
                    self.n = n
                @classmethod
                def model_json_schema(cls):
                    return {"title": "Model"}
                @classmethod
                def model_validate(cls, value):
                    return cls(value["n"])
            async def main(args):
                return (await agent("a number", schema=Model)).value.n
            """,
            answer=lambda run, call: done(call, value_json='{"n": 7}'),
        )
        self.assertEqual((finished.output, finished.run.calls[0]["schema_json"]), (7, '{"title":"Model"}'))

    def test_another_class_is_refused(self) -> None:
        close = self.run_script(
            "from workflows import agent\nasync def main(args): await agent('x', schema=int)"
        ).run.close
        self.assertEqual(close["error_kind"], "TypeError")
        self.assertIn("schema: expected a JSON Schema, a dataclass", close["error_message"])
        self.assertIn("found the class int", close["error_message"])


if __name__ == "__main__":
    unittest.main()
