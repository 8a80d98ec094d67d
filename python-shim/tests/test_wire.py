"""The protobuf codec against what protobuf itself writes, and against malformed bytes."""

from __future__ import annotations

import json
import unittest
from pathlib import Path
from typing import Any

import sources  # noqa: F401
from agent_workflows import _wire
from agent_workflows._wire import BYTES, MESSAGE, TEXT, UINT, Field, Message, WireError

VECTORS = json.loads((Path(__file__).parent / "wire_vectors.json").read_text(encoding="utf-8"))


def expected(message: Message, told: dict[str, Any]) -> dict[str, Any]:
    """The fields as decode() gives them, from the vector's."""
    values: dict[str, Any] = {}
    for field in message.fields:
        if field.name not in told:
            values[field.name] = field.default
        elif field.repeated:
            values[field.name] = [value_of(field, item) for item in told[field.name]]
        else:
            values[field.name] = value_of(field, told[field.name])
    unknown = told.keys() - values.keys()
    assert not unknown, f"{message.name} has fields that the shim does not know: {unknown}"
    return values


def value_of(field: Field, told: Any) -> Any:
    if field.kind == MESSAGE:
        return expected(field.message, told)
    if field.kind == TEXT:
        return bytes.fromhex(told).decode("utf-8", "surrogatepass")
    if field.kind == BYTES:
        return bytes.fromhex(told)
    return told


class VectorsTest(unittest.TestCase):
    def test_every_vector_is_decoded_as_protobuf_meant_it(self) -> None:
        for vector in VECTORS:
            with self.subTest(message=vector["message"], case=vector["case"]):
                message = _wire.MESSAGES[vector["message"]]
                decoded = message.decode(bytes.fromhex(vector["hex"]))
                # repr tells -0.0 from 0.0, and True from 1.
                self.assertEqual(repr(decoded), repr(expected(message, vector["fields"])))

    def test_every_vector_is_encoded_byte_for_byte(self) -> None:
        for vector in VECTORS:
            with self.subTest(message=vector["message"], case=vector["case"]):
                message = _wire.MESSAGES[vector["message"]]
                encoded = message.encode(expected(message, vector["fields"]))
                self.assertEqual(encoded.hex(), vector["hex"])

    def test_the_vectors_name_every_message_that_the_shim_knows(self) -> None:
        self.assertEqual({vector["message"] for vector in VECTORS}, set(_wire.MESSAGES))

    def test_every_vector_cut_short_is_refused_or_another_message(self) -> None:
        refused = 0
        for vector in VECTORS:
            raw = bytes.fromhex(vector["hex"])
            message = _wire.MESSAGES[vector["message"]]
            for end in range(min(len(raw), 400)):
                try:
                    message.decode(raw[:end])
                except WireError:
                    refused += 1
        self.assertGreater(refused, 1000)


class MalformedTest(unittest.TestCase):
    def assert_refused(self, hexadecimal: str, words: str, message: Message = _wire.CALL_RESULT) -> None:
        with self.assertRaisesRegex(WireError, words):
            message.decode(bytes.fromhex(hexadecimal))

    def test_a_string_longer_than_the_message_is_refused(self) -> None:
        self.assert_refused("0a0561", "CallResult message is cut short")

    def test_a_skipped_field_longer_than_the_message_is_refused(self) -> None:
        self.assert_refused("fa060561", "cut short")
        self.assert_refused("f9060561", "cut short")

    def test_a_string_that_is_not_utf8_is_refused(self) -> None:
        self.assert_refused("0a01ff", "not UTF-8")

    def test_an_endless_number_is_refused(self) -> None:
        self.assert_refused("80" * 11, "more than ten bytes")

    def test_field_number_zero_and_groups_are_refused(self) -> None:
        self.assert_refused("0200", "field numbered 0")
        self.assert_refused("fb06", "wire type 3")

    def test_unknown_fields_of_every_type_are_skipped(self) -> None:
        raw = bytes.fromhex("f80696018a0601" "61" "f906" + "00" * 8 + "fd06" + "00" * 4 + "fa060161") + b"\x0a\x02id"
        self.assertEqual(_wire.CALL_RESULT.decode(raw)["call_id"], "id")

    def test_a_known_field_with_another_wire_type_is_skipped(self) -> None:
        self.assertEqual(_wire.CANCEL_CALL.decode(bytes.fromhex("0a0161" "0805"))["call_ref"], 5)

    def test_repeated_numbers_are_read_packed_and_one_by_one(self) -> None:
        numbers = Message("Numbers", Field(1, "n", UINT, repeated=True))
        self.assertEqual(numbers.decode(bytes.fromhex("0a0301ac02" "0807"))["n"], [1, 300, 7])

    def test_a_kind_of_message_from_the_future_is_told_as_none(self) -> None:
        self.assertEqual(_wire.decode_to_shim(bytes.fromhex("fa0600")), (None, {}))

    def test_a_lone_surrogate_is_replaced_in_names_not_in_prompts(self) -> None:
        raw = _wire.START_CALL.encode({"prompt": "a\ud800b\0", "label": "a\ud800b"})
        values = _wire.START_CALL.decode(raw)
        self.assertEqual((values["prompt"], values["label"]), ("a\ud800b\0", "a?b"))


if __name__ == "__main__":
    unittest.main()
