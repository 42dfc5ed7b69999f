"""A text of shapes comes back explained, with torch's own verdict."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
import torch
from hypothesis import given, settings

from engine.axes.alignment import Shape
from engine.axes.trial import OPERATIONS
from engine.broadcasting import compare, explain
from engine.jail.pool import Pool
from engine.records import (
    Broadcast,
    BroadcastReport,
    Call,
    Job,
    Note,
    Operand,
    Outcome,
    from_data,
)
from tests.engine.shapes import matrices, related


def compared(operator: str, *shapes: Shape) -> Broadcast:
    return compare(operator, [Operand(n, s) for n, s in zip("xyzw", shapes, strict=False)])


def asked(text: str) -> BroadcastReport:
    data = explain(Call({"text": text}, (), {}, lambda event: None)).data
    return from_data(BroadcastReport, json.loads(json.dumps(data)))


def keys(notes: Sequence[Note]) -> list[str]:
    return [note.key for note in notes]


@settings(max_examples=500, deadline=None)
@given(related(3))
def test_verdict_of_three_is_that_of_a_run_from_left_to_right(three: list[Shape]) -> None:
    found = compared("+", *three)
    x, y, z = (torch.ones(shape) for shape in three)

    assert found.ran
    if found.error is None:
        result = x + y + z
        assert found.result == tuple(result.shape)
        assert found.result_bytes == result.numel() * result.element_size()
        return
    with pytest.raises(RuntimeError) as caught:
        x + y + z
    assert found.error == f"RuntimeError: {caught.value}"
    assert found.result is None
    assert found.error_position in [axis.position for axis in found.axes if not axis.agrees]


@settings(max_examples=500, deadline=None)
@given(matrices())
def test_message_of_a_matrix_product_is_torchs(pair: list[Shape]) -> None:
    found = compared("@", *pair)

    assert found.ran
    if found.error is not None:
        with pytest.raises(RuntimeError) as caught:
            torch.matmul(torch.ones(pair[0]), torch.ones(pair[1]))
        assert found.error == f"RuntimeError: {caught.value}"


@settings(max_examples=300, deadline=None)
@given(related())
def test_stretched_is_what_expands(pair: list[Shape]) -> None:
    found = compared("+", *pair)
    if found.result is None:
        assert found.stretched == ()
        return
    for name, shape in zip("xy", pair, strict=True):
        strides = torch.ones(shape).expand(found.result).stride()
        sizes = zip(strides, found.result, strict=True)
        assert (name in found.stretched) == any(s == 0 and n != 1 for s, n in sizes)


def test_failing_axis_and_torchs_are_one() -> None:
    found = compared("+", (5, 2, 4, 1), (3, 1, 1))

    assert found.failing == 2
    assert found.axes[2].position == found.error_position == -3
    assert found.error_axis == 1


def test_torch_may_name_another_axis_than_the_first_that_fails() -> None:
    found = compared("+=", (2, 1), (3, 4))

    assert found.failing == 0
    assert (found.error_axis, found.error_position) == (0, -2)


@pytest.mark.parametrize("operator", list(OPERATIONS))
def test_every_operator_is_run(operator: str) -> None:
    found = compared(operator, (3, 3), (3, 3))

    assert (found.ran, found.error, found.result) == (True, None, (3, 3))


def test_memory_is_the_results() -> None:
    assert compared("+", (100_000, 1), (100_000,)).result_bytes == 40 * 10**9
    assert compared("<", (5, 3), (3,)).result_bytes == 15
    assert compared("+=", (5, 3), (3,)).result_bytes == 0


def test_large_is_forecast_by_the_rules() -> None:
    found = compared("@", (1 << 20, 1 << 10), (1 << 10, 1 << 20))

    assert (found.ran, found.result, found.error) == (False, (1 << 20, 1 << 20), None)


def test_a_mean_that_lost_its_axis_is_told_of_keepdim() -> None:
    found = compare("-", [Operand("x", (32, 10)), Operand("m", (32,))])
    code = next(note for note in found.notes if note.key == "note.keepdim").values["code"]

    x = torch.ones(32, 10)
    assert (x - eval(str(code), {"x": x})).shape == x.shape
    assert keys(compared("-", (32, 10), (32,)).notes) == []


def test_two_that_are_stretched_make_all_pairs() -> None:
    (note,) = compared("-", (4, 1), (4,)).notes

    assert (note.key, note.values) == ("note.all_pairs", {"count": 16, "most": 4})
    assert compared("-", (4, 1), (4, 1)).notes == ()


@pytest.mark.parametrize("pair", [((0,), (2, 2)), ((0, 3), (3,)), ((2, 3), (3, 0))])
def test_empty_tensors_bring_the_correction(pair: tuple[Shape, Shape]) -> None:
    assert "correction.empty_tensors" in keys(compared("+", *pair).notes)
    assert "correction.empty_tensors" not in keys(compared("+", (2, 3), (3,)).notes)


def test_left_that_cannot_grow_is_told_apart_from_a_clash() -> None:
    assert "note.in_place" in keys(compared("+=", (3,), (2, 3)).notes)
    assert "note.in_place" not in keys(compared("+=", (3,), (2, 4)).notes)


def test_in_place_product_is_none() -> None:
    found = compared("@=", (2, 3), (3, 4))
    x = torch.ones(2, 3)
    before = x
    x @= torch.ones(3, 4)

    assert x is not before
    assert found.result == tuple(x.shape)
    assert keys(found.notes) == ["note.matmul_in_place"]


def test_product_is_named_when_nobody_said_add() -> None:
    implied = asked("(5,3) (3,2)").broadcast
    said = asked("(5,3) + (3,2)").broadcast

    assert implied is not None
    assert said is not None
    (note,) = implied.notes
    assert (note.key, note.values["text"]) == ("note.product_fits", "x @ y")
    assert said.notes == ()


def test_mistake_comes_back_instead() -> None:
    report = asked("(5, n) (3,)")

    assert report.broadcast is None
    assert report.mistake == Note("mistake.word", {"word": "n", "text": "(5, n)"})


def test_result_that_torch_cannot_count_is_no_result() -> None:
    assert asked("(1000000000000,1) (10000000000,)").mistake == Note(
        "mistake.result", {"shape": "(1000000000000, 10000000000)"}
    )
    with pytest.raises(RuntimeError, match="overflow"):
        torch.ones(()).expand(10**12, 1) + torch.ones(()).expand(10**10)


async def test_desk_answers(pool: Pool) -> None:
    result = await pool.run(Job("broadcasting.explain", {"text": "(32,10) m=(32,)"}, "anna"))
    report = from_data(BroadcastReport, result.data)

    assert result.outcome is Outcome.OK
    assert report.broadcast is not None
    assert report.broadcast.ran
    assert [repair.code for repair in report.broadcast.repairs] == ["x - m.unsqueeze(1)"]
    assert all(repair.ran for repair in report.broadcast.repairs)
