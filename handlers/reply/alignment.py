"""Shapes side by side as a chat shows them: the table, the clash, the repairs, torch's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from markupsafe import Markup

from engine.records import Axis, AxisRole, Broadcast, Note, Operand
from handlers.reply.mono import COLUMNS
from handlers.reply.text import clip, code, harmless, pre
from handlers.words import Say

NAME_UNITS: Final = 9
CODE_UNITS: Final = 200
ERROR_UNITS: Final = 500
GAP: Final = 3
NARROW_GAP: Final = 2
MARKS: Final = {True: "✓", False: "✗"}
KEEPDIM: Final = "note.keepdim"  # adds to a repair
IN_PLACE: Final = "note.in_place"  # is the reason itself


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    cells: Sequence[str]

    @property
    def width(self) -> int:
        return max(map(len, (self.title, *self.cells)))

    def lines(self) -> list[str]:
        return [text.rjust(self.width) for text in (self.title, *self.cells)]


def shape(sizes: Sequence[int]) -> Markup:
    """A shape as Python prints a tuple."""
    return code(clip(str(tuple(sizes)), CODE_UNITS))


def position(axis: int) -> str:
    """The number of an axis inside a sentence."""
    return f"−{-axis}" if axis < 0 else str(axis)


def code_of(text: str) -> Markup:
    """A piece of a user's text as code."""
    return code(clip(harmless(text), CODE_UNITS))


def name(operand: Operand) -> Markup:
    return code_of(operand.name)


def table(broadcast: Broadcast, say: Say) -> Markup:
    """The axes one per line from the last, with ✓ or ✗ at its end; empty when there are none.

    What is wider than a phone goes on in a second table below, the marks in the last.
    """
    axes = broadcast.axes
    if not axes:
        return Markup("")
    label = _Column(say("axes.axis"), [_label(axis, say) for axis in axes])
    columns = [
        _Column(clip(harmless(operand.name), NAME_UNITS), [_size(axis.sizes[i]) for axis in axes])
        for i, operand in enumerate(broadcast.operands)
        if operand.shape or len(broadcast.operands) == 2
    ]
    columns.append(_Column(say("axes.result"), [_outcome(axis) for axis in axes]))
    marks = ["", *(MARKS[axis.agrees] for axis in axes)]
    gap = GAP if len(_groups(label, columns, GAP)) == 1 else NARROW_GAP
    blocks = [_block(label, group, gap) for group in _groups(label, columns, gap)]
    blocks[-1] = [
        f"{line}{' ' * gap}{mark}".rstrip() for line, mark in zip(blocks[-1], marks, strict=True)
    ]
    return pre("\n\n".join("\n".join(block) for block in blocks))


def _label(axis: Axis, say: Say) -> str:
    return say("axes.inner") if axis.role is AxisRole.INNER else str(axis.position)


def _size(size: int | None) -> str:
    return "" if size is None else str(size)


def _outcome(axis: Axis) -> str:
    return "—" if not axis.agrees else _size(axis.result)


def _groups(label: _Column, columns: Sequence[_Column], gap: int) -> list[list[_Column]]:
    """Columns that stand side by side; room for the mark is left everywhere."""
    groups: list[list[_Column]] = [[]]
    left = room = COLUMNS - label.width - gap - 1
    for column in columns:
        if groups[-1] and column.width + gap > left:
            groups.append([])
            left = room
        groups[-1].append(column)
        left -= column.width + gap
    return groups


def _block(label: _Column, columns: Sequence[_Column], gap: int) -> list[str]:
    lines = zip_longest(*(column.lines() for column in (label, *columns)))
    return [(" " * gap).join(line) for line in lines]


def headline(broadcast: Broadcast, say: Say) -> Markup:
    """The verdict in one line, for the top of an answer."""
    if broadcast.result is not None:
        return say("axes.fits", result=shape(broadcast.result))
    if broadcast.failing is None:
        return say("axes.clash.no_axes")
    if _writes(broadcast):
        left = broadcast.operands[0]
        return say("axes.clash.in_place", name=name(left), shape=shape(left.shape))
    axis = _clash(broadcast)
    first, second = clashing(axis)
    if axis.role is AxisRole.INNER:
        return say("axes.clash.inner", first=first, second=second)
    return say("axes.clash", first=first, second=second, axis=position(axis.position))


def short(broadcast: Broadcast, say: Say) -> Markup:
    """The verdict with all the shapes, for a group."""
    shapes = f" {broadcast.operator} ".join(str(o.shape) for o in broadcast.operands)
    text = code(clip(shapes, CODE_UNITS))
    if broadcast.result is not None:
        return say("axes.short.fits", shapes=text, result=shape(broadcast.result))
    if broadcast.failing is None:
        return say("axes.short.no_axes", shapes=text)
    if _writes(broadcast):
        return say("axes.short.in_place", shapes=text)
    axis = _clash(broadcast)
    first, second = clashing(axis)
    if axis.role is AxisRole.INNER:
        return say("axes.short.inner", shapes=text, first=first, second=second)
    where = position(axis.position)
    return say("axes.short", shapes=text, first=first, second=second, axis=where)


def _clash(broadcast: Broadcast) -> Axis:
    """The axis to speak of: the first that fails, but in place the first that fails anyway."""
    if broadcast.operator not in ("@", "@=") and len(broadcast.operands) == 2:
        for axis in broadcast.axes:
            if len({size for size in axis.sizes if size not in (None, 1)}) > 1:
                return axis
    assert broadcast.failing is not None
    return broadcast.axes[broadcast.failing]


