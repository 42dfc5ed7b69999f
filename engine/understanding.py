"""What a message without a command means: an error, code, shapes, or words. Rules, no model."""

from __future__ import annotations

import ast

from engine.prose import code_in, may_be_code
from engine.records import Answer, Call, Meaning, Meant, to_data
from engine.spelling import mended, python
from engine.traceback_text import read_error


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
    read = mended(text) if mendable else text
    found: dict[Meaning, str] = {}
    pasted, tree = read_error(text), python(read)
    if pasted and (tree is None or any(_states(line, pasted.type) for line in tree.body)):
        found[Meaning.ERROR] = text
    # SHAPES
    if Meaning.ERROR not in found and (code := code_in(read.strip("\n"))) is not None:
        found[Meaning.CODE] = code
    if pasted:  # in a comment of sound code
        found.setdefault(Meaning.ERROR, text)
    if not found:
        others = (Meaning.CODE,) if may_be_code(read) else ()
        return Meant(Meaning.WORDS, text, others)
    first, *rest = found
    return Meant(first, found[first], tuple(rest))


def _states(statement: ast.stmt, kind: str) -> bool:
    """Whether the statement is the line of an exception: `KeyError: 'x'` is an annotation."""
    match statement:
        case ast.AnnAssign(target=said, value=None) | ast.Expr(said):
            return ast.unparse(said).rpartition(".")[2] == kind
    return False
