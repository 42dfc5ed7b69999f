"""Reprs and tensor attributes, a lying subclass included."""

from __future__ import annotations

import warnings

import pytest
import torch
from IPython.display import Markdown, Math

from engine.notebook.display import present, show, tensor_facts
from engine.records import TensorFacts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (list(range(30)), "[" + ",\n ".join(map(str, range(30))) + "]"),
        (torch.tensor([[1, 2]]), "tensor([[1, 2]])"),
        ({2: "b", 1: "a"}, "{2: 'b', 1: 'a'}"),
        (0.1 + 0.2, "0.30000000000000004"),
        (int, "int"),
    ],
)
def test_values_are_written_by_jupyters_printer(value: object, text: str) -> None:
    assert show(value) == text


def test_facts_are_torchs_own_strings() -> None:
    x = torch.ones(2, 3, dtype=torch.float64, requires_grad=True)
    assert tensor_facts(x + 1) == TensorFacts(
        (2, 3), "torch.float64", "torch.DoubleTensor", "cpu", True, "AddBackward0", 48
    )


def test_the_node_of_a_function_of_the_user_has_its_name() -> None:
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, x: torch.Tensor) -> torch.Tensor:
            return x * 2

    x = torch.ones(1, requires_grad=True)
    facts = tensor_facts(Twice.apply(x))  # type: ignore[no-untyped-call]
    assert facts is not None
    assert facts.grad_fn == "TwiceBackward"


def test_a_parameter_is_a_tensor_and_a_leaf() -> None:
    facts = tensor_facts(torch.nn.Parameter(torch.ones(2)))
    assert facts is not None
    assert (facts.type, facts.requires_grad, facts.grad_fn) == ("torch.FloatTensor", True, None)


def test_expanded_axes_take_no_memory_and_a_view_only_its_own() -> None:
    wide, part = tensor_facts(torch.ones(1).expand(1000)), tensor_facts(torch.ones(1000)[:2])
    assert wide is not None
    assert part is not None
    assert (wide.memory_bytes, part.memory_bytes) == (4, 8)


def test_a_subclass_cannot_lie() -> None:
    class Liar(torch.Tensor):
        shape = "seven"  # type: ignore[assignment]
        dtype = property(lambda self: 1 / 0)

        @classmethod
        def __torch_function__(cls, *args: object) -> object:
            raise RuntimeError("no")

    facts = tensor_facts(torch.ones(2).as_subclass(Liar))
    assert facts is not None
    assert (facts.shape, facts.dtype) == ((2,), "torch.float32")


class Pretender:
    """Not a tensor, whatever `isinstance` is made to say."""

    __class__ = torch.Tensor  # type: ignore[assignment]


@pytest.mark.parametrize(
    "value", [1, "x", [torch.ones(1)], torch.Size([1]), torch.Tensor, Pretender()]
)
def test_other_values_have_no_facts(value: object) -> None:
    assert tensor_facts(value) is None


def test_a_view_that_lost_its_node_is_invalid_as_torch_prints_it() -> None:
    part = torch.ones(4, requires_grad=True).mul(1).unbind()[0]
    with torch.no_grad():
        part.zero_()
    facts = tensor_facts(part)
    assert facts is not None
    assert facts.grad_fn == "Invalid"


class ShowsItself:
    """A value that prints itself, as widgets do."""

    def _ipython_display_(self) -> None:
        print("myself")


def test_a_value_may_show_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert present(ShowsItself()) is None
    assert capsys.readouterr().out == "myself\n"


@pytest.mark.parametrize(
    ("layout", "kind", "memory"),
    [
        (torch.sparse_coo, "torch.sparse.FloatTensor", 2 * 2 * 8 + 2 * 4),
        (torch.sparse_csr, "torch.sparse_csr", 3 * 8 + 2 * 8 + 2 * 4),
        (torch.sparse_csc, "torch.sparse_csc", 3 * 8 + 2 * 8 + 2 * 4),
    ],
)
def test_a_sparse_tensor_takes_what_its_parts_do(
    layout: torch.layout, kind: str, memory: int
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls some layouts beta
        facts = tensor_facts(torch.eye(2).to_sparse(layout=layout))
    assert facts is not None
    assert (facts.shape, facts.type, facts.memory_bytes) == ((2, 2), kind, memory)


def test_text_for_jupyter_to_set_is_shown_as_it_was_written() -> None:
    assert show(Markdown("# Title")) == "# Title"  # type: ignore[no-untyped-call]
    assert show(Math("x^2")) == "x^2"  # type: ignore[no-untyped-call]


def test_odd_tensors_have_facts_or_none() -> None:
    assert tensor_facts(torch.nn.LazyLinear(2).weight) is None
    meta = tensor_facts(torch.empty(2, device="meta"))
    assert meta is not None
    assert meta.device == "meta"
