"""Formulas as students write them mean what the same in plain signs and brackets means."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.formula.request import read_formula
from engine.formula.tree import Apply, Array, Compare, Formula, Index, Name, Node, Number


def tree(text: str) -> Node:
    read = read_formula(text)
    assert isinstance(read, Formula), read
    return read.body


def number(value: int | str) -> Number:
    return Number(Fraction(value))


X, Y = Name("x"), Name("y")
SQUARE = Array((2, 2), tuple(map(Fraction, (1, 2, 3, 4))))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x**2", Apply("pow", (X, number(2)))),
        ("2*x", Apply("mul", (number(2), X))),
        ("-x**2", Apply("neg", (Apply("pow", (X, number(2))),))),
        ("x - y - 1", Apply("sub", (Apply("sub", (X, Y)), number(1)))),
        ("x/y/2", Apply("div", (Apply("div", (X, Y)), number(2)))),
        ("2**x**y", Apply("pow", (number(2), Apply("pow", (X, Y))))),
        ("x + y*2", Apply("add", (X, Apply("mul", (Y, number(2)))))),
        ("x @ y", Apply("matmul", (X, Y))),
        ("0.1*x", Apply("mul", (number("1/10"), X))),
        ("x**(-2)", Apply("pow", (X, number(-2)))),
        ("x**(1/3)", Apply("pow", (X, number("1/3")))),
        ("exp(x)", Apply("exp", (X,))),
        ("max(x, y)", Apply("max", (X, Y))),
        ("sum(x, dim=-1)", Apply("sum", (X,), -1)),
        ("x[0, -1]", Index(X, (0, -1))),
        (
            "[[1, 2], [3, 4]] @ x",
            Apply("matmul", (SQUARE, X)),
        ),
        (
            "where(x >= 0, x, 0)",
            Apply("where", (Compare(">=", X, number(0)), X, number(0))),
        ),
    ],
)
def test_plain_signs(text: str, wanted: Node) -> None:
    assert tree(text) == wanted


SPELLINGS = {
    "signs": [
        ("x^2", "x**2"),
        ("x·y", "x*y"),
        ("x×y", "x*y"),
        ("x∙y⋅z", "x*y*z"),
        ("x÷y", "x/y"),
        ("x − y", "x - y"),
        ("x–y", "x-y"),
        ("x—y", "x-y"),
        ("$x^{2}$", "x**2"),
        ("２ｘ＋１", "2*x + 1"),
        ("x\u00a0+\u20091", "x + 1"),
        ("𝑥² + 𝑦", "x**2 + y"),
        ("x^2\n  + 3", "x**2 + 3"),
        ("(x +\n1)^2", "(x + 1)**2"),
    ],
    "powers": [
        ("x²", "x**2"),
        ("x²³", "x**23"),
        ("x⁻¹", "x**(-1)"),
        ("-x²", "-(x**2)"),
        ("2x²", "2*(x**2)"),
        ("(x+1)²(x−1)", "((x + 1)**2)*(x - 1)"),
        ("x^-2", "x**(-2)"),
        ("2^-x", "2**(-x)"),
        ("2^-x^2", "2**(-(x**2))"),
        ("x^y^z", "x**(y**z)"),
        ("2^x²", "2**(x**2)"),
        ("x^(2/4)", "x**0.5"),
        ("x^0,5", "x**0.5"),
        ("x^(2*3 - 1)", "x**5"),
        ("x^½", "x**0.5"),
    ],
    "side by side": [
        ("2x", "2*x"),
        ("2(x+1)", "2*(x + 1)"),
        ("(x+1)(x-1)", "(x + 1)*(x - 1)"),
        ("x(x+1)", "x*(x + 1)"),
        ("x y", "x*y"),
        ("3xy²", "3*x*(y**2)"),
        ("x^2y", "(x**2)*y"),
        ("xy + yz + zx", "x*y + y*z + z*x"),
        ("x + ax", "x + a*x"),
        ("1/2x", "(1/2)*x"),
        ("x/2y", "(x/2)*y"),
        ("1/(2x)", "1/(2*x)"),
        ("-2x", "-(2*x)"),
        ("2*-x", "2*(-x)"),
        ("2πx", "2*pi*x"),
        ("αx + β", "α*x + β"),
        ("xe^x", "x*exp(x)"),
        ("½x", "0.5*x"),
        ("x1x2", "x1*x2"),
        ("x₁ + x₂²", "x1 + x2**2"),
        ("d/x + d/d", "(d/x) + (d/d)"),
        ("mv²/2", "mv**2/2"),
        ("x_1 + 2", "x_1 + 2"),
        ("|x||y|", "abs(x)*abs(y)"),
        ("|x|y", "abs(x)*y"),
        ("2√x", "2*sqrt(x)"),
    ],
    "functions": [
        ("sin x", "sin(x)"),
        ("sinx", "sin(x)"),
        ("sin 2x", "sin(2*x)"),
        ("sin2x", "sin(2*x)"),
        ("sin 2(x+1)", "sin(2*(x + 1))"),
        ("sin 2x + 1", "sin(2*x) + 1"),
        ("sin x^2", "sin(x**2)"),
        ("sin(x)^2", "sin(x)**2"),
        ("sin²x", "sin(x)**2"),
        ("sin^2 x", "sin(x)**2"),
        ("sin^2(x)", "sin(x)**2"),
        ("sin^(-2) x", "sin(x)**(-2)"),
        ("sin x cos y", "sin(x)*cos(y)"),
        ("sin(x)cos(x)", "sin(x)*cos(x)"),
        ("xsinx", "x*sin(x)"),
        ("x sin x", "x*sin(x)"),
        ("sin -x", "sin(-x)"),
        ("sin x/2", "sin(x)/2"),
        ("cos πx", "cos(pi*x)"),
        ("ln cos x", "log(cos(x))"),
        ("ln|x|", "log(abs(x))"),
        ("lg x", "log10(x)"),
        ("log_2(x)", "log2(x)"),
        ("tg x + ctg x", "tan(x) + 1/tan(x)"),
        ("arctg x", "atan(x)"),
        ("arcsin x + arccos x", "asin(x) + acos(x)"),
        ("sh x + ch x + th x", "sinh(x) + cosh(x) + tanh(x)"),
        ("√x", "sqrt(x)"),
        ("√x²", "sqrt(x**2)"),
        ("√(x²+y²)", "sqrt(x**2 + y**2)"),
        ("|x - 1|", "abs(x - 1)"),
        ("||x| - |y||", "abs(abs(x) - abs(y))"),
        ("||x||", "norm(x)"),
        ("‖x‖²", "norm(x)**2"),
        ("e^x", "exp(x)"),
        ("e^{-x^2/2}", "exp(-(x**2)/2)"),
        ("eˣ + e⁻ˣ", "exp(x) + exp(-x)"),
        ("e^x^2", "exp(x**2)"),
        ("σ(x)", "sigmoid(x)"),
        ("ReLU(x)", "relu(x)"),
        ("exp(-x²)", "exp(-(x**2))"),
        ("where(x = 0, 1, x)", "where(x == 0, 1, x)"),
        ("where(x ≥ 0, x, −x)", "where(x >= 0, x, -x)"),
    ],
    "torch": [
        ("torch.sin(x)", "sin(x)"),
        ("np.exp(x)", "exp(x)"),
        ("math.sqrt(x)", "sqrt(x)"),
        ("F.relu(x)", "relu(x)"),
        ("nn.functional.gelu(x)", "gelu(x)"),
        ("torch.nn.functional.softmax(x, dim=0)", "softmax(x, dim=0)"),
        ("torch.linalg.norm(x)", "norm(x)"),
        ("x.sum()", "sum(x)"),
        ("x.sum(1)", "sum(x, dim=1)"),
        ("sum(x, axis=1)", "sum(x, dim=1)"),
        ("softmax(x, -1)", "softmax(x, dim=-1)"),
        ("x.pow(2).mean()", "mean(x**2)"),
        ("(x**2).sum(dim=0)", "sum(x**2, dim=0)"),
        ("x.dot(y)", "dot(x, y)"),
        ("torch.max(x, 0)", "max(x, dim=0)"),
        ("maximum(x, 0)", "max(x, 0)"),
        ("norm(x, 2)", "norm(x)"),
        ("clamp(x, max=1)", "min(x, 1)"),
        ("clamp(x, min=0, max=1)", "clamp(x, 0, 1)"),
        ("x.clamp(0)", "clamp(x, min=0)"),
        ("leaky_relu(x, negative_slope=0.1)", "leaky_relu(x, 0.1)"),
        ("A[0][1]", "A[0, 1]"),
        ("A.T @ x", "A.t() @ x"),
        ("Aᵀ@x", "A.T @ x"),
        ("A^T @ x", "A.T @ x"),
        ("tensor([1, 2]) @ x", "[1, 2] @ x"),
        ("matmul(x, w)", "x @ w"),
    ],
    "numbers": [
        ("2,5x", "2.5*x"),
        ("|2,5x|", "abs(2.5*x)"),
        ("1e-3x", "0.001*x"),
        (".5x", "0.5*x"),
        ("2.x", "2*x"),
        ("2e^x", "2*exp(x)"),
    ],
    "Cyrillic": [
        ("х² + у", "x**2 + y"),
        ("ехр(х)", "exp(x)"),
        ("соs(х)", "cos(x)"),
        ("корень(x)", "sqrt(x)"),
    ],
}


@pytest.mark.parametrize(
    ("spelling", "plain"), [pair for pairs in SPELLINGS.values() for pair in pairs]
)
def test_spelling_means_the_plain_formula(spelling: str, plain: str) -> None:
    assert tree(spelling) == tree(plain)


def product(*names: str) -> Node:
    first, *others = map(Name, names)
    node: Node = first
    for name in others:
        node = Apply("mul", (node, name))
    return node


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("f(x, y) = xy", product("x", "y")),
        ("f(a, b, c) = abc", product("a", "b", "c")),
        ("f(lr, w) = lrw", product("lr", "w")),
        ("f(xy) = xy", Name("xy")),
        ("f(x1, x2) = x1x2", product("x1", "x2")),
        ("ab at a=1, b=2", product("a", "b")),
        ("f(x) = ax at a=2", product("a", "x")),
        ("f(th) = th", Name("th")),
        ("f(F, x) = F(x)", product("F", "x")),
    ],
)
def test_names_that_were_declared_part_what_is_written_together(text: str, wanted: Node) -> None:
    assert tree(text) == wanted
