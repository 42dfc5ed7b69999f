"""Code told from ordinary language, Russian or English, by rules.

Much of what people write to each other parses: `привет` is a name, `да, спасибо` a tuple,
`как-то` a difference, `вопрос: почему` an annotation. And much code does not, for one slip.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator

from engine.spelling import LIMIT, python

_LINE_CHARACTERS = 400  # of a line, to tell what it is
_RUSSIAN = re.compile(r"[а-яё]{2,}", re.IGNORECASE)
_LOOKALIKES = frozenset("асехорукАВСЕНКМОРТХ")  # letters that look Latin: a name mistyped
_SHORT_WORDS = frozenset({"ok", "hi", "no", "oh", "OK", "Ok", "Hi", "No", "Oh"})
_CHAT_WORDS = frozenset({"hello", "thanks", "yes", "yeah", "okay", "why", "sorry", "bye", "cool"})
_COMMON_NAMES = frozenset({"torch", "loss", "grad", "model", "data", "weight", "weights", "plt"})
_WORDY = (ast.Name, ast.Tuple, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Constant)
_MARKS = (ast.boolop, ast.unaryop, ast.Is, ast.IsNot, ast.In, ast.NotIn, ast.expr_context)
_LITERAL = (ast.Constant, ast.Tuple, ast.UnaryOp, *_MARKS)

_MAGIC = re.compile(r"^[ \t]*(?:%%?[a-z]\w|![a-z]|\?{1,2}[a-z])", re.MULTILINE)
_NAMES = re.compile(r"[a-zA-Z_]\w{2,}(?:, ?[a-zA-Z_]\w{2,})*\Z", re.ASCII)
_QUESTION = re.compile(r"\A([\w.]+)\?{1,2}\Z")
_LITERALS = re.compile(
    r"#.*|(?<!\w)[rbfuRBFU]{0,2}(?:\"(?:[^\"\\\n]|\\.)*(?:\"|$)|'(?:[^'\\\n]|\\.)*(?:'|$))"
)
_TWO_NAMES = re.compile(r"\b(?=([A-Za-z_]\w*) +([A-Za-z_]\w*))")
_NOT_A_PAIR = frozenset({*keyword.kwlist, "print", "match", "case"})
_ADDRESS = re.compile(r"\bhttps?://|\A\s*(?:www\.|[\w.@-]+\.(?:com|org|ru)\b)\S*\s*\Z")
_LOGGED = re.compile(r"\A\s*[A-Za-z]{2,} \d+\b")  # `Epoch 1: loss=0.5`
_LABEL = re.compile(r"\A\s*[а-яё][а-яё ,]*:\s+(?=\S)", re.IGNORECASE)  # `вот код: x = 1`
_TYPED = re.compile(r"^[ \t]*(?:>>>|\.{3,}:?|In \[\d*\]:)(?: |$)(.*)")
_PRINTED = re.compile(r"^tensor\([^()]*grad_fn=<\w+>\)\s*$", re.MULTILINE)
_LIKE_CODE = re.compile(
    r"\b(?:torch|np|nn|plt)\.\w|\w\(|\w\[|^\s*@\w|^\s*print\b"
    r"|^\s*(?:from [\w.]+ )?import\b|^\s*(?:def|class)\s+\w"
    r"|^\s*(?:for\b.*\bin|while|if|elif|with|try|else|except)\b.*:\s*$"
    r"|^[\w.,\[\]:'\"\s]+(?:[-+*/@%&|]|\*\*|//)?=(?!=)"
)
_WORDS_ONLY = re.compile(r"[\w\s,.!?;:'()-]*\Z")


def code_in(text: str) -> str | None:
    """The code of a text without the words above and below it; None when it holds no code.

    Code with a slip is code all the same, if its lines look like it.

    >>> code_in("Почему падает?\\nx = torch.ones(2)\\nx.backward()")
    'x = torch.ones(2)\\nx.backward()'
    >>> code_in("for i in range(3) print(i)"), code_in("да, спасибо")
    ('for i in range(3) print(i)', None)
    """
    if len(text) > LIMIT or (len(text.split()) == 1 and _ADDRESS.match(text.strip())):
        return None
    text = _typed(_LABEL.sub("", _PRINTED.sub("", text)))
    tree = None if any(map(_asks, text.splitlines())) else python(text)
    if tree is not None:
        return _without_thanks(text, tree) if _is_code(text, tree) else None
    rest = _without_words(text)
    tree = python(rest)
    if tree is not None:
        return rest if _is_code(rest, tree) else None
    told = [_verdict(line) for line in rest.splitlines()]
    return rest if 4 * told.count(-1) < told.count(1) else None


def may_be_code(text: str) -> bool:
    """Whether words are worth a try as a cell: a name perhaps, a line like code, a long text."""
    lines = text.splitlines()
    long = len(text) > 200 or len(lines) > 3
    named = bool(_NAMES.match(text)) and text.lower() not in _CHAT_WORDS
    return long or named or any(_verdict(line) > 0 for line in lines)


def _without_thanks(text: str, tree: ast.Module) -> str:
    """Sound code without the Russian words around it, which are Python too: `спасибо`."""
    known, lines = Counter(_names(ast.walk(tree))), text.splitlines()
    body = deque(tree.body)
    first, end = 0, len(lines)
    while len(body) > 1 and body[-2].end_lineno != body[-1].lineno and _thanks(body[-1], known):
        end = body.pop().lineno - 1
    while len(body) > 1 and body[0].end_lineno != body[1].lineno and _thanks(body[0], known):
        first = body.popleft().end_lineno or 0
    return text if (first, end) == (0, len(lines)) else "\n".join(lines[first:end]).strip("\n")


def _thanks(statement: ast.stmt, known: Counter[str]) -> bool:
    """Whether it is said in Russian, in names that stand nowhere else."""
    said = Counter(_names(ast.walk(statement)))
    if not said or any(map(str.isascii, said)) or not _is_language(statement):
        return False
    return all(known[name] == count for name, count in said.items())


def _typed(text: str) -> str:
    """Of a session with prompts what was typed, without what Python answered."""
    lines = text.splitlines()
    typed = [found for line in lines if (found := _TYPED.match(line))]
    if not any(found[1] and not found[0].lstrip().startswith(".") for found in typed):
        return text
    return "\n".join(found[1] for found in typed)


def _asks(line: str) -> bool:
    """Whether a word with a question mark is a question, not a request for the manual."""
    asked = _QUESTION.match(line.strip())
    return asked is not None and "." not in asked[1] and not _like_a_name(asked[1])


def _is_code(text: str, tree: ast.Module) -> bool:
    if _MAGIC.search(text):
        return True
    asked = _QUESTION.match(text.strip())
    if asked:  # `torch.add?` asks for the manual, `почему?` does not
        tree = python(asked[1]) or tree
    return not all(map(_is_language, tree.body))


def _is_language(statement: ast.stmt) -> bool:
    """Whether people say such a thing to each other without meaning Python."""
    match statement:
        case ast.Expr(value):
            return _wordy(value)
        case ast.AnnAssign(value=None):  # `loss: 0.5` is told, not typed
            return True
        case ast.Pass() | ast.Break() | ast.Continue() | ast.Return(None) | ast.Raise(None):
            return True
    return False


def _wordy(expression: ast.expr) -> bool:
    nodes = list(ast.walk(expression))
    names = list(_names(nodes))
    if not names:
        return all(isinstance(node, _LITERAL) for node in nodes)
    if any(map(_like_a_name, names)):
        return False
    if not any(name.isascii() for name in names):
        return True
    return all(isinstance(node, (*_WORDY, *_MARKS)) for node in nodes)


def _names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Name(name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield name


def _like_a_name(name: str) -> bool:
    if not name.isascii():
        return name in _LOOKALIKES
    return (
        (len(name) <= 2 and name not in _SHORT_WORDS)
        or "_" in name
        or any(map(str.isdigit, name))
        or name in _COMMON_NAMES
    )


def _without_words(text: str) -> str:
    lines = text.splitlines()
    kept = [n for n, line in enumerate(lines) if _verdict(line) >= 0 and line.strip()]
    return "\n".join(lines[kept[0] : kept[-1] + 1]) if kept else ""


def _verdict(line: str) -> int:
    """1 for a line of code, -1 for one of words, 0 for what may be either."""
    line = line[:_LINE_CHARACTERS]
    bare = _LITERALS.sub("''", line)
    pairs = sum(_NOT_A_PAIR.isdisjoint(found.groups()) for found in _TWO_NAMES.finditer(bare))
    logged = _LOGGED.match(bare) and line.split()[0] not in _NOT_A_PAIR
    if _RUSSIAN.search(bare) or _ADDRESS.search(line) or pairs > 1 or logged:
        return -1
    if _LIKE_CODE.search(bare):
        return 1
    return -1 if re.search(r"[a-z]{3}", bare) and _WORDS_ONLY.match(bare) else 0
