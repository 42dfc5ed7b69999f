"""The seminar's exercise, written right and with a part of it written wrong."""

from __future__ import annotations

from typing import Final

from engine.pitfalls.rule import Example

_POWER = """\
class Power(torch.autograd.Function):
    @staticmethod
    def forward({arguments}):
        {forward}

    @staticmethod
    def setup_context(ctx, inputs, output):
        {setup}

    @staticmethod
    def backward(ctx, grad_output):
        {backward}

x = torch.tensor([-2.0, 3.0], requires_grad=True)
{use}"""


_RIGHT: Final = {
    "arguments": "tensor, p",
    "forward": "out = torch.ones_like(tensor)\n"
    "        for _ in range(p):\n            out = out * tensor\n        return out",
    "setup": "tensor, ctx.p = inputs\n        ctx.save_for_backward(tensor)",
    "backward": "tensor, = ctx.saved_tensors\n"
    "        return grad_output * ctx.p * tensor ** (ctx.p - 1), None",
    "use": "Power.apply(x, 2).sum().backward()",
}


_RIGHTLY: Final = {
    "Power()(x, 2)": "Power.apply(x, 2)",
    "Power(x, 2).sum()": "Power.apply(x, 2).sum()",
    "Power.apply(x)": "Power.apply(x, 2)",
}


def power(**parts: str) -> Example:
    """The seminar's exercise with some of its parts written wrong, and as it should be."""
    right = (
        _RIGHT if "use" not in parts else _RIGHT | {"use": _RIGHTLY.get(parts["use"], parts["use"])}
    )
    return Example(_POWER.format(**_RIGHT | parts), _POWER.format(**right))


TWICE = (
    "slope, = torch.autograd.grad(Power.apply(x, 3).sum(), x, create_graph=True)\n"
    "torch.autograd.grad(slope.sum(), x)"
)


OLDER = """\
class Double(torch.autograd.Function):
    @staticmethod
    def forward({arguments}):
        return 2 * tensor

    @staticmethod
    def backward(ctx, grad_output):
        return 2 * grad_output

x = torch.tensor([-2.0, 3.0], requires_grad=True)
Double.apply(x).sum().backward()"""
