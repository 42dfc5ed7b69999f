"""/shape's engine: every step agrees with torch, the session stays, forecasts allocate nothing."""

from __future__ import annotations

import gc
import resource
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine.jail.limits import PoolSettings
from engine.jail.pool import Pool
from engine.records import (
    AxisRole,
    Job,
    JobLimits,
    Outcome,
    Result,
    SessionStart,
    ShapeReport,
    TraceStep,
    from_data,
)
from engine.tracing.mark import TEXT_MOST
from tests.engine.tracing.traced import Tracing, steps

# One session for generated expressions: names of each shape and dtype.
INPUTS = """\
a = torch.rand(2, 3)
b = torch.rand(3)
c = torch.rand(2, 1, dtype=torch.float64)
d = torch.arange(6).view(2, 3)
e = torch.rand(3, 2)
s = torch.tensor(2.0)
h = torch.rand(4, 2, 3)
m = torch.rand(2, 3) > 0.5
z = torch.rand(0, 3)
"""
UNARY = (
    "{}.abs()",
    "-{}",
    "torch.exp({})",
    "relu({})",
    "{}.transpose(0, -1)",
    "{}.unsqueeze(0)",
    "({} > 0)",
)
REDUCTIONS = ("{}.sum()", "{}.sum(-1)", "{}.float().mean(dim=-1, keepdim=True)", "{}.flatten()")
SEVERAL = ("{}.reshape(-1)", "{}.double()", "torch.stack([{0}, {0}])", "{0}.expand_as({0})")
BINARY = ("{} + {}", "{} - {}", "{} * {}", "{} @ {}", "torch.maximum({}, {})", "{} == {}")
PICKS = ("{}[0]", "{}[..., :1]", "{}[None]", "{}.max(dim=-1).values", "F.softmax({}.float(), -1)")

leaves = st.sampled_from("abcdeshmz")
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(str.format, st.sampled_from(UNARY + REDUCTIONS + SEVERAL + PICKS), inner),
        st.builds(
            lambda form, x, y: f"({form.format(x, y)})", st.sampled_from(BINARY), inner, inner
        ),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def inputs() -> tuple[Tracing, dict[str, Any]]:
    tracing = Tracing()
    tracing.evaluate(INPUTS)
    plain: dict[str, Any] = {"torch": torch, "F": functional, "relu": torch.relu}
    exec(INPUTS, plain)
    return tracing, plain


@settings(max_examples=300, deadline=None)
@given(text=expressions.filter(lambda text: len(text) <= TEXT_MOST))
def test_every_step_of_an_expression_agrees_with_torch(
    inputs: tuple[Tracing, dict[str, Any]], text: str
) -> None:
    tracing, plain = inputs
    report = tracing.trace(text)

    assert report.steps
    assert not report.forecast
    for step in report.steps:
        if not step.failed:
            assert _same(step, eval(step.text, plain)), step
    whole = _plainly(text, plain)
    if not isinstance(whole, Exception):
        assert report.failure is None
        assert _same(report.steps[-1], whole)
        return
    assert report.failure is not None
    assert report.failure.type == type(whole).__name__
    failed = report.steps[-1]
    assert (failed.failed, failed.shape) == (True, "")
    assert str(_plainly(failed.text, plain)) == str(whole)


def _plainly(text: str, names: dict[str, Any]) -> Any:
    """What Python makes of the text, an exception of torch's included."""
    try:
        return eval(text, names)
    except (RuntimeError, IndexError, TypeError) as error:
        return error


def _same(step: TraceStep, value: Any) -> bool:
    tensors = value if isinstance(value, tuple) else (value,)
    shapes = ", ".join(str(tuple(tensor.shape)) for tensor in tensors)
    dtypes = ", ".join(dict.fromkeys(str(t.dtype).removeprefix("torch.") for t in tensors))
    return (step.shape, step.dtype) == (shapes, dtypes)


def test_names_given_by_shape_are_tensors() -> None:
    report = Tracing().trace("x=(5,3) w=(3,2) relu(x @ w)")

    assert steps(report) == [
        ("x", 0, "(5, 3)"),
        ("w", 0, "(3, 2)"),
        ("x @ w", 1, "(5, 2)"),
        ("relu(x @ w)", 0, "(5, 2)"),
    ]
    assert [dict(note.values) for note in report.notes] == [{"names": ["x", "w"]}]


def test_operands_stand_above_their_operation_and_names_once() -> None:
    report = Tracing().trace("x = torch.ones(2, 3)\ny = x + x.sum(0)\ny * y")

    assert steps(report) == [
        ("x = torch.ones(2, 3)", 0, "(2, 3)"),
        ("x.sum(0)", 1, "(3,)"),
        ("y = x + x.sum(0)", 0, "(2, 3)"),
        ("y * y", 0, "(2, 3)"),
    ]


