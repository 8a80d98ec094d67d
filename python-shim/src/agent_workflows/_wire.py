"""The worker protocol's messages (coordinator.proto) to and from protobuf bytes.

A message is a dict from field names to values. Decoding fills in every field: None for what is
absent, proto3's default for the others. Encoding leaves out what is None, a default or missing,
in the order of field numbers, so the bytes are those that any protobuf library writes.
`tests/wire_vectors.json`, written by the Java side from the .proto, keeps the tables honest.
"""

from __future__ import annotations

from struct import Struct, error as StructError
from typing import Any, Optional

__all__ = ["MESSAGES", "Message", "WireError", "decode_to_shim", "encode_from_shim"]

# How a field is written; also an index into the two tuples below. TEXT is a str in a `bytes` field:
# UTF-8 that lets lone surrogates through.
STRING, TEXT, UINT, BOOL, DOUBLE, MESSAGE, BYTES = range(7)

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_WIRE_TYPES = (_LENGTH, _LENGTH, _VARINT, _VARINT, _FIXED64, _LENGTH, _LENGTH)
_DEFAULTS = ("", "", 0, False, 0.0, None, b"")
_DOUBLE = Struct("<d")
_SHORT_VARINTS = tuple(bytes((value,)) for value in range(128))
_U64 = (1 << 64) - 1


class WireError(ValueError):
    """Bytes that are no message of the worker protocol."""


class Field:
    """One row of a message's table."""

    __slots__ = ("number", "name", "kind", "optional", "repeated", "message", "tag", "default")

    def __init__(
        self,
        number: int,
        name: str,
        kind: int,
        *,
        optional: bool = False,
        repeated: bool = False,
        message: Optional[Message] = None,
    ) -> None:
        self.number = number
        self.name = name
        self.kind = kind
        self.optional = optional
        self.repeated = repeated
        self.message = message
        self.tag = _varint(number << 3 | _WIRE_TYPES[kind])
        self.default = None if optional else () if repeated else _DEFAULTS[kind]


class Message:
    """A message type: its table, and the two ways through it."""

    __slots__ = ("name", "fields", "_by_tag", "_by_number", "_defaults")

    def __init__(self, name: str, *fields: Field) -> None:
        self.name = name
        self.fields = fields
        self._by_number = {field.number: field for field in fields}
        self._by_tag = {field.number << 3 | _WIRE_TYPES[field.kind]: field for field in fields}
        self._defaults = {field.name: field.default for field in fields}

    def encode(self, values: dict[str, Any]) -> bytes:
        """Returns the message's bytes; fields that `values` lacks count as absent."""
        parts: list[bytes] = []
        for field in self.fields:
            value = values.get(field.name)
            if value is None:
                continue
            if field.repeated:
                for item in value:
                    parts.append(field.tag)
                    _append(parts, field, item)
            elif value or field.optional or field.kind == MESSAGE or _is_negative_zero(value):
                parts.append(field.tag)
                _append(parts, field, value)
        return b"".join(parts)

    def decode(self, data: bytes) -> dict[str, Any]:
        """Returns the message's fields; unknown ones are skipped. WireError when it is malformed."""
        values = self._defaults.copy()
        by_tag = self._by_tag
        position, end = 0, len(data)
        try:
            while position < end:
                tag = data[position]
                position += 1
                if tag > 127:
                    tag, position = _read_varint(data, position - 1)
                field = by_tag.get(tag)
                if field is None:
                    position = self._decode_unexpected(data, position, tag, values)
                    continue
                # Written out for the two kinds that most fields have: half the time of a decoding.
                kind = field.kind
                value: Any
                if kind == STRING or kind == UINT:
                    value = data[position]
                    position += 1
                    if value > 127:
                        value, position = _read_varint(data, position - 1)
                    if kind == STRING:
                        start, position = position, position + value
                        value = data[start:position].decode()
                else:
                    value, position = _read(data, position, field)
                if field.repeated:
                    _add(values, field.name, value)
                else:
                    values[field.name] = value
        except (IndexError, StructError):
            raise WireError(f"a {self.name} message is cut short") from None
        except UnicodeDecodeError:
            raise WireError(f"a {self.name} message holds text that is not UTF-8") from None
        if position > end:
            raise WireError(f"a {self.name} message is cut short")
        return values

    def _decode_unexpected(self, data: bytes, position: int, tag: int, values: dict[str, Any]) -> int:
        number, wire_type = tag >> 3, tag & 7
        if number == 0:
            raise WireError(f"a {self.name} message holds a field numbered 0")
        field = self._by_number.get(number)
        if field is not None and field.repeated and field.kind == UINT and wire_type == _LENGTH:
            size, position = _read_varint(data, position)
            end = position + size
            while position < end:
                value, position = _read_varint(data, position)
                _add(values, field.name, value)
            return position
        if wire_type == _VARINT:
            return _read_varint(data, position)[1]
        if wire_type == _FIXED64:
            return position + 8
        if wire_type == _FIXED32:
            return position + 4
        if wire_type == _LENGTH:
            size, position = _read_varint(data, position)
            return position + size
        raise WireError(f"a {self.name} message holds field {number} with wire type {wire_type}")


