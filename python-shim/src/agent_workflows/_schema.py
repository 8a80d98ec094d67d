"""JSON Schemas of Python types, and values of those types: what `schema=` takes besides a schema."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import itertools
import types
import typing
from collections.abc import Mapping, Sequence, Set
from typing import Any, Callable, Optional, Union

__all__ = ["is_schema_type", "is_type", "name_of", "schema_of", "value_of"]

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
_DEFINITIONS = "#/$defs/"
_QUALIFIERS = ("Annotated", "Required", "NotRequired", "ReadOnly")


def is_type(schema: Any) -> bool:
    """Whether this is a type of any kind: a class, or what is made of classes, as `list[X]` is."""
    return isinstance(_bare(schema), type) or typing.get_origin(_bare(schema)) is not None


def is_schema_type(kind: Any) -> bool:
    """Whether `schema=` takes this type.

    It takes what names its parts: a dataclass, a TypedDict, a pydantic model, an enum, and what is
    made of types, as `list[X]`, `dict[str, X]`, `X | Y` and Literals are.
    """
    kind = _bare(kind)
    if typing.get_origin(kind) is not None:
        return bool(typing.get_args(kind))
    return _names_fields(kind) or _is_enum(kind)


def name_of(kind: Any) -> str:
    """The type as its author writes it."""
    plain = isinstance(kind, type) and typing.get_origin(kind) is None
    return str(kind.__name__) if plain else str(kind)


def schema_of(kind: Any) -> dict[str, Any]:
    """Returns the JSON Schema of such a type, the properties of an object in the order of its fields.

    Raises TypeError for a part whose type has no JSON form.
    """
    if _is_pydantic(kind):
        own: dict[str, Any] = kind.model_json_schema()
        return own
    definitions = _Definitions()
    whole = definitions.inlined(definitions.schema(kind, name_of(kind)))
    if "items" in whole:
        # Providers that take objects alone get a list inside of one, where it refers to nothing.
        whole = {**whole, "items": definitions.inlined(whole["items"])}
    return {**whole, "$defs": definitions.known} if definitions.known else whole


def value_of(kind: Any, value: Any) -> Any:
    """Returns the value, which satisfies the schema of this type, as an instance of the type.

    Raises ValueError or TypeError when the class itself refuses it.
    """
    kind = _bare(kind)
    if _is_pydantic(kind):
        return kind.model_validate(value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        given = {f.name: value_of(hints[f.name], value[f.name]) for f in _fields(kind) if f.name in value}
        return kind(**given)
    if _is_typed_dict(kind):
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
    if _is_enum(kind):
        return kind(value)
    if isinstance(value, str) and kind in (datetime.datetime, datetime.date, datetime.time):
        # Before Python 3.11, Z is not understood.
        read: Callable[[str], Any] = getattr(kind, "fromisoformat")
        return read(value.replace("Z", "+00:00"))
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        # To a schema, 3.0 is an integer.
        return int(value)
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
    """Whether a value that satisfies a union's schema can be meant as this member of it."""
    kind = _bare(kind)
    origin, arguments = typing.get_origin(kind) or kind, typing.get_args(kind)
    if origin in _UNIONS:
        return any(_may_be(member, value) for member in arguments)
    if origin is typing.Literal:
        return any(type(one) is type(value) and one == value for one in arguments)
    if _is_enum(origin):
        return any(type(member.value) is type(value) and member.value == value for member in origin)
    if isinstance(value, dict):
        return origin in (dict, Mapping, Any) or (_names_fields(origin) and _has_its_fields(origin, value))
    if isinstance(value, list):
        return origin in (*_LISTS, *_SETS, tuple, Any) and _may_hold(origin, arguments, value)
    if origin is Any or value is None or isinstance(value, bool):
        return origin in (Any, type(None) if value is None else bool)
    if isinstance(value, str):
        return origin in (str, datetime.datetime, datetime.date, datetime.time)
    return origin is float or (origin is int and value == int(value))


def _has_its_fields(kind: Any, value: dict[str, Any]) -> bool:
    """Two classes may have fields of one name; a Literal or the type of a field tells them apart."""
    if _is_pydantic(kind):
        return True
    hints = typing.get_type_hints(kind)
    if dataclasses.is_dataclass(kind):
        names = {field.name: _has_default(field) for field in _fields(kind)}
    else:
        names = {name: name not in kind.__required_keys__ for name in hints}
    whole = all(name in value or optional for name, optional in names.items())
    return whole and all(name in names and _may_be(hints[name], item) for name, item in value.items())


