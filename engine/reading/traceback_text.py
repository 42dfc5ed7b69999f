"""A pasted traceback -> the exception's own line and the lines of code that came with it.

Three printers are read, and any part of what they print: Python's own, IPython's (Jupyter,
VS Code) and that of older IPython (Colab). Line numbers stand in front of their code, an arrow
marks the failing one; Python's own prints the failing line alone, below its `File` line. What a
phone does to a text, arrows of dashes and curly quotes, is undone.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.records import CodeLine

LIMIT = 64 << 10  # characters; what lies behind them is not read
LINES_MAX = 2000
MESSAGE_CHARACTERS, MESSAGE_LINES = 2000, 12
_LINE_CHARACTERS = 500  # a longer line is no line of a student's cell

_KIND = r"(?:\w+\.)*[A-Z]\w*"
_SUFFIX = r"(?:Error|Exception|Warning|Interrupt|Exit|Iteration)"
_NAMED = rf"(?:{_KIND}{_SUFFIX}|(?:\w+\.)*Exception)"
_IN_A_MODULE = r"(?:\w+\.)*(?:exc|exceptions?|errors?)\.[A-Z]\w*"  # torch._dynamo.exc.Unsupported
_OWN_LINE = re.compile(
    rf"\A\s*(?:>\s*|E\s+)?(?P<line>(?P<type>{_NAMED}|{_IN_A_MODULE})(?::(?:\s.*)?|\s*))\Z"
)
_PLACE = re.compile(rf"\A\S+\.py:\d+: (?P<line>(?P<type>{_NAMED}))\s*\Z")  # pytest's last line
_AMONG_WORDS = re.compile(
    rf"(?:(?<![\w.\"'(\[])|(?<=[а-яё:,] [\"'(]))(?<!except )(?<!raise )"
    rf"(?P<line>(?P<type>{_NAMED}):\s+\S.*)"
)
_ANY_KIND = re.compile(rf"(?P<line>(?P<type>{_KIND})(?::\s.*)?)\Z")  # last line of a traceback
_STARTS = "Traceback (most recent call last)"
_RULE = re.compile(r"\s*[-–—─]{8,}\s*\Z")

_FILE = re.compile(r"\s*File .+?, line (?P<number>\d+)(?:, in .*)?\s*\Z")
_FRAME = re.compile(
    r"\s*(?:File )?(?:(?:Cell|Input) In ?\[\d*\]|<ipython-input-[^>]*>|[^\"'()=]*\.(?:py|ipynb)\b)"
    r"(?:, line (?P<number>\d+)(?:, in .*)?|:\d+(?:, in .*)?|,? in .*| Cell \d+.*| line \d+.*)\s*\Z"
)
_FOLDED = re.compile(r"\s*\d+ (?:hidden )?frames?\b.*")  # Colab hides those of libraries
_NUMBERED = re.compile(r"\s*(?P<arrow>[-–—−]+>|→)?\s*(?P<number>\d{1,6})(?:\s(?P<code>.*))?\Z")
_UNDERLINED = re.compile(r"\s*[~^]+[\s~^]*\Z")
_LIBRARY = re.compile(r"site-packages|dist-packages|[\\/]lib[\\/]python3|<frozen |<__array")
_PHONE = str.maketrans(
    {**dict.fromkeys("‘’‚‛", "'"), **dict.fromkeys("“”„‟", '"'), "…": "...", "\u00a0": " "}
)
_CLOSING = {"«": "»", "`": "`", '"': '"', "'": "'", "(": ")"}
_RUSSIAN = re.compile(r"[\s,;.!?(—–-]+(?=[а-яёА-ЯЁ])")


@dataclass(frozen=True, slots=True)
class Pasted:
    """An exception's own line, its type and message, and the lines of the student's frame.

    The failing line of `code` is marked; `code` is empty when no frame of the student's was
    pasted. `rest` is what stood outside of the traceback: words, or the cell itself.
    """

    line: str
    type: str
    message: str
    code: tuple[CodeLine, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _Exception:
    """An exception's own lines: the indices of the first and behind the last, text and type."""

    first: int
    end: int
    line: str
    type: str


@dataclass(slots=True)
class _Frame:
    """One frame as it was printed; `number` is that of its first line, 0 when unknown."""

    library: bool
    number: int = 0
    lines: list[CodeLine] = field(default_factory=list)

    def take(self, line: CodeLine) -> None:
        """Add a line; numbers that do not rise are of a frame whose header we did not see."""
        if not self.lines or line.number > self.lines[-1].number:
            self.lines.append(line)


def read_error(text: str) -> Pasted | None:
    """The last exception of a pasted text, None when there is none.

    >>> found = read_error("----> 3 w -= w.grad\\n\\nRuntimeError: a leaf Variable")
    >>> found.line, found.code
    ('RuntimeError: a leaf Variable', (CodeLine(number=3, text='w -= w.grad', marked=True),))
    >>> read_error("у меня ошибка ValueError: bad shape, что делать?").message
    'bad shape'
    >>> read_error("except ValueError: pass") is None
    True
    """
    lines = text[:LIMIT].translate(_PHONE).splitlines()[:LINES_MAX]
    found = _exception(lines)
    if found is None:
        return None
    message = found.line[len(found.type) :].removeprefix(":").strip()
    frames, outside = _frames(lines[_last_start(lines, found.first) : found.first])
    before = outside if frames else lines[: found.first]
    rest = "\n".join([*before, *lines[found.end :]])
    kind = found.type.rpartition(".")[2]
    return Pasted(found.line, kind, message, _own_code(frames), rest)


