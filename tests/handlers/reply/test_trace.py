"""A trace as a table for a phone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.records import TraceStep
from handlers.reply.mono import COLUMNS
from handlers.reply.trace import table


def step(text: str, shape: str, depth: int = 0, dtype: str = "float32") -> TraceStep:
    return TraceStep(text, depth, 1, shape, dtype, failed=not shape)


words = st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=1, max_size=60)
sizes = st.lists(st.integers(0, 10**6), max_size=6).map(lambda each: str(tuple(each)))
traces = st.lists(
    st.builds(step, words, sizes, st.integers(0, 30), st.sampled_from(["float32", "int64"])),
    min_size=1,
    max_size=8,
)


@given(steps=traces)
def test_every_line_fits_and_nothing_is_cut(steps: list[TraceStep]) -> None:
    shown = table(steps, room=10**6)

    assert shown.hidden == 0
    assert max(map(len, shown.text.splitlines())) <= COLUMNS
    told = "".join(shown.text.split())
    for each in steps:
        assert each.text in told
        assert each.shape.replace(" ", "") in told


def test_shapes_stand_below_each_other() -> None:
    steps = [step("x", "(5, 3)", depth=2), step("x.T", "(3, 5)", depth=1), step("x.T.sum()", "()")]

    assert table(steps).text.splitlines() == [
        "    x      (5, 3)",
        "  x.T      (3, 5)",
        "x.T.sum()  ()",
    ]


def test_long_expression_has_its_shape_below() -> None:
    steps = [step("x", "(5, 3)"), step("torch.cat([first, second, third], dim=-1)", "(5, 9)")]

    assert table(steps).text.splitlines() == [
        "x  (5, 3)",
        "torch.cat([first, second, third],",
        "  dim=-1)",
        "    (5, 9)",
    ]


def test_failing_step_ends_in_a_cross() -> None:
    assert table([step("x", "(5, 3)"), step("x @ x", "", dtype="")]).text.splitlines() == [
        "x      (5, 3)",
        "x @ x  ✗",
    ]


def test_without_room_the_last_steps_are_shown() -> None:
    shown = table([step(f"x{n}", "(2,)") for n in range(10)], room=30)

    assert shown.hidden == 7
    assert shown.text.splitlines()[-1] == "x9  (2,)"