def test_failing_expression_is_the_last_step_and_its_axes_are_compared() -> None:
    report = Tracing().trace("x = rand(32, 10)\nm = x.mean(dim=1)\ny = x - m\ny.std()")

    assert report.steps[-1] == TraceStep("y = x - m", 0, 3, "", "", failed=True)
    assert report.clash is not None
    assert [(o.name, o.shape) for o in report.clash.operands] == [("x", (32, 10)), ("m", (32,))]
    assert report.clash.failing == 0
    assert report.failure is not None
    assert report.failure.line == report.clash.error


def test_repairs_are_those_with_which_the_whole_cell_runs() -> None:
    tracing = Tracing()

    ends = tracing.trace("x=(4, 3); y=(4,)\nz = x + y")
    goes_on = tracing.trace("x=(4, 3); y=(4,)\nz = x + y\nassert z.shape == (3, 4)")

    assert [repair.code for repair in ends.repairs] == ["x + y.unsqueeze(1)"]
    assert all(repair.ran for repair in ends.repairs)
    assert goes_on.clash == ends.clash
    assert goes_on.repairs == ()


def test_repair_up_to_the_next_clash_is_offered_and_the_next_is_named() -> None:
    report = Tracing().trace("x=(4, 3)\n(x - x.mean(dim=1)) / x.std(dim=1)")

    assert [repair.code for repair in report.repairs] == ["x - x.mean(dim=1, keepdim=True)"]
    (note,) = [note for note in report.notes if note.key == "note.next_clash"]
    assert note.values == {"code": "(x - x.mean(dim=1)) / x.std(dim=1)"}


def test_arrays_of_numpy_have_shapes_too() -> None:
    report = Tracing().trace("a = np.zeros((3, 4))\na @ a.T")

    assert steps(report) == [
        ("a = np.zeros((3, 4))", 0, "(3, 4)"),
        ("a.T", 1, "(4, 3)"),
        ("a @ a.T", 0, "(3, 3)"),
    ]


def test_loss_over_all_pairs_is_noted() -> None:
    report = Tracing().trace("p=(8, 1); t=(8,)\nF.mse_loss(p, t)")

    assert "note.loss_of_pairs" in [note.key for note in report.notes]


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("x=(2, 3); x.T.stride()", "(1, 3)"),
        ("[p.shape for p in nn.Linear(3, 2).parameters()]", "torch.Size([2, 3]), torch.Size([2])"),
    ],
)
def test_what_is_taken_of_tensors_is_shown(code: str, shape: str) -> None:
    assert Tracing().trace(code).steps[-1].shape == shape


def test_tensor_without_a_shape_is_no_failure() -> None:
    report = Tracing().trace("torch.nested.nested_tensor([rand(2), rand(3)])")

    assert report.failure is None


def test_numbers_of_a_loop_are_shown_once() -> None:
    report = Tracing().trace("for _ in range(3):\n    loss = rand(2).sum()\n    loss.item()")

    assert [step.text for step in report.steps].count("loss.item()") == 1


def test_repair_of_an_in_place_operation_is_run_in_its_place() -> None:
    report = Tracing().trace("x=(2, 3)\nx += rand(3, 2)\nx.sum()")

    assert [repair.code for repair in report.repairs] == ["x += rand(3, 2).T"]


@pytest.mark.parametrize(
    ("code", "failing"),
    [
        ("x=(2, 3); y=(4,)\ntorch.add(x, y)", (3, 4)),
        ("x=(2, 3); y=(4,)\nx.mul(y)", (3, 4)),
        ("x=(2, 3); y=(4,)\nx < y", (3, 4)),
        ("x=(2, 3); y=(4, 2)\nx.matmul(y)", (3, 4)),
        ("x=(2, 3); y=(4, 2)\ntorch.mm(x, y)", (3, 4)),
        ("def f(a, b):\n    return a * b\nf(rand(2, 3), rand(4))", (3, 4)),
    ],
)
def test_clash_is_found_however_the_operation_is_written(
    code: str, failing: tuple[int, int]
) -> None:
    report = Tracing().trace(code)

    assert report.clash is not None
    assert report.clash.failing is not None
    assert report.clash.axes[report.clash.failing].sizes == failing


def test_product_is_compared_by_its_own_rules() -> None:
    report = Tracing().trace("x=(5, 3); w=(4, 2); relu(x @ w)")

    assert report.clash is not None
    assert report.clash.failing is not None
    assert report.clash.axes[report.clash.failing].role is AxisRole.INNER
    assert [step.text for step in report.steps] == ["x", "w", "x @ w"]