def clashing(axis: Axis) -> tuple[int, int]:
    """The first two sizes of an axis that do not agree."""
    if axis.role is AxisRole.INNER:
        first, second = axis.sizes
        assert first is not None
        assert second is not None
        return first, second
    wanted = list(dict.fromkeys(size for size in axis.sizes if size not in (None, 1)))
    first, second = [*wanted, 1][:2]
    assert first is not None
    assert second is not None
    return first, second


def why(broadcast: Broadcast, say: Say) -> Markup:
    """Why the first axis with ✗ does not fit."""
    if broadcast.failing is None:
        return say("axes.why.no_axes")
    for note in broadcast.notes:
        if note.key == IN_PLACE:
            return said(note, say)
    axis = _clash(broadcast)
    first, second = clashing(axis)
    if axis.role is AxisRole.INNER:
        left, right = broadcast.operands
        key = "axes.why.inner.vector" if len(right.shape) == 1 else "axes.why.inner"
        return say(key, left=name(left), right=name(right), first=first, second=second)
    if broadcast.operator in ("@", "@="):
        return say("axes.why.batch", first=first, second=second)
    return _by_last_axis(broadcast, say) or say("axes.why", first=first, second=second)


def _by_last_axis(broadcast: Broadcast, say: Say) -> Markup | None:
    """The usual case: an operand fits, but along another axis than the last."""
    along = [repair.meaning for repair in broadcast.repairs]
    names = {operand.name for operand in broadcast.operands}
    if not along or {note.key for note in along} != {"repair.along"}:
        return None
    values = along[0].values
    if values["name"] not in names or broadcast.axes[0].agrees:
        return None
    return say("axes.why.last", name=code(str(values["name"])), size=values["size"])


def _writes(broadcast: Broadcast) -> bool:
    """Whether the shapes go together, and only the left may not change."""
    return any(note.key == IN_PLACE for note in broadcast.notes)


def repaired(broadcast: Broadcast, say: Say) -> Markup:
    """What to write instead, and what each of it means; a sentence when there is nothing."""
    repairs = broadcast.repairs
    if not repairs:
        return _no_repairs(broadcast, say)
    ran = all(repair.ran for repair in repairs)
    lines = [say("axes.repairs" if ran else "axes.repairs.forecast")]
    for repair in repairs:
        text = code(clip(harmless(repair.code), CODE_UNITS))
        meaning = said(repair.meaning, say)
        lines.append(say("axes.repair", code=text, shape=shape(repair.shape), meaning=meaning))
    return Markup("\n").join(lines)


def _no_repairs(broadcast: Broadcast, say: Say) -> Markup:
    """That nothing was found; of a product, what would go with each operand."""
    wrong = [axis.role for axis in broadcast.axes if not axis.agrees]
    if wrong != [AxisRole.INNER]:
        return say("axes.no_repairs")
    left, right = broadcast.operands
    rows = -2 if len(right.shape) > 1 else -1
    wanted = [*right.shape]
    wanted[rows] = left.shape[-1]
    fits = shape((*left.shape[:-1], right.shape[rows]))
    names = {"left": name(left), "right": name(right)}
    return say("axes.no_repairs.product", **names, left_fits=fits, right_fits=shape(wanted))


def question(broadcast: Broadcast, say: Say) -> Markup | None:
    """What we ask back; None where a single repair leaves nothing to ask."""
    for note in broadcast.notes:
        if note.key == KEEPDIM:
            return said(note, say)
    keys = [repair.meaning.key for repair in broadcast.repairs]
    if not keys:
        return None
    if _writes(broadcast):
        return say("axes.ask.in_place", name=name(broadcast.operands[0]))
    if broadcast.operator in ("@", "@="):
        return say("axes.ask.product") if len(keys) > 1 else None
    if "repair.product" in keys:
        return say("axes.ask.kind")
    if len(keys) > 1:
        return _which_axis(broadcast, say)
    return say("axes.ask.pairs") if keys == ["repair.pairs"] else None


def _which_axis(broadcast: Broadcast, say: Say) -> Markup:
    """Which axis of the larger operand the size of the smaller belongs to."""
    axis = _clash(broadcast)
    first, second = clashing(axis)
    largest = max(broadcast.operands, key=lambda operand: len(operand.shape))
    place = broadcast.operands.index(largest)
    other = first if axis.sizes[place] != first else second
    return say("axes.ask.axis", name=name(largest), size=other)


def notes(broadcast: Broadcast, say: Say) -> Iterator[Markup]:
    """What else there is to say, but what has a place of its own."""
    for note in broadcast.notes:
        if note.key.startswith("note.") and note.key not in (KEEPDIM, IN_PLACE):
            yield said(note, say)


def said(note: Note, say: Say) -> Markup:
    """A note in words: names and code as code, axes with a proper minus."""
    return say(note.key, **{field: _value(field, v) for field, v in note.values.items()})


def _value(field: str, value: object) -> object:
    if field in ("axis", "first_axis", "second_axis") and isinstance(value, int):
        return position(value)
    if field == "axes" and isinstance(value, (list, tuple)):
        return ", ".join(position(axis) for axis in value)
    return value if isinstance(value, int) else clip(harmless(str(value)), CODE_UNITS)


def torch_says(broadcast: Broadcast, say: Say) -> Markup | None:
    """torch's own line and its way of counting axes, folded."""
    if broadcast.error is None:
        return None
    line = code(clip(harmless(broadcast.error), ERROR_UNITS))
    blocks = [say("axes.torch", line=line)]
    if broadcast.error_axis is not None and broadcast.error_position is not None:
        same = _clash(broadcast).position == broadcast.error_position
        key = "axes.torch.same" if same else "axes.torch.other"
        where = position(broadcast.error_position)
        blocks.append(say(key, dimension=broadcast.error_axis, axis=where))
    return Markup("<blockquote expandable>{}</blockquote>").format(Markup("\n").join(blocks))