def holds_frames(text: str) -> bool:
    """Whether a traceback stands there, though perhaps without the line of its exception.

    >>> holds_frames("Cell In[5], line 3\\n----> 3 w -= w.grad"), holds_frames("w -= w.grad")
    (True, False)
    """
    lines = text[:LIMIT].translate(_PHONE).splitlines()[:LINES_MAX]
    return any(_STARTS in line or ((code := _numbered(line)) and code.marked) for line in lines)


def _exception(lines: Sequence[str]) -> _Exception | None:
    """The last exception that stands on a line of its own, else the last among words."""
    for pattern in (_OWN_LINE, _PLACE, _AMONG_WORDS):
        for place in range(len(lines) - 1, -1, -1):
            found = pattern.search(lines[place][:MESSAGE_CHARACTERS])
            if found and (":" in found["line"] or _is_builtin(found["type"])):
                return _whole(lines, place, found)
    if any(_STARTS in line for line in lines):
        place = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].strip()), 0)
        if found := _ANY_KIND.match(lines[place][:MESSAGE_CHARACTERS]):
            return _whole(lines, place, found)
    return None


def _is_builtin(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _whole(lines: Sequence[str], place: int, found: re.Match[str]) -> _Exception:
    """The exception with the further lines of its message."""
    first = found["line"].rstrip()
    told = [_said_among_words(found) if found.re is _AMONG_WORDS else first]
    if told == [first]:
        for line in lines[place + 1 : place + MESSAGE_LINES]:
            if not line.strip() or _ends_message(line):
                break
            told.append(line.rstrip())
    text = "\n".join(told)[:MESSAGE_CHARACTERS]
    return _Exception(place, place + len(told), text, found["type"])


def _said_among_words(found: re.Match[str]) -> str:
    """The line up to its closing quote, or to the Russian words that a person wrote behind it.

    A message that is Russian itself stays whole, as do words in quotes.
    """
    line = found["line"].rstrip()
    closing = _CLOSING.get(found.string[found.start() - 1 : found.start()])
    if closing and closing in line:
        return line[: line.rindex(closing)]
    if _RUSSIAN.match(line, len(found["type"]) + 1):
        return line
    for words in _RUSSIAN.finditer(line):
        before = line[: words.start()]
        if before.count("'") % 2 == 0 and before.count('"') % 2 == 0:
            return before.rstrip()
    return line


def _ends_message(line: str) -> bool:
    return bool(
        _RULE.match(line)
        or _STARTS in line
        or line.startswith(("During handling of", "The above exception"))
        or _RUSSIAN.search(f" {line}")
    )


def _last_start(lines: Sequence[str], place: int) -> int:
    """Where the last traceback of a chain begins."""
    starts = [n for n, line in enumerate(lines[:place]) if _STARTS in line]
    return starts[-1] if starts else 0


def _frames(lines: Sequence[str]) -> tuple[list[_Frame], list[str]]:
    """The frames of one traceback in order, and the lines that belong to none."""
    frames: list[_Frame] = []
    outside: list[str] = []
    for line in lines:
        if header := _header(line):
            frames.append(header)
        elif numbered := _numbered(line):
            if not frames:
                frames.append(_Frame(library=False))
            frames[-1].take(numbered)
        elif frames and frames[-1].number and line[:1].isspace() and line.strip():
            _take_plain(frames[-1], line)
        elif line.strip() and not _is_furniture(line):
            outside.append(line)
    return [frame for frame in frames if frame.lines], outside


def _is_furniture(line: str) -> bool:
    return bool(_STARTS in line or _RULE.match(line) or _FOLDED.match(line))


def _header(line: str) -> _Frame | None:
    if len(line) > _LINE_CHARACTERS or _NUMBERED.match(line):
        return None
    found = _FILE.match(line) or _FRAME.match(line)
    if found is None:
        return None
    return _Frame(bool(_LIBRARY.search(line)), int(found["number"] or 0))


def _numbered(line: str) -> CodeLine | None:
    if len(line) > _LINE_CHARACTERS:  # asked first: much blank space costs its square
        return None
    found = _NUMBERED.match(line)
    if found is None or _FOLDED.match(line):
        return None
    return CodeLine(int(found["number"]), (found["code"] or "").rstrip(), bool(found["arrow"]))


def _take_plain(frame: _Frame, line: str) -> None:
    """A line below a `File` line, which has its number: the failing statement."""
    if _UNDERLINED.match(line) or len(line) > _LINE_CHARACTERS:
        return
    text, known = line.rstrip(), frame.lines
    if not any(each.marked for each in known):
        frame.lines = [CodeLine(frame.number, text, marked=True)]
    elif known[0].number == frame.number and len(known) < MESSAGE_LINES:
        known.append(CodeLine(frame.number + len(known), text, marked=False))


def _own_code(frames: Sequence[_Frame]) -> tuple[CodeLine, ...]:
    """The innermost frame of the student's; its lines without what they are all indented by."""
    for frame in reversed(frames):
        if not frame.library and any(line.marked for line in frame.lines):
            return tuple(_dedented(frame.lines))
    return ()


def _dedented(lines: Sequence[CodeLine]) -> Iterator[CodeLine]:
    full = [line.text for line in lines if line.text.strip()]
    margin = min((len(text) - len(text.lstrip()) for text in full), default=0)
    for line in lines:
        yield CodeLine(line.number, line.text[margin:], line.marked)
