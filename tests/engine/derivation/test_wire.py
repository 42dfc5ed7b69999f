"""A derivation as it is sent: one rule for each path, steps, values, what is special there."""

from __future__ import annotations

import pytest

from engine.derivation.wire import CHARACTERS, STEPS, Derivation, derivation
from engine.formula.shapes import assumed_shapes
from engine.records.codec import from_data, to_data
from engine.records.gradients import DerivationPath
from tests.engine.formula.asking import read


def derived(text: str, name: str = "x") -> Derivation:
    request = read(text)
    shapes = {key: array.shape for key, array in request.point.items()}
    point = None if request.missing else request.point
    return derivation(request.formula, name, shapes or assumed_shapes(request.formula), point)


def test_seminar_formula_reads_as_in_voice() -> None:
    found = derived("f(x, y) = x^2 + xy + (x + y)^2 at x=2, y=2")
    lines = [(p.term, p.form, p.value, p.rule.key) for p in found.paths]
    assert lines == [
        ("x²", "2x", "4", "rule.power"),
        ("xy", "y", "2", "rule.product_constant"),
        ("(x + y)²", "2(x + y) · 1", "8", "rule.chain"),
    ]
    assert found.paths[1].rule.values == {"constant": "y"}
    assert found.form == "2x + y + 2(x + y)"


def test_summands_without_the_input_are_named() -> None:
    assert derived("f(x, y) = x^2 + xy - 3", "y").unused == ("x²", "-3")


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("x", ["rule.itself"]),
        ("-x", ["rule.sign_changed"]),
        ("x + 1", ["rule.sum"]),
        ("3x", ["rule.product_constant"]),
        ("x/3", ["rule.quotient_constant"]),
        ("3/x", ["rule.constant_divided"]),
        ("3x^2", ["rule.power"]),
        ("x*sin(x)", ["rule.product", "rule.product"]),
        ("sin(x)/x", ["rule.quotient", "rule.quotient"]),
        ("sin(2x)", ["rule.chain"]),
        ("exp(x)", ["rule.exponential"]),
        ("2^x", ["rule.power_base"]),
        ("x^x", ["rule.power_both", "rule.power_both"]),
        ("ln(x)", ["rule.logarithm"]),
        ("sum(x^2)", ["rule.power"]),
        ("softmax(x)[0]", ["rule.softmax"]),
        ("x[0]^2", ["rule.power"]),
        ("dot(x, y)", ["rule.dot"]),
    ],
)
def test_path_has_the_rule_that_a_teacher_names(text: str, rules: list[str]) -> None:
    assert [path.rule.key for path in derived(text).paths] == rules


@pytest.mark.parametrize(
    ("text", "key", "taken"),
    [
        ("relu(x) at x=0", "rule.kink", "0"),
        ("abs(x) at x=0", "rule.kink", "0"),
        ("leaky_relu(x) at x=0", "rule.kink", "0.01"),
        ("elu(x, 2) at x=0", "rule.kink", "2"),
        ("norm(x) at x=[0, 0]", "rule.kink", "0"),
        ("max(x, y) at x=1 y=1", "rule.tie", "0.5"),
        ("max(x) at x=[1, 1, 1, 1]", "rule.tie", "0.25"),
        ("clamp(x, 0, 1) at x=1", "rule.bound", "1"),
        ("floor(x) at x=2", "rule.jump", None),
        ("sign(x) at x=0", "rule.jump", None),
        ("where(x > 0, x, y) at x=0 y=1", "rule.border", None),
        ("sqrt(x) at x=0", "rule.infinite", None),
        ("relu(x) at x=1", "rule.relu", None),
        ("elu(x) at x=0", "rule.elu", None),
        ("max(x, y) at x=2 y=1", "rule.max", None),
        ("floor(x) at x=2.5", "rule.steps", None),
    ],
)
def test_kink_at_the_point_is_named(text: str, key: str, taken: str | None) -> None:
    (path,) = derived(text).paths
    assert path.rule.key == key
    assert path.rule.values.get("taken") == taken


def test_steps_are_the_factors() -> None:
    (path,) = derived("sin(cos(2x)) at x=1").paths
    assert path.form == "cos(cos(2x)) · (-sin(2x)) · 2"
    assert [(s.outer, s.inner, s.local) for s in path.steps] == [
        ("sin(cos(2x))", "cos(2x)", "cos(cos(2x))"),
        ("cos(2x)", "2x", "-sin(2x)"),
        ("2x", "x", "2"),
    ]


def test_without_a_point_there_are_no_values() -> None:
    (path,) = derived("sin(x)^2").paths
    assert path.value == "" == "".join(step.value for step in path.steps)


def test_much_is_cut_at_its_limits() -> None:
    found = derived("*".join(["x"] * 45) + " at x=1")
    assert sum(len(path.steps) for path in found.paths) == STEPS
    assert (
        max(len(path.form) for path in derived("gelu(" * 15 + "x" + ")" * 15).paths) == CHARACTERS
    )


def test_values_of_large_tensors_are_left_out() -> None:
    row = ", ".join(["1"] * 16)
    matrix = f"[{', '.join([f'[{row}]'] * 16)}]"
    found = derived(f"sum(A @ B @ A @ B) at A={matrix} B={matrix}", "B")
    assert [path.value for path in found.paths] == ["", ""]
    assert found.paths[0].form


def test_it_travels() -> None:
    (path,) = derived("sin(x) at x=1").paths
    assert from_data(DerivationPath, to_data(path)) == path
