"""What a phone did to code is undone, and nothing else is touched."""

from __future__ import annotations

import ast
import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records import Call
from engine.spelling import LIMIT, _parses, mend, mended

# What keyboards and clients do while code is typed, in their order.
TYPOGRAPHY = (
    (re.compile("--"), "—"),
    (re.compile(r"\.\.\."), "…"),
    (re.compile("<<"), "«"),
    (re.compile(">>"), "»"),
    (re.compile(r'(^|(?<=[\s(\[{=,:—]))"', re.MULTILINE), "“"),
    (re.compile('"'), "”"),
    (re.compile(r"(^|(?<=[\s(\[{=,:—“]))'", re.MULTILINE), "‘"),
    (re.compile("'"), "’"),
    (re.compile(r"(?<=\S) (?=[=+])"), "\u00a0"),
)

SNIPPETS = [
    'print("\\nRank: ", x.dim(), "\\nShape: ", x.shape)',
    "x[..., 1]  # shape: (2, 3)",
    'def f(a: str = "mean") -> "Tensor":\n    """Mean over rows."""\n    return a --1',
    "print(f\"z = {z['a']:.2f}, {{w}}, {x!r:>10}\")",
    "class Power(Function):\n    @staticmethod\n    def forward(tensor, p):\n        ...",
    "y = (1 << 3) >> 2 << x",
    "d = {'a': \"b\", \"c\": 'it\\'s'}",
    "s = ''\nt = \"\" + r\"\\d\" + rb'x'",
    "assert a == b, 'no \\\\'",
    'x = """\nfirst "word" here\n"""',
    "%%timeit -n 10\nf('a')",
    "%timeit f('a', ...)\nx = y --1",
    "await f('a')",
    "for i in 'ab': print('a' if i in 'a' else \"b\")",
    "x = [1, 2, 3]  # don't \"quote\" -- me\ny = 'z'",
]


def spoil(code: str) -> str:
    for pattern, mark in TYPOGRAPHY:
        code = pattern.sub(mark, code)
    return code


def meaning(code: str) -> str:
    return ast.dump(ast.parse(re.sub(r"^%%?timeit( -n \d+)?\s", "", code)))


@pytest.mark.parametrize("code", SNIPPETS)
def test_what_a_phone_did_is_undone(code: str) -> None:
    spoiled = spoil(code)
    assert spoiled != code
    # Words quoted inside a literal, and spaces there, may stay as the phone has set them.
    unspoiled = mended(spoiled).translate(str.maketrans("“”\u00a0", '"" '))
    assert meaning(unspoiled) == meaning(code)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("“это — строка”", '"это — строка"'),
        ("“He said ‘hi’”", '"He said ‘hi’"'),
        ("print(“цитата «внутри» …”)", 'print("цитата «внутри» …")'),
        ("print(«привет, мир»)", 'print("привет, мир")'),
        ("['«a»', “«b»”]", "['«a»', \"«b»\"]"),
        ("“кафе „Ёж“ открыто”", '"кафе „Ёж“ открыто"'),
        ("„abc“", '"abc"'),
        ('print("a”, “b”)', 'print("a", "b")'),
        ("f(“a “, “b”)", 'f("a ", "b")'),
        ("x = «a»; y = 1 « 3", 'x = "a"; y = 1 << 3'),
        ("a «2", "a <<2"),
        ("x −1", "x -1"),
        ("x × y ÷ 2", "x * y / 2"),
        ("x —= 1", "x -= 1"),
        ("def f(a) —> int: …", "def f(a) -> int: ..."),
        ("x = 1  # это — не “строка”\ny = “a”", 'x = 1  # это — не “строка”\ny = "a"'),
        ('"""“a”""" + “b”', '"""“a”""" + "b"'),
        ('f"{x:—>10}" + “a”', 'f"{x:—>10}" + "a"'),
        ("f“{x[1:2]} {y[‘a’]:{w}} {{‘b’}}”", "f\"{x[1:2]} {y['a']:{w}} {{‘b’}}\""),
        ("\ufeffx\u00a0=\u200b1", "x =1"),
        ("x = 1\u2028y = 2", "x = 1\ny = 2"),
        ("if n ❤️: pass", "if n <3: pass"),
        ("!pip install x\nprint(“a”)", '!pip install x\nprint("a")'),
        ("x = %who\nprint(“a”)", 'x = %who\nprint("a")'),
        ("torch.eye?\nprint(“a”)", 'torch.eye?\nprint("a")'),
        ("»> y = “a”\n»> y", '>>> y = "a"\n>>> y'),
        ("»> if x:\n...     “a”\n...\n»> y", '>>> if x:\n...     "a"\n...\n>>> y'),
        ("In [3]: y = “a”\n   ...: y", 'In [3]: y = "a"\n   ...: y'),
        ("    y = “a”\n    y", '    y = "a"\n    y'),
    ],
)
def test_sent_is_read_as_meant(sent: str, meant: str) -> None:
    assert mended(sent) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "print('«ёлочки» и — тире …')  # don’t",
        "!pip install —U torch",
        "%matplotlib inline",
        "print(“a)",
        "“",
        "x = “a”" + " " * LIMIT,
    ],
)
def test_what_needs_no_mending_or_cannot_be_mended_is_unchanged(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("print(“a”", 'print("a"'),
        ("for i in x\n    print(‘a’, 1 — 2)", "for i in x\n    print('a', 1 -- 2)"),
        ("что такое “autograd”", 'что такое "autograd"'),
    ],
)
def test_a_mistake_of_the_students_own_leaves_no_mark_of_the_phone(sent: str, meant: str) -> None:
    assert mended(sent) == meant


