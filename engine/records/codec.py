"""The codec: a record as what JSON can hold, and back with every field's type checked."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Json = Any
Data = dict[str, Json]
R = TypeVar("R")


class Malformed(ValueError):
    """Data from the other side of a wire does not have the promised form."""


def to_data(record: Any) -> Json:
    """A record (or a tuple, mapping or scalar of them) as what JSON can hold."""
    if is_dataclass(record):
        return {f.name: to_data(getattr(record, f.name)) for f in fields(record)}
    if isinstance(record, (tuple, list)):
        return [to_data(item) for item in record]
    if isinstance(record, Mapping):
        return {str(key): to_data(item) for key, item in record.items()}
    if isinstance(record, StrEnum):
        return record.value
    return record


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
    built: R = _build(kind, data)
    return built


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, data: Json) -> Any:
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _build_record(kind, data)
    if origin in (Union, types.UnionType):
        return _build_optional(kind, data)
    if origin is tuple:
        _expect(list, data)
        return tuple(_build(get_args(kind)[0], item) for item in data)
    if origin is not None:  # dict[...] and Mapping[...]: plain data for its reader to check
        return _expect(dict, data)
    if kind is Any:
        return data
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _build_enum(kind, data)
    if kind is float and type(data) is int:
        return float(data)
    return _expect(kind, data)


def _build_record(kind: type, data: Json) -> Any:
    _expect(dict, data)
    hints = _hints(kind)
    if data.keys() != hints.keys():
        raise Malformed(f"{kind.__name__}: fields {sorted(hints)} expected, got {sorted(data)}")
    return kind(**{name: _build(hint, data[name]) for name, hint in hints.items()})


def _build_optional(kind: Any, data: Json) -> Any:
    (wanted,) = (option for option in get_args(kind) if option is not type(None))
    return None if data is None else _build(wanted, data)


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