def _add(values: dict[str, Any], name: str, value: Any) -> None:
    known = values[name]
    if known:
        known.append(value)
    else:
        values[name] = [value]


def _append(parts: list[bytes], field: Field, value: Any) -> None:
    kind = field.kind
    if kind == STRING:
        raw = value.encode("utf-8", "replace")
    elif kind == TEXT:
        raw = value.encode("utf-8", "surrogatepass")
    elif kind == MESSAGE:
        assert field.message is not None
        raw = field.message.encode(value)
    elif kind == BYTES:
        raw = value
    elif kind == DOUBLE:
        parts.append(_DOUBLE.pack(value))
        return
    else:
        parts.append(_varint(value))
        return
    parts.append(_varint(len(raw)))
    parts.append(raw)


def _read(data: bytes, position: int, field: Field) -> tuple[Any, int]:
    kind = field.kind
    if kind == DOUBLE:
        return _DOUBLE.unpack_from(data, position)[0], position + 8
    number = data[position]
    position += 1
    if number > 127:
        number, position = _read_varint(data, position - 1)
    if kind == BOOL:
        return number != 0, position
    end = position + number
    if end > len(data):
        raise IndexError
    raw = data[position:end]
    if kind == TEXT:
        return raw.decode("utf-8", "surrogatepass"), end
    if kind == BYTES:
        return raw, end
    assert field.message is not None
    return field.message.decode(raw), end


def _varint(value: int) -> bytes:
    if 0 <= value < 128:
        return _SHORT_VARINTS[value]
    if not 0 <= value <= _U64:
        raise WireError(f"{value} is not an unsigned 64-bit number")
    raw = bytearray()
    while value > 127:
        raw.append(value & 127 | 128)
        value >>= 7
    raw.append(value)
    return bytes(raw)


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        octet = data[position]
        position += 1
        value |= (octet & 127) << shift
        if octet < 128:
            return value & _U64, position
        shift += 7
        if shift > 63:
            raise WireError("a number of more than ten bytes")


def _is_negative_zero(value: Any) -> bool:
    return value == 0 and isinstance(value, float) and _DOUBLE.pack(value) != _DOUBLE.pack(0.0)


# ---------------------------------------------------------------- the tables


def _string(number: int, name: str) -> Field:
    return Field(number, name, STRING)


def _maybe(number: int, name: str, kind: int = STRING) -> Field:
    return Field(number, name, kind, optional=True)


def _strings(number: int, name: str) -> Field:
    return Field(number, name, STRING, repeated=True)


def _uint(number: int, name: str) -> Field:
    return Field(number, name, UINT)


def _bool(number: int, name: str) -> Field:
    return Field(number, name, BOOL)


def _nested(number: int, name: str, message: Message) -> Field:
    return Field(number, name, MESSAGE, message=message)


META = Message(
    "Meta",
    _string(1, "name"),
    _maybe(2, "description"),
    _strings(3, "phases"),
    _bool(4, "mutates_files"),
    _bool(5, "approval_required"),
)

RUN_CHOICES = Message(
    "RunChoices",
    _maybe(1, "provider"),
    _maybe(2, "model"),
    _maybe(3, "budget_tokens", UINT),
    _maybe(4, "budget_cost_usd"),
    _maybe(5, "cache_policy"),
    _maybe(6, "workspace"),
    _maybe(7, "timeout_seconds", DOUBLE),
    _bool(8, "approved"),
    _maybe(9, "resume_run_id"),
    _bool(10, "allow_unpriced"),
    _maybe(11, "wait_for_limits_seconds", UINT),
)

OPEN_RUN = Message(
    "OpenRun",
    _uint(1, "protocol_version"),
    _string(2, "client"),
    _string(3, "script_path"),
    _string(4, "script_sha256"),
    _nested(5, "meta", META),
    _maybe(6, "parent_run_id"),
    _maybe(7, "args_json"),
    _nested(8, "choices", RUN_CHOICES),
)

REJOIN_RUN = Message(
    "RejoinRun", _uint(1, "protocol_version"), _string(2, "run_id"), _uint(3, "received")
)

