"""The codec: a record as what JSON can hold, and back with every field's type checked."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache, partial
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Json = Any
Data = dict[str, Json]
R = TypeVar("R")
Build = Callable[[Json], Any]

_SCALARS = {str, int, bool, float, type(None)}


class Malformed(ValueError):
    """Data from the other side of a wire does not have the promised form."""


def to_data(record: Any) -> Json:
    """A record (or a tuple, mapping or scalar of them) as what JSON can hold."""
    kind: Any = type(record)
    if kind in _SCALARS:
        return record
    if names := _field_names(kind):
        return {name: to_data(getattr(record, name)) for name in names}
    if isinstance(record, (tuple, list)):
        return [to_data(item) for item in record]
    if isinstance(record, Mapping):
        return {str(key): to_data(item) for key, item in record.items()}
    if isinstance(record, StrEnum):
        return record.value
    return record


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else ()


def from_data(kind: type[R], data: Json) -> R:
    """Rebuild a record; the sender may be hostile, so every field's type is checked.

    Raises `Malformed` when a field is missing, surplus or of another type.

    >>> from engine.records import CodeLine
    >>> from_data(CodeLine, {"number": 1, "text": "x", "marked": True})
    CodeLine(number=1, text='x', marked=True)
    >>> from_data(CodeLine, {"number": "1", "text": "x", "marked": True})
    Traceback (most recent call last):
    engine.records.codec.Malformed: int expected, got str
    """
    of: Any = kind
    built: R = _builder(of)(data)
    return built


@cache
def _builder(kind: Any) -> Build:
    """What rebuilds a value of this kind; made once, as records come by the thousand."""
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _record_builder(kind)
    if origin in (Union, types.UnionType):
        return _optional_builder(kind)
    if origin is tuple:
        return _tuple_builder(get_args(kind)[0])
    if origin is not None:  # dict[...] and Mapping[...]: plain data for its reader to check
        return partial(_expect, dict)
    if kind is Any:
        return lambda data: data
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return partial(_build_enum, kind)
    if kind is float:
        return lambda data: float(data) if type(data) is int else _expect(float, data)
    return partial(_expect, kind)


def _record_builder(kind: type) -> Build:
    hints = get_type_hints(kind)
    # Asked for when the first record is built: a record may hold others of its own kind.
    builders: dict[str, Build] = {}

    def build(data: Json) -> Any:
        _expect(dict, data)
        if data.keys() != hints.keys():
            raise Malformed(f"{kind.__name__}: fields {sorted(hints)} expected, got {sorted(data)}")
        if not builders:
            builders.update({name: _builder(hint) for name, hint in hints.items()})
        return kind(**{name: builders[name](value) for name, value in data.items()})

    return build


def _optional_builder(kind: Any) -> Build:
    (wanted,) = (option for option in get_args(kind) if option is not type(None))
    build = _builder(wanted)
    return lambda data: None if data is None else build(data)


def _tuple_builder(kind: Any) -> Build:
    build = _builder(kind)

    def build_all(data: Json) -> Any:
        _expect(list, data)
        return tuple([build(item) for item in data])

    return build_all


def _build_enum(kind: type[StrEnum], data: Json) -> StrEnum:
    try:
        return kind(_expect(str, data))
    except ValueError as error:
        raise Malformed(str(error)) from None


def _expect(kind: Any, data: Json) -> Any:
    # An exact type: True is not a count, and a subclass may lie about what it is.
    if type(data) is not kind:
        raise Malformed(f"{kind.__name__} expected, got {type(data).__name__}")
    return data