def _may_hold(origin: Any, arguments: tuple[Any, ...], value: list[Any]) -> bool:
    if origin is tuple and arguments[1:] != (...,):
        return not arguments or len(arguments) == len(value)
    return not arguments or all(_may_be(arguments[0], item) for item in value)


class _Definitions:
    """The schemas of the classes that one schema refers to, by their names in it."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self._names: dict[type, str] = {}
        self._references: dict[str, int] = {}

    def inlined(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What this refers to, where nothing else refers to it; it is no definition any more."""
        name = schema.get("$ref", "").removeprefix(_DEFINITIONS)
        return self.known.pop(name) if self._references.get(name) == 1 else schema

    def schema(self, kind: Any, where: str) -> dict[str, Any]:
        kind = _aliased(kind)
        if kind is Any:
            return {}
        if isinstance(kind, type) and kind in _PLAIN:
            return dict(_PLAIN[kind])
        if _names_fields(kind):
            return self._reference(kind, where)
        if _is_enum(kind):
            return {"enum": [member.value for member in typing.cast(Any, kind)]}
        return self._generic(kind, where)

    def _generic(self, kind: Any, where: str) -> dict[str, Any]:
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        name = getattr(origin, "__name__", "")
        if name in _QUALIFIERS or hasattr(kind, "__metadata__"):
            schema = self.schema(arguments[0], where)
            texts = [more for more in getattr(kind, "__metadata__", ()) if isinstance(more, str)]
            return {**schema, "description": texts[0]} if texts else schema
        if origin is typing.Literal:
            return {"enum": list(arguments)}
        if origin in _UNIONS:
            return {"anyOf": [self.schema(member, where) for member in arguments]}
        if not arguments and origin in _PLAIN:
            return dict(_PLAIN[origin])
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
        name = self._names.get(kind)
        if name is None:
            name = self._names[kind] = self._free_name(_name(kind))
            self.known[name] = {}
            self.known[name] = self._definition_of(kind, name, where)
        self._references[name] = self._references.get(name, 0) + 1
        return {"$ref": _DEFINITIONS + name}

    def _free_name(self, name: str) -> str:
        """Classes of several modules may have one name."""
        numbers = itertools.count(2)
        free = name
        while free in self.known:
            free = f"{name}{next(numbers)}"
        return free

    def _definition_of(self, kind: type, name: str, where: str) -> dict[str, Any]:
        if not _is_pydantic(kind):
            return _object(kind, where, self.schema)
        # A model's own definitions stand beside it: references count from the top.
        template = f"{_DEFINITIONS}{name}.{{model}}"
        own: dict[str, Any] = kind.model_json_schema(ref_template=template)  # type: ignore[attr-defined]
        self.known.update({f"{name}.{inner}": schema for inner, schema in own.pop("$defs", {}).items()})
        return own


def _object(kind: type, where: str, schema: Callable[[Any, str], dict[str, Any]]) -> dict[str, Any]:
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


def _aliased(kind: Any) -> Any:
    """What a `type` statement or a NewType gave another name to."""
    while not isinstance(kind, type):
        if type(kind).__name__ == "TypeAliasType":
            kind = kind.__value__
        elif callable(kind) and hasattr(kind, "__supertype__"):
            kind = getattr(kind, "__supertype__")
        else:
            break
    return kind


def _bare(kind: Any) -> Any:
    """The type itself: without other names for it, notes on it, and whether it is required."""
    while True:
        kind = _aliased(kind)
        origin = typing.get_origin(kind)
        named = getattr(origin, "__name__", None) or getattr(origin, "_name", None)
        if not hasattr(kind, "__metadata__") and named not in _QUALIFIERS:
            return kind
        kind = typing.get_args(kind)[0]


def _names_fields(kind: Any) -> bool:
    if not isinstance(kind, type) or typing.get_origin(kind) is not None:
        return False
    return dataclasses.is_dataclass(kind) or _is_typed_dict(kind) or _is_pydantic(kind)


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and typing.get_origin(kind) is None and issubclass(kind, enum.Enum)


def _is_typed_dict(kind: Any) -> bool:
    """Also one of the package typing_extensions, which older Pythons don't know for one."""
    if not isinstance(kind, type) or typing.get_origin(kind) is not None:
        return False
    return typing.is_typeddict(kind) or (issubclass(kind, dict) and hasattr(kind, "__required_keys__"))


def _is_pydantic(kind: Any) -> bool:
    if not isinstance(kind, type) or typing.get_origin(kind) is not None:
        return False
    return callable(getattr(kind, "model_json_schema", None)) and callable(getattr(kind, "model_validate", None))