ACKNOWLEDGE = Message("Acknowledge", _uint(1, "received"))

REJECT_SCRIPT = Message("RejectScript", _uint(1, "protocol_version"), _string(2, "message"))

TOOL_LIST = Message("ToolList", _strings(1, "names"))

START_CALL = Message(
    "StartCall",
    _uint(1, "call_ref"),
    Field(2, "prompt", TEXT),
    _maybe(3, "label"),
    _maybe(4, "phase"),
    _maybe(5, "schema_json"),
    _maybe(6, "provider"),
    _maybe(7, "model"),
    _maybe(8, "agent_type"),
    _string(9, "isolation"),
    _maybe(10, "cache_policy"),
    _maybe(11, "cache_namespace"),
    _strings(12, "read_scope"),
    _strings(13, "write_scope"),
    _maybe(14, "permissions_json"),
    _maybe(15, "timeout_seconds", DOUBLE),
    _maybe(16, "metadata_json"),
    _maybe(17, "place", UINT),
    _maybe(18, "system"),
    _maybe(19, "effort"),
    _nested(20, "tools", TOOL_LIST),
    _maybe(21, "mcp_servers_json"),
    _strings(22, "files"),
    _maybe(23, "continues"),
    _maybe(24, "worktree"),
    _strings(25, "fallback"),
)

CANCEL_CALL = Message("CancelCall", _uint(1, "call_ref"))

ASK_APPROVAL = Message(
    "AskApproval",
    _uint(1, "call_ref"),
    _string(2, "question"),
    _maybe(3, "label"),
    _maybe(4, "phase"),
    _maybe(5, "timeout_seconds", DOUBLE),
    _maybe(6, "default_answer", BOOL),
    _maybe(7, "place", UINT),
)

APPEND_EVENT = Message(
    "AppendEvent",
    _string(1, "type"),
    _string(2, "message"),
    _maybe(3, "phase"),
    _maybe(4, "data_json"),
)

CLOSE_RUN = Message(
    "CloseRun",
    _string(1, "status"),
    _maybe(2, "output_json"),
    _maybe(3, "error_kind"),
    _maybe(4, "error_message"),
    _maybe(5, "traceback"),
)

FROM_SHIM = Message(
    "FromShim",
    _nested(1, "open_run", OPEN_RUN),
    _nested(2, "reject_script", REJECT_SCRIPT),
    _nested(3, "start_call", START_CALL),
    _nested(4, "cancel_call", CANCEL_CALL),
    _nested(5, "append_event", APPEND_EVENT),
    _nested(6, "close_run", CLOSE_RUN),
    _nested(7, "rejoin_run", REJOIN_RUN),
    _nested(8, "acknowledge", ACKNOWLEDGE),
    _nested(9, "ask_approval", ASK_APPROVAL),
)

BUDGET = Message(
    "Budget",
    _maybe(1, "total_tokens", UINT),
    _maybe(2, "total_cost_usd", DOUBLE),
    _uint(3, "spent_tokens"),
    Field(4, "spent_cost_usd", DOUBLE),
)

RUN_OPENED = Message(
    "RunOpened",
    _string(1, "run_id"),
    _string(2, "args_json"),
    _string(3, "run_dir"),
    _bool(4, "same_machine"),
    _nested(5, "budget", BUDGET),
    _maybe(6, "run_token"),
    _maybe(7, "rejoin_seconds", UINT),
    _maybe(8, "most_calls", UINT),
)

RUN_REJOINED = Message("RunRejoined", _uint(1, "received"))

NOTICE = Message("Notice", _string(1, "message"))

APPROVAL_ANSWERED = Message(
    "ApprovalAnswered", _uint(1, "call_ref"), _maybe(2, "approved", BOOL)
)

RUN_PLANNED = Message("RunPlanned")

VALIDATION_ERROR = Message("ValidationError", _string(1, "path"), _string(2, "message"))

CALL_RESULT = Message(
    "CallResult",
    _string(1, "call_id"),
    _string(2, "status"),
    _maybe(3, "value_json"),
    _maybe(4, "text", TEXT),
    _maybe(5, "error"),
    _maybe(6, "label"),
    _maybe(7, "phase"),
    _string(8, "provider"),
    _maybe(9, "model"),
    _maybe(10, "agent_type"),
    _string(11, "cache_status"),
    _maybe(12, "cache_key"),
    _maybe(13, "schema_hash"),
    _maybe(14, "validation_status"),
    Field(15, "validation_errors", MESSAGE, repeated=True, message=VALIDATION_ERROR),
    _uint(16, "validation_attempts"),
    _maybe(17, "input_tokens", UINT),
    _maybe(18, "output_tokens", UINT),
    _maybe(19, "cache_read_tokens", UINT),
    _maybe(20, "cache_write_tokens", UINT),
    _maybe(21, "estimated_cost_usd", DOUBLE),
    _uint(22, "duration_ms"),
    _string(23, "isolation"),
    _maybe(24, "worktree_path"),
    _maybe(25, "worktree_branch"),
    Field(26, "changed_files", TEXT, repeated=True),
)

