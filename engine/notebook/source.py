"""A notebook cell as it was sent, and the Python it stands for."""

from __future__ import annotations

import ast
import linecache
import re
import tokenize
from dataclasses import dataclass
from io import StringIO
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

_transformer = TransformerManager()  # type: ignore[no-untyped-call]
_START = re.compile(r"\s*(?:>>>|In \[\d+\]:)")
_PROMPT = re.compile(r"\s*(?:>>>|In \[\d+\]:|\.{3})")
_SILENT = (tokenize.ENDMARKER, tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its number from 1, its lines without prompts, and the Python of it."""

    number: int
    lines: tuple[str, ...]
    code: str

    @property
    def filename(self) -> str:
        return f"<cell {self.number}>"


def read_cell(source: str, number: int) -> Cell:
    """Strip prompts, turn magics into calls; line n of the code is line n of the source.

    >>> read_cell(">>> x = 1\\n>>> x", 1).code
    'x = 1\\nx\\n'
    >>> read_cell(">>> 1 + 1\\n2\\n>>> 2 + 2\\n4", 1).code
    '1 + 1\\n\\n2 + 2\\n\\n'
    >>> read_cell("%timeit f(x)", 2).code
    "get_ipython().run_line_magic('timeit', 'f(x)')\\n"
    """
    lines = _without_results(source.splitlines(keepends=True))
    blank = _blank(lines)
    code = transform("".join(lines))
    shown = tuple(line.rstrip("\r\n") for line in ["\n"] * blank + _without_prompts(lines[blank:]))
    made = tuple(code.splitlines())
    # A %% magic is one call, but the lines it runs keep their numbers.
    same_lines = len(shown) == len(made) or source.lstrip().startswith("%%")
    cell = Cell(number, shown if same_lines else made, code)
    _register(cell)
    return cell


def _without_results(lines: list[str]) -> list[str]:
    """A pasted session of an interpreter without what it answered: those lines become empty."""
    starts = [line for line in lines if _START.match(line)]
    first = next((line for line in lines if line.strip()), "")
    if len(starts) < 2 or not _START.match(first):
        return lines
    return [line if _PROMPT.match(line) else "\n" for line in lines]


def _blank(lines: list[str]) -> int:
    """How many lines are blank before the first that is not."""
    return next((n for n, line in enumerate(lines) if line.strip()), len(lines))


def transform(source: str) -> str:
    """IPython's own transformation of a cell's text, which drops no blank lines before it."""
    lines = source.splitlines(keepends=True)
    blank = _blank(lines)
    code: str = _transformer.transform_cell("".join(lines[blank:]))
    return "\n" * blank + code


def _without_prompts(lines: list[str]) -> list[str]:
    clean: Any
    for clean in _transformer.cleanup_transforms:
        lines = clean(lines)
    return lines


def parse(code: str, filename: str, flags: int = 0, line: int = 1) -> ast.Module:
    """The syntax tree of `code` whose first line is number `line` of the file.

    Raises SyntaxError, and for hostile text MemoryError, RecursionError or ValueError.
    """
    wanted = flags | ast.PyCF_ONLY_AST
    tree = compile("\n" * (line - 1) + code, filename, "exec", wanted, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def hides_value(code: str) -> bool:
    """Whether the last token is a semicolon.

    >>> hides_value("x;  # quiet"), hides_value("x = ';'")
    (True, False)
    """
    if ";" not in code:
        return False
    tokens = list(tokenize.generate_tokens(StringIO(code).readline))
    last = next((token for token in reversed(tokens) if token.type not in _SILENT), None)
    return last is not None and last.string == ";"


def _register(cell: Cell) -> None:
    # Tracebacks, warnings and inspect.getsource find the cell's lines there.
    text = "\n".join(cell.lines) + "\n"
    linecache.cache[cell.filename] = (len(text), None, text.splitlines(keepends=True), "")
