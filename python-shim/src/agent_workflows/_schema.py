"""JSON Schemas of Python types, and values of those types: what `schema=` takes besides a schema."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import types
import typing
from collections.abc import Mapping, Sequence, Set
from typing import Any, Callable, Optional, Union

__all__ = ["is_schema_type", "schema_of", "value_of"]

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime.datetime: {"type": "string", "format": "date-time"},
    datetime.date: {"type": "string", "format": "date"},
    datetime.time: {"type": "string", "format": "time"},
    dict: {"type": "object"},
    list: {"type": "array"},
    tuple: {"type": "array"},
}
_LISTS = (list, Sequence)
_SETS = (set, frozenset, Set)
_UNIONS = (Union, getattr(types, "UnionType", Union))


def is_schema_type(schema: Any) -> bool:
    """Whether this is a class that a schema can be made of: a dataclass, a TypedDict, a pydantic model."""
    return isinstance(schema, type) and (
        dataclasses.is_dataclass(schema) or typing.is_typeddict(schema) or _is_pydantic(schema)
    )


def schema_of(kind: type) -> dict[str, Any]:
    """Returns the JSON Schema of such a class, its properties in the order of its fields.

    Raises TypeError for a field whose type has no JSON form.
    """
    if _is_pydantic(kind):
        schema: dict[str, Any] = kind.model_json_schema()  # type: ignore[attr-defined]
        return schema
    definitions = _Definitions()
    whole = definitions.schema(kind, kind.__name__)
    # The class itself stands at the top, unless it refers to itself.
    own = definitions.known.pop(kind)
    if definitions.recursive:
        definitions.known[kind] = own
        return {**whole, "$defs": definitions.all()}
    return {**own, "$defs": definitions.all()} if definitions.known else own


def value_of(kind: Any, value: Any) -> Any:
    """Returns the value, which satisfies the schema of this type, as an instance of the type.

    Raises ValueError or TypeError when the class itself refuses it.
    """
    if isinstance(kind, type) and _is_pydantic(kind):
        return kind.model_validate(value)  # type: ignore[attr-defined]
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        given = {f.name: value_of(hints[f.name], value[f.name]) for f in _fields(kind) if f.name in value}
        return kind(**given)
    if typing.is_typeddict(kind):
        hints = typing.get_type_hints(kind)
        return {name: value_of(hints[name], item) if name in hints else item for name, item in value.items()}
    return _plain_value(kind, value)


def _plain_value(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in _UNIONS:
        return _member_value(arguments, value)
    if isinstance(value, list) and arguments:
        if origin is tuple:
            of = [arguments[0]] * len(value) if arguments[1:] == (...,) else arguments
            return tuple(value_of(one, item) for one, item in zip(of, value))
        made = [value_of(arguments[0], item) for item in value]
        return origin(made) if origin in (set, frozenset) else set(made) if origin is Set else made
    if isinstance(value, dict) and len(arguments) == 2:
        return {key: value_of(arguments[1], item) for key, item in value.items()}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(value)
    if isinstance(value, str) and kind in (datetime.datetime, datetime.date, datetime.time):
        # Before Python 3.11, Z is not understood.
        read: Callable[[str], Any] = getattr(kind, "fromisoformat")
        return read(value.replace("Z", "+00:00"))
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _member_value(members: tuple[Any, ...], value: Any) -> Any:
    """As the first member of a union that takes it."""
    for member in members:
        if member is type(None):
            if value is None:
                return None
            continue
        if _may_be(member, value):
            try:
                return value_of(member, value)
            except (TypeError, ValueError, KeyError):
                continue
    return value


def _may_be(kind: Any, value: Any) -> bool:
    origin = typing.get_origin(kind) or kind
    if origin is bool or isinstance(value, bool):
        return isinstance(value, bool) and origin in (bool, Any)
    if origin in (str, int):
        return isinstance(value, origin)
    if origin is float:
        return isinstance(value, (int, float))
    if isinstance(value, dict):
        return origin in (dict, Mapping, Any) or is_schema_type(origin)
    if isinstance(value, list):
        return origin in (*_LISTS, *_SETS, tuple, Any)
    return not is_schema_type(origin)


class _Definitions:
    """The schemas of the classes that one schema refers to."""

    def __init__(self) -> None:
        self.known: dict[type, dict[str, Any]] = {}
        self.recursive = False
        self._open: list[type] = []

    def all(self) -> dict[str, Any]:
        return {_name(kind): schema for kind, schema in self.known.items()}

    def schema(self, kind: Any, where: str) -> dict[str, Any]:
        if kind is Any:
            return {}
        if isinstance(kind, type) and kind in _PLAIN:
            return dict(_PLAIN[kind])
        if is_schema_type(kind):
            return self._reference(kind, where)
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return {"enum": [member.value for member in kind]}
        return self._generic(kind, where)

    def _generic(self, kind: Any, where: str) -> dict[str, Any]:
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        name = getattr(origin, "__name__", "")
        if name in ("Annotated", "Required", "NotRequired", "ReadOnly") or hasattr(kind, "__metadata__"):
            schema = self.schema(arguments[0], where)
            texts = [more for more in getattr(kind, "__metadata__", ()) if isinstance(more, str)]
            return {**schema, "description": texts[0]} if texts else schema
        if origin is typing.Literal:
            return {"enum": list(arguments)}
        if origin in _UNIONS:
            return {"anyOf": [self.schema(member, where) for member in arguments]}
        if origin in _LISTS:
            return {"type": "array", "items": self.schema(arguments[0], f"{where}[]")}
        if origin in _SETS:
            return {"type": "array", "items": self.schema(arguments[0], f"{where}[]"), "uniqueItems": True}
        if origin is tuple:
            return self._tuple(arguments, where)
        if origin in (dict, Mapping) and arguments[0] is str:
            return {"type": "object", "additionalProperties": self.schema(arguments[1], f"{where}[…]")}
        raise TypeError(f"schema: {where} is a {kind!r}, which has no JSON Schema")

    def _tuple(self, arguments: tuple[Any, ...], where: str) -> dict[str, Any]:
        if arguments[1:] == (...,):
            return {"type": "array", "items": self.schema(arguments[0], f"{where}[]")}
        items = [self.schema(item, f"{where}[{number}]") for number, item in enumerate(arguments)]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}

    def _reference(self, kind: type, where: str) -> dict[str, Any]:
        if kind in self._open:
            self.recursive = self.recursive or kind is self._open[0]
        elif kind not in self.known:
            self._open.append(kind)
            self.known[kind] = {}
            self.known[kind] = _definition_of(kind, where, self.schema)
            self._open.pop()
        return {"$ref": f"#/$defs/{_name(kind)}"}


def _definition_of(
    kind: type, where: str, schema: Callable[[Any, str], dict[str, Any]]
) -> dict[str, Any]:
    if _is_pydantic(kind):
        return schema_of(kind)
    hints = typing.get_type_hints(kind, include_extras=True)
    if dataclasses.is_dataclass(kind):
        fields = _fields(kind)
        names = [field.name for field in fields]
        required = [field.name for field in fields if not _has_default(field)]
    else:
        names = list(hints)
        required = [name for name in names if name in kind.__required_keys__]  # type: ignore[attr-defined]
    made = {
        "type": "object",
        "properties": {name: schema(hints[name], f"{where}.{name}") for name in names},
        "required": required,
        "additionalProperties": False,
    }
    told = _docstring(kind)
    return {"description": told, **made} if told else made


def _fields(kind: Any) -> list[dataclasses.Field[Any]]:
    return [field for field in dataclasses.fields(kind) if field.init]


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _docstring(kind: type) -> Optional[str]:
    """The class's own words; a dataclass without any gets its signature from Python, which says nothing."""
    text = kind.__dict__.get("__doc__")
    if not isinstance(text, str) or text.startswith(f"{kind.__name__}("):
        return None
    return " ".join(text.split()) or None


def _name(kind: type) -> str:
    return kind.__qualname__.rpartition("<locals>.")[2]


def _is_pydantic(kind: type) -> bool:
    return callable(getattr(kind, "model_json_schema", None)) and callable(getattr(kind, "model_validate", None))
