"""What a message without a command means: an error, code, shapes, a formula or words, by rules."""

from __future__ import annotations

import ast
import re

from engine.pitfalls.pasted import known_line
from engine.reading.formula_text import formula_in, is_formula
from engine.reading.prose import code_in, may_be_code
from engine.reading.root_text import is_equation, root_in
from engine.reading.shape_text import Question, read_shapes
from engine.reading.traceback_text import holds_frames, read_error
from engine.records import Answer, Call, Meaning, Meant, to_data
from engine.spelling import LIMIT, mended, python

_SHAPES_CHARACTERS = 500
_BRACKETS = re.compile(  # two or more, with sizes in them, and hardly anything between
    r"(?:\s*+(?:\w++\s*+[=:]\s*+)?[(\[][^()\[\]]*\d[^()\[\]]*[)\]]\s*+[-+*/@,;]?+){2,}\s*+\Z"
)
_SIZES = r"[(\[]\s*\d+\s*,(?:\s*\d+\s*,?)*\s*[)\]]"
_SHAPE = re.compile(  # among words
    rf"(?:[a-zA-Z]\w*(?:\.shape)?\s*=\s*)?"
    rf"(?:torch\.Size\(\[[\d, ]*\]\)|(?<![\w.\])]){_SIZES}|(?<![\w.])\d+(?:[xх×]\d+)+(?!\w))"
)
_RUSSIAN = re.compile("[а-яё]{3}", re.IGNORECASE)
_SAID = {ast.Expr, ast.Name, ast.Tuple, ast.Load}
_PRODUCT = re.compile(r"матри|перемнож|matmul|matri|@", re.IGNORECASE)
_SHOUTED = {"shape", "shapes", "broadcast", "size", "Size"}  # a command without its slash
_DEFINED = re.compile(r"\s*[a-zA-Z]'?\([a-z](?:\s*,\s*[a-z])*\)\s*=(?!=)")  # f(x, y) = ...
_MATHS = {"sin", "cos", "tan", "exp", "log", "ln", "sqrt", "abs"}


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
    >>> meant("найди производную x^2").text
    'x^2'
    >>> meant("реши уравнение x^2 = 2").meaning
    <Meaning.ROOT: 'root'>
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
    if tree is None and (holds_frames(text) or known_line(text)):
        return Meant(Meaning.ERROR, text, ())
    if root := None if pasted else root_in(text):
        return Meant(Meaning.ROOT, root, ())
    if formula := None if pasted else formula_in(text):
        return Meant(Meaning.FORMULA, formula, (Meaning.CODE,) if tree else ())
    found = _readings(text, read, tree)
    if pasted:  # in a comment of sound code
        found[Meaning.ERROR] = text
    if tree is None and not pasted and is_equation(text):
        return Meant(Meaning.ROOT, text, (), clear=False)
    if _is_formula(text, tree):
        return Meant(Meaning.FORMULA, text, (Meaning.CODE,), clear=False)
    if found:
        first, *rest = found
        return Meant(first, found[first], tuple(rest), _is_clear(first, found[first]))
    if among := _shapes_among(text):
        return Meant(Meaning.SHAPES, among, (), clear=False)
    return Meant(Meaning.WORDS, text, (Meaning.CODE,) if may_be_code(read) else (), clear=False)


def _readings(text: str, read: str, tree: ast.Module | None) -> dict[Meaning, str]:
    """As code and as shapes, the likelier first; words around them are cut off."""
    found: dict[Meaning, str] = {}
    code = code_in(read.strip("\n"))
    if code is not None and tree is None and _lists_shapes(code, None):
        return {Meaning.SHAPES: code}
    shapes = _lists_shapes(text, tree)
    if code is not None and not (shapes and _names_shapes(tree)):
        found[Meaning.CODE] = code
    if shapes:
        found[Meaning.SHAPES] = text
        if tree is not None and not _calls_a_tuple(tree):
            found.setdefault(Meaning.CODE, read)
    return found


def _is_clear(meaning: Meaning, text: str) -> bool:
    """Whether nobody says it without meaning us: no lone name, no sum, no pairs among words."""
    if meaning is Meaning.SHAPES:
        return _RUSSIAN.search(text) is None
    tree = python(text) if meaning is Meaning.CODE else None
    return tree is None or any(map(_names_and_does, tree.body))


def _names_and_does(statement: ast.stmt) -> bool:
    """Whether a name stands there, and more than names side by side."""
    nodes = {type(node) for node in ast.walk(statement)}
    return not isinstance(statement, ast.Expr) or (ast.Name in nodes and not nodes <= _SAID)


def _is_formula(text: str, tree: ast.Module | None) -> bool:
    """Whether it is mathematics: `f(x) = 3x`, `3x²`, or `^` among letters, in Python an xor."""
    if tree is None:
        return any(map(_DEFINED.match, text.splitlines())) or is_formula(text)
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return (
        all(isinstance(line, ast.Expr) for line in tree.body)
        and not any(isinstance(node, ast.Compare) for node in nodes)
        and any(isinstance(node, ast.BitXor) for node in nodes)
        and all(len(name) == 1 or name in _MATHS for name in names)
        and not any(isinstance(node, ast.Attribute) for node in nodes)
    )


def _shapes_among(text: str) -> str:
    """The shapes that words speak of, with their names; empty when they are fewer than two."""
    found = [shape[0] for shape in _SHAPE.finditer(text[:_SHAPES_CHARACTERS])]
    if len(found) < 2 or re.search("->|→", text):  # one becomes the other
        return ""
    return (" @ " if len(found) == 2 and _PRODUCT.search(text) else " ").join(found)


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
        several = "," in text or any(len(operand.shape) != 1 for operand in question.operands)
        return several or bool(_BRACKETS.match(text))
    if tree is not None and not _calls_a_tuple(tree):
        return False
    return len(text) < _SHAPES_CHARACTERS and bool(_BRACKETS.match(text))


def _names_shapes(tree: ast.Module | None) -> bool:
    """Whether code that reads as shapes is hardly meant to run: no function is called in it.

    Lists under names are data rather than shapes, `torch.Size` is how torch prints a shape.
    """
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)) if name not in _SHOUTED:
                return False
            case ast.Assign(value=ast.List()) | ast.List(elts=[ast.List(), *_]):
                return False
    return True


def _calls_a_tuple(tree: ast.Module) -> bool:
    """Whether shapes stand side by side, which Python takes for a call: `(5, 3) (3, 1)`."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, (ast.Tuple, ast.List, ast.Constant))
        for node in ast.walk(tree)
    )