def test_layer_says_what_it_takes() -> None:
    report = Tracing().trace(
        "net = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 1))\nnet(rand(2, 3))"
    )

    (note,) = [note for note in report.notes if note.key == "note.linear"]
    assert note.values == {"takes": 5, "shape": "(2, 4)", "last": 4}
    assert report.clash is None


def test_calls_over_several_lines_fail_at_the_right_one() -> None:
    report = Tracing().trace("x = rand(2, 3)\n(x\n .view(6)\n .reshape(4)\n .sum())")

    assert report.steps[-1].failed
    assert report.steps[-1].text == "x.view(6).reshape(4)"


def test_failure_in_a_function_of_an_earlier_cell_is_marked_at_its_call() -> None:
    tracing = Tracing()
    tracing.evaluate("def f(a):\n    return a @ a")

    report = tracing.trace("x = rand(2, 3)\nf(x)")

    assert report.steps[-1].text == "f(x)"
    assert report.failure is not None
    assert report.failure.cell == 1


def test_loop_shows_its_first_pass_and_what_changes() -> None:
    same = Tracing().trace("x = ones(2)\nfor _ in range(50):\n    x = x * 2")
    grows = Tracing().trace("x = ones(1)\nfor _ in range(3):\n    x = torch.cat([x, x])")

    assert steps(same) == [("x = ones(2)", 0, "(2,)"), ("x = x * 2", 0, "(2,)")]
    assert [note.key for note in same.notes] == ["note.repeated"]
    shapes = [step.shape for step in grows.steps if step.text == "x = torch.cat([x, x])"]
    assert shapes == ["(2,)", "(4,)", "(8,)"]


def test_many_steps_keep_the_last_ones() -> None:
    report = Tracing().trace("\n".join(f"x{n} = ones({n + 1})" for n in range(100)))

    assert (len(report.steps), report.hidden) == (40, 60)
    assert report.steps[-1].shape == "(100,)"


@pytest.mark.parametrize("depth", [30, 100, 300])
def test_deeply_nested_expression_runs_as_in_eval(depth: int) -> None:
    tracing = Tracing()
    chain = " + ".join(["x"] * depth)
    tracing.evaluate("x = torch.ones(2)")

    assert tracing.evaluate(chain).failure is None
    assert tracing.trace(chain).steps[-1].shape == "(2,)"


def test_sizes_and_numbers_taken_from_tensors_are_shown() -> None:
    report = Tracing().trace("x = rand(3, 4)\nn = 5\nx.shape[0] * x.numel(), len(x), n * 2")

    shown = {step.text: step.shape for step in report.steps}
    assert shown["x.shape"] == "torch.Size([3, 4])"
    assert shown["x.shape[0] * x.numel()"] == "36"
    assert shown["len(x)"] == "3"
    assert "n * 2" not in shown


LARGE = [
    ("x=(100000, 1); y=(100000,)\nx - y", "x - y", 40_000_000_000),
    (
        "a = torch.empty(200_000, 50_000)\na.T.sum(0)",
        "a = torch.empty(200_000, 50_000)",
        40_000_000_000,
    ),
    ("x = ones(1 << 20, 1)\ny = (x == x.T)\ny.sum()", "y = (x == x.T)", 1 << 40),
]


@pytest.mark.parametrize(("code", "text", "size"), LARGE)
def test_what_is_too_large_is_forecast_and_nothing_is_allocated(
    code: str, text: str, size: int
) -> None:
    tracing = Tracing()
    tracing.evaluate("ran = []")
    tracing.trace("rand(2) + 1")  # what is loaded once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    report = tracing.trace(f"{code}\nprint('printed')")

    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 64 << 10
    assert report.forecast
    assert report.failure is None
    assert report.needed_bytes >= size
    (note,) = [note for note in report.notes if note.key == "note.largest"]
    assert note.values == {"code": text, "bytes": size}
    assert text in [step.text for step in report.steps]


def test_forecast_prints_nothing_and_a_run_does(capfd: pytest.CaptureFixture[str]) -> None:
    Tracing().trace("print('forecast')\ntorch.empty(1 << 40)")
    assert capfd.readouterr().out == ""

    Tracing().trace("print('run')\ntorch.empty(2)")
    assert capfd.readouterr().out == "run\n"


def test_clash_behind_something_too_large_is_told_and_not_run() -> None:
    report = Tracing().trace("a = torch.empty(1 << 33)\nx=(2, 3); y=(4,)\nx + y")

    assert report.forecast
    assert report.clash is not None
    assert report.repairs == ()


def test_unfilled_places_are_told_of_a_forecast_too() -> None:
    report = Tracing().trace("def f(x):\n    return ...\ntorch.empty(1 << 33)")

    assert [note.key for note in report.notes] == ["note.unfilled", "note.largest"]


