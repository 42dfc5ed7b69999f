"""What `%magic` and `!command` lines come to: IPython turns them into calls of `get_ipython()`."""

from __future__ import annotations

import ast
import sys
from typing import Any

from IPython.utils.capture import capture_output

from engine.notebook.figures import take_figures
from engine.notebook.manual import manual
from engine.notebook.source import parse, transform
from engine.notebook.state import Notebook, run_tree
from engine.notebook.stopwatch import read_options, time_once, timeit, timing_code

_SILENT = frozenset({"matplotlib", "config", "autoreload", "load_ext", "reload_ext"})
_SHELL = frozenset({"pip", "conda", "mamba", "uv", "cd", "ls", "pwd", "sx", "system", "env"})
_SHELL_CELLS = frozenset({"bash", "sh", "script", "cmd", "system", "sx", "!"})


class Shell:
    """The object `get_ipython()` returns in a cell; only what magics are turned into."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def run_line_magic(self, name: str, line: str) -> Any:
        """`%name line`; a magic that is not offered is noted and comes to None."""
        here = sys._getframe(1).f_lineno
        if name == "time":
            return time_once(lambda: self._run(self._parse(line, here)))
        if name == "timeit":
            return self._timeit(line, here, None, here)
        if name in _SHELL:
            self._notebook.note("note.shell", command=f"%{name} {line}".strip())
        elif name in ("pinfo", "pinfo2"):
            sys.stdout.write(manual(line, self._notebook.names, source=name == "pinfo2") + "\n")
        elif name not in _SILENT:
            self._notebook.note("note.magic", name=f"%{name}")
        return None

    def run_cell_magic(self, name: str, line: str, body: str) -> Any:
        """`%%name line` and the rest of the cell, which is not run unless it is timed."""
        here = sys._getframe(1).f_lineno
        if name == "time":
            code = f"{line}\n{body}"
            return time_once(lambda: self._run(self._parse(code, here)))
        if name == "timeit":
            return self._timeit(line, here, body, here + 1)
        if name == "capture":
            return self._capture(line, self._parse(body, here + 1))
        if name in _SHELL_CELLS:
            self._notebook.note("note.shell", command=f"%%{name}")
        else:
            self._notebook.note("note.magic_cell", name=f"%%{name}")
        return None

    def system(self, command: str) -> None:
        """`!command`."""
        self._notebook.note("note.shell", command=f"!{command}")

    def getoutput(self, command: str) -> list[str]:
        """`lines = !command`: no lines."""
        self.system(command)
        return []

    def _timeit(self, line: str, line_number: int, body: str | None, body_number: int) -> Any:
        options, rest = read_options(line)
        setup, timed = ("", rest) if body is None else (rest, body)
        code = timing_code(
            self._parse(setup, line_number),
            self._parse(timed, body_number),
            self._filename,
            self._notebook.future,
        )
        made: dict[str, Any] = {}
        exec(code, self._notebook.names, made)
        timing = timeit(made["inner"], options)
        if not options.quiet:
            sys.stdout.write(f"{timing}\n")
        return timing if options.returned else None

    def _capture(self, line: str, body: ast.Module) -> None:
        """Run without showing what is printed; the last word of the line names where it is kept."""
        with capture_output(display=False) as captured:
            self._run(body)
        take_figures()
        name = line.split()[-1:]
        if name and name[0].isidentifier():
            self._notebook.names[name[0]] = captured

    def _parse(self, text: str, line: int) -> ast.Module:
        return parse(transform(text), self._filename, self._notebook.future, line)

    def _run(self, tree: ast.Module) -> Any:
        return run_tree(self._notebook, tree, self._filename)

    @property
    def _filename(self) -> str:
        return f"<cell {self._notebook.number}>"