CALL_DONE = Message(
    "CallDone",
    _uint(1, "call_ref"),
    _nested(2, "result", CALL_RESULT),
    _nested(3, "budget", BUDGET),
)

#: CallRefused.Reason
REASON_INVALID, REASON_BUDGET_EXCEEDED = 1, 2

CALL_REFUSED = Message(
    "CallRefused",
    _uint(1, "call_ref"),
    _uint(2, "reason"),
    _string(3, "message"),
    _nested(4, "budget", BUDGET),
)

CANCEL_RUN = Message("CancelRun", _string(1, "reason"))

RUN_SUMMARY = Message(
    "RunSummary",
    _string(1, "lines"),
    _string(2, "document_json"),
    _string(3, "trouble"),
    _uint(4, "exit_code"),
)

RUN_CLOSED = Message("RunClosed", _nested(1, "summary", RUN_SUMMARY))

TO_SHIM = Message(
    "ToShim",
    _nested(1, "run_opened", RUN_OPENED),
    _nested(2, "run_planned", RUN_PLANNED),
    _nested(3, "call_done", CALL_DONE),
    _nested(4, "call_refused", CALL_REFUSED),
    _nested(5, "cancel_run", CANCEL_RUN),
    _nested(6, "run_closed", RUN_CLOSED),
    _nested(7, "run_rejoined", RUN_REJOINED),
    _nested(8, "acknowledge", ACKNOWLEDGE),
    _nested(9, "notice", NOTICE),
    _nested(10, "approval_answered", APPROVAL_ANSWERED),
)

MAKE_CALL_FILES_REQUEST = Message("MakeCallFilesRequest", _string(1, "call_id"))

CALL_FILES = Message(
    "CallFiles",
    _maybe(1, "prompt_path"),
    _maybe(2, "output_text_path"),
    _maybe(3, "output_json_path"),
    _maybe(4, "raw_output_path"),
    _maybe(5, "transcript_path"),
)

HOLD_BUDGET_REQUEST = Message(
    "HoldBudgetRequest", _string(1, "run_id"), _uint(2, "tokens"), _maybe(3, "hold_id")
)

HOLD_BUDGET_REPLY = Message("HoldBudgetReply", _string(1, "hold_id"), _nested(2, "budget", BUDGET))

COMMAND_REQUEST = Message("CommandRequest", _strings(1, "arguments"), _maybe(2, "columns", UINT))

# A oneof's members tell "set to nothing" from "not set", as optional fields do.
COMMAND_OUTPUT = Message(
    "CommandOutput",
    _maybe(1, "stdout", BYTES),
    _maybe(2, "stderr", BYTES),
    _maybe(3, "exit_code", UINT),
)

#: Every message type of the protocol that a shim meets, by its name in the .proto.
MESSAGES = {
    message.name: message
    for message in (
        FROM_SHIM, OPEN_RUN, RUN_CHOICES, META, REJECT_SCRIPT, START_CALL, TOOL_LIST, CANCEL_CALL, ASK_APPROVAL,
        APPEND_EVENT, CLOSE_RUN, REJOIN_RUN, ACKNOWLEDGE,
        TO_SHIM, RUN_OPENED, RUN_PLANNED, BUDGET, CALL_DONE, CALL_RESULT, VALIDATION_ERROR,
        CALL_REFUSED, CANCEL_RUN, RUN_CLOSED, RUN_SUMMARY, RUN_REJOINED, NOTICE, APPROVAL_ANSWERED,
        COMMAND_REQUEST, COMMAND_OUTPUT, MAKE_CALL_FILES_REQUEST, CALL_FILES, HOLD_BUDGET_REQUEST, HOLD_BUDGET_REPLY,
    )
}  # fmt: skip


def encode_from_shim(kind: str, values: dict[str, Any]) -> bytes:
    """Returns a FromShim message that holds one message of this kind ("start_call", …)."""
    return FROM_SHIM.encode({kind: values})


def decode_to_shim(data: bytes) -> tuple[str | None, dict[str, Any]]:
    """Returns a ToShim message's kind ("call_done", …) and content; None for a kind not known here."""
    for kind, values in TO_SHIM.decode(data).items():
        if values is not None:
            return kind, values
    return None, {}