def test_too_many_operations_are_forecast() -> None:
    report = Tracing().trace("a = rand(4000, 4000)\nfor _ in range(5):\n    a = a @ a")

    assert report.forecast
    assert [dict(note.values) for note in report.notes if note.key == "note.flops"] == [
        {"billions": 5 * 2 * 4000**3 // 10**9}
    ]


def test_memory_that_is_let_go_in_a_loop_is_not_added_up() -> None:
    report = Tracing().trace("for _ in range(400):\n    x = torch.empty(1 << 20)\nx")

    assert not report.forecast  # 1.6 GB in all, 8 MB at once
    assert report.failure is None


def test_values_decide_where_a_forecast_cannot() -> None:
    report = Tracing().trace("x = arange(6.)\ny = x[x > 2]\nif y.sum() > 3:\n    y = y[:2]\ny")

    assert not report.forecast
    assert report.steps[-1].shape == "(2,)"


def test_verdict_is_that_of_a_real_run_where_forecasts_lie() -> None:
    report = Tracing().trace("torch.tensor([1, 2]).view(1, 2) @ rand(2, 1)")

    assert report.failure is not None
    assert "same dtype" in report.failure.line


def test_index_out_of_range_is_seen() -> None:
    report = Tracing().trace("nn.Embedding(3, 4)(torch.tensor([5]))")

    assert report.failure is not None
    assert report.failure.type == "IndexError"


def test_trace_holds_no_tensor() -> None:
    tracing = Tracing()

    tracing.trace("class Traced(torch.Tensor): pass\nt = torch.ones(3).as_subclass(Traced)\nt + t")

    gc.collect()
    assert not [each for each in gc.get_objects() if type(each).__name__ == "Traced"]


async def traced(pool: Pool, source: str, owner: str) -> tuple[Result, ShapeReport]:
    result = await pool.run(Job("shapes.trace", {"source": source}, owner))
    return result, from_data(ShapeReport, result.data)


async def test_session_in_its_jail_is_used_and_left_alone(pool: Pool) -> None:
    await pool.run(Job("cell.evaluate", {"source": "x = torch.ones(5, 3)"}, "shape"))

    result, report = await traced(pool, "w=(3, 2)\nx += 1\nrelu(x @ w)", "shape")
    after = await pool.run(Job("cell.evaluate", {"source": "x.sum().item()"}, "shape"))

    assert (result.outcome, result.session) == (Outcome.OK, SessionStart.KEPT)
    assert report.steps[-1].shape == "(5, 2)"
    assert after.data["value"] == "15.0"


async def test_clash_in_a_jail_is_explained_and_repaired(pool: Pool) -> None:
    result, report = await traced(pool, "x = rand(32, 10)\nx - x.mean(dim=1)", "shape")

    assert result.outcome is Outcome.RAISED
    assert [repair.code for repair in report.repairs] == ["x - x.mean(dim=1, keepdim=True)"]


async def test_forecast_in_a_jail_takes_no_memory(pool: Pool) -> None:
    small, _ = await traced(pool, "x=(100, 1); y=(100,)\nx - y", "shape")
    large, report = await traced(pool, "x=(100000, 1); y=(100000,)\nx - y", "shape")

    assert (large.outcome, report.forecast) == (Outcome.OK, True)
    assert large.peak_bytes < small.peak_bytes + (16 << 20)


async def test_what_a_small_session_has_no_room_for_is_forecast() -> None:
    async with Pool(PoolSettings(session_memory_bytes=300 << 20)) as small:
        await small.wait_ready()
        _, fits = await traced(small, "torch.ones(20 << 20).sum()", "shape")
        _, too_large = await traced(small, "torch.ones(100 << 20).sum()", "shape")

    assert (fits.forecast, too_large.forecast) == (False, True)


async def test_endless_loop_is_stopped_and_the_session_kept(pool: Pool) -> None:
    limits = JobLimits(cpu_s=0.5, wall_s=2)
    job = Job("shapes.trace", {"source": "while True: pass"}, "shape", limits=limits)

    result = await pool.run(job)

    assert (result.outcome, result.session_alive) == (Outcome.TIMEOUT, True)
    assert from_data(ShapeReport, result.data).failure is not None


async def test_traced_cells_are_not_run_again_for_a_lost_session(pool: Pool) -> None:
    await pool.reset("shape")
    await pool.run(Job("cell.evaluate", {"source": "x = 1"}, "shape"))
    await traced(pool, "x=(2, 3)", "shape")

    assert pool.cells("shape") == 1
    assert [result.outcome for result in await pool.replay("shape")] == [Outcome.OK]