@pytest.mark.parametrize(
    "text",
    [
        "f“{”",
        "“a\\”",
        "x\0 = “a”",
        "\ud83d = “a”",
        "(" * 5000 + "“a”" + ")" * 5000,
        "-" * 40_000 + "1 + “a”",
        "“x " * 20_000,
        "«" * 60_000,
        '"""\\' * 15_000,
    ],
)
def test_hostile_text_raises_nothing(text: str) -> None:
    assert isinstance(mended(text), str)


def test_warnings_of_the_parser_do_not_leak() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert mended("x = “\\d” is 1") == 'x = "\\d" is 1'
    assert caught == []


@pytest.mark.parametrize(("text", "changed"), [("x = “a”", True), ("x = 1", False)])
def test_the_job_says_whether_it_changed_anything(text: str, changed: bool) -> None:
    answer = mend(Call({"text": text}, (), {}, lambda event: None))
    assert answer.data == {"text": mended(text), "changed": changed}


# Python with anything at all in its strings and comments.
ANY = st.text("“”‘’„«»—…'\"\\{}#ая x1\u00a0\u200b\n", max_size=12)
LATIN = st.text("abc XYZ09_.,:;!?()[]#%", max_size=12).filter(lambda s: ".." not in s)


def code(strings: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    atoms = st.sampled_from(["x", "y1", "2", "3.5", "...", "x[..., 1]"]) | strings
    expressions = st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.builds("({} {} {})".format, inner, st.sampled_from(["--", "<<", ">>", "+"]), inner),
            st.builds("f({}, k={})".format, inner, inner),
            st.builds("[{}, {}]".format, inner, inner),
        ),
        max_leaves=8,
    )
    return st.lists(st.builds("z = {}".format, expressions), min_size=1).map("\n".join)


def double_quoted(text: str) -> str:
    return f'"{text}"'


def f_string(text: str) -> str:
    return f"f\"{text}{{x['k']:.2f}}\""


@given(code(ANY.map(repr)), ANY.map(lambda text: text.replace("\n", " ")))
def test_valid_python_is_never_changed(source: str, comment: str) -> None:
    source = f"{source}  # {comment}\nx"
    assert mended(source) == source


@given(code(st.one_of(LATIN.map(repr), LATIN.map(double_quoted), LATIN.map(f_string))))
def test_spoiled_python_means_the_same_once_mended(source: str) -> None:
    assert meaning(mended(spoil(source))) == meaning(source)


@given(st.text("“”‘’„«»—…'\"\\{}# fx1=+(),\n", max_size=40))
def test_mending_twice_changes_nothing_more(text: str) -> None:
    once = mended(text)
    if _parses(once):
        assert mended(once) == once
