"""What a message without a command means: an error, code, shapes, or words. Rules, no model."""

from __future__ import annotations

import ast
import re

from engine.reading.prose import code_in, may_be_code
from engine.reading.shape_text import Question, read_shapes
from engine.reading.traceback_text import read_error
from engine.records import Answer, Call, Meaning, Meant, to_data
from engine.spelling import LIMIT, mended, python

_SHAPES_CHARACTERS = 500
_BRACKETS = re.compile(  # two or more, with sizes in them, and hardly anything between
    r"(?:\s*+(?:\w++\s*+[=:]\s*+)?[(\[][^()\[\]]*\d[^()\[\]]*[)\]]\s*+[-+*/@,;]?+){2,}\s*+\Z"
)


def understand(call: Call) -> Answer:
    """The desk job "talk.understand": {"text", "mendable"} -> `Meant`."""
    return Answer(to_data(meant(call.data["text"], mendable=call.data["mendable"])))


def meant(text: str, *, mendable: bool = False) -> Meant:
    """What a text most likely means, and what else it may be, the likeliest first.

    An error goes before shapes, they before code: `(5, 3), (3, 1)` is Python too. With
    `mendable` the code of it is read without a phone's typography.

    >>> meant("x.shape").meaning, meant("спасибо").meaning
    (<Meaning.CODE: 'code'>, <Meaning.WORDS: 'words'>)
    >>> meant("ValueError: no").meaning
    <Meaning.ERROR: 'error'>
    """
    if len(text) > LIMIT:
        return Meant(Meaning.WORDS, text, (Meaning.CODE,))
    pasted = read_error(text)
    if pasted and pasted.code:
        return Meant(Meaning.ERROR, text, ())
    read = mended(text) if mendable else text
    tree = python(read)
    if pasted and (tree is None or any(_states(line, pasted.type) for line in tree.body)):
        return Meant(Meaning.ERROR, text, ())
    found: dict[Meaning, str] = {}
    code = code_in(read.strip("\n"))
    shapes = _lists_shapes(text, tree)
    if code is not None and not (shapes and _names_shapes(tree)):
        found[Meaning.CODE] = code
    if shapes:
        found[Meaning.SHAPES] = text
        if tree is not None and not _calls_a_tuple(tree):
            found.setdefault(Meaning.CODE, read)
    if pasted:  # in a comment of sound code
        found[Meaning.ERROR] = text
    if not found:
        return Meant(Meaning.WORDS, text, (Meaning.CODE,) if may_be_code(read) else ())
    first, *rest = found
    return Meant(first, found[first], tuple(rest))


def _states(statement: ast.stmt, kind: str) -> bool:
    """Whether the statement is the line of an exception: `KeyError: 'x'` is an annotation."""
    match statement:
        case ast.AnnAssign(target=said, value=None) | ast.Expr(said):
            return isinstance(said, (ast.Name, ast.Attribute)) and kind == _last_name(said)
    return False


def _last_name(said: ast.Name | ast.Attribute) -> str:
    return said.id if isinstance(said, ast.Name) else said.attr


def _lists_shapes(text: str, tree: ast.Module | None) -> bool:
    """Whether two or more shapes stand there; what is wrong with one, /broadcast will say."""
    question = read_shapes(text)
    if isinstance(question, Question):
        # `one (1) two (2)` are no shapes yet
        return "," in text or any(len(operand.shape) != 1 for operand in question.operands)
    if tree is not None and not _calls_a_tuple(tree):
        return False
    return len(text) < _SHAPES_CHARACTERS and bool(_BRACKETS.match(text))


def _names_shapes(tree: ast.Module | None) -> bool:
    """Whether code that reads as shapes is hardly meant to run: no function is called in it.

    Lists under names are data rather than shapes, `torch.Size` is how torch prints a shape.
    """
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)) if name != "Size":
                return False
            case ast.Assign(value=ast.List()):
                return False
    return True


def _calls_a_tuple(tree: ast.Module) -> bool:
    """Whether shapes stand side by side, which Python takes for a call: `(5, 3) (3, 1)`."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, (ast.Tuple, ast.List, ast.Constant))
        for node in ast.walk(tree)
    )
