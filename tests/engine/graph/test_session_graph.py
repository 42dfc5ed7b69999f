"""Graphs of a session's variables: told by the user's names, the session left as it was."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.cell import evaluate
from engine.graphs import variable
from engine.records import Call, Graph, GraphReport, Note, from_data

ones = torch.ones  # one of the sessions takes it away
SETUP = """\
w = torch.tensor(2.0, requires_grad=True)
b = torch.zeros(3, requires_grad=True)
h = w * torch.tensor([1., 2., 3.]) + b
loss = torch.relu(h).sum()
losses = [loss, w * 3]
model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
out = model(torch.ones(4, 3)).mean()
"""


class Session:
    """A session in this process."""

    def __init__(self, source: str = SETUP) -> None:
        self.state: dict[str, Any] = {}
        self.run(source)

    def run(self, source: str) -> None:
        answer = evaluate(Call({"source": source}, (), self.state, lambda event: None))
        assert not answer.raised, answer.data["failure"]

    @property
    def names(self) -> dict[str, Any]:
        names: dict[str, Any] = self.state["notebook"].names
        return names

    def report(self, source: str) -> GraphReport:
        answer = variable(Call({"source": source}, (), self.state, lambda event: None))
        assert answer.blobs == ()
        return from_data(GraphReport, answer.data)

    def graph(self, source: str) -> Graph:
        graph = self.report(source).graph
        assert graph is not None, self.report(source)
        return graph

    def refused(self, source: str) -> Note:
        refused = self.report(source).refused
        assert refused is not None
        return refused


def texts(graph: Graph) -> list[tuple[str, str]]:
    return [(node.kind, node.text) for node in graph.nodes]


def test_nodes_have_the_users_names() -> None:
    graph = Session().graph("loss")

    assert graph.title == "loss = 12"
    assert texts(graph) == [
        ("SumBackward0", "loss"),
        ("ReluBackward0", ""),
        ("AddBackward0", "h"),
        ("MulBackward0", ""),
        ("AccumulateGrad", "b"),
        ("AccumulateGrad", "w"),
    ]
    assert [node.gradient for node in graph.nodes if node.leaf] == ["[1, 1, 1]", "6"]
    assert graph.nodes[1].value == "[2, 4, 6]"  # saved by relu itself


def test_parameters_are_named_by_their_layer() -> None:
    leaves = [text for kind, text in texts(Session().graph("out")) if kind == "AccumulateGrad"]

    assert sorted(leaves) == ["model[0].bias", "model[0].weight"]


@pytest.mark.parametrize("source", ["losses[-1]", " losses[1] ", "losses [ 1 ]"])
def test_chain_of_places_is_followed(source: str) -> None:
    assert Session().graph(source).title == f"{source.strip()} = 6"


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("los", Note("mistake.graph_near", {"name": "los", "near": "loss"})),
        ("zzz", Note("mistake.graph_unknown", {"name": "zzz"})),
        ("w", Note("mistake.graph_leaf", {"name": "w"})),
        ("b.data", Note("mistake.graph_none", {"name": "b.data"})),
        ("model", Note("mistake.graph_module", {"name": "model"})),
        ("losses", Note("mistake.graph_not_tensor", {"name": "losses", "type": "list"})),
        ("w.grad", Note("mistake.graph_not_tensor", {"name": "w.grad", "type": "NoneType"})),
        ("loss.backward()", Note("mistake.graph_chain", {"text": "loss.backward()"})),
        ("x := 1", Note("mistake.graph_chain", {"text": "x := 1"})),
        ("(" * 5000, Note("mistake.graph_chain", {"text": "(" * 80})),
    ],
)
def test_what_has_no_graph_says_what_it_is(source: str, note: Note) -> None:
    assert Session().refused(source) == note


def test_error_of_a_users_object_is_told() -> None:
    note = Session().refused("losses[7]")

    assert note.values == {"text": "losses[7]", "error": "IndexError: list index out of range"}


def test_session_without_a_cell_is_empty() -> None:
    session = Session()
    session.state.clear()

    assert session.refused("loss") == Note("mistake.graph_empty")


def test_freed_graph_keeps_its_structure() -> None:
    session = Session(f"{SETUP}loss.backward()")

    graph = session.graph("loss")

    assert [note.key for note in graph.notes] == ["note.graph_freed"]
    assert len(graph.nodes) == 6
    assert not any(node.gradient for node in graph.nodes)


def test_tensor_of_many_numbers_has_no_gradient() -> None:
    assert [note.key for note in Session().graph("h").notes] == ["note.graph_root"]


def test_long_loop_is_counted() -> None:
    session = Session(SETUP + "for _ in range(100): w = w * 2\nfor _ in range(20000): h = h + 1")

    assert session.refused("w") == Note("mistake.graph_large", {"count": 101, "most": 60})
    assert session.refused("h") == Note("mistake.graph_huge", {"count": 10_000, "most": 60})


def test_nothing_in_the_session_changes() -> None:
    session = Session(
        SETUP + "h.retain_grad(); seen = []; handle = h.register_hook(seen.append)\n"
        "w.grad = torch.tensor(7.)\nb.register_post_accumulate_grad_hook(seen.append)"
    )
    names, drawn = dict(session.names), torch.get_rng_state()
    kept = session.names["w"].grad

    session.graph("loss")

    assert session.names.keys() == names.keys()
    assert all(session.names[name] is value for name, value in names.items())
    assert session.names["w"].grad is kept
    assert kept == 7
    assert session.names["h"].grad is None
    assert session.names["seen"] == []
    assert torch.equal(torch.get_rng_state(), drawn)
    session.run("loss.backward()")  # the graph is whole
    assert session.names["w"].grad == 13


def test_backward_within_a_backward_leaves_no_gradient() -> None:
    session = Session(
        SETUP + "from torch.utils.checkpoint import checkpoint\nw.grad = torch.tensor(7.)\n"
        "c = checkpoint(lambda t: (t * w).sum(), h, use_reentrant=True)"
    )
    kept = session.names["w"].grad

    graph = session.graph("c")

    assert session.names["w"].grad is kept
    assert kept == 7
    assert graph.nodes[0].kind == "CheckpointFunctionBackward"


FUNCTION = """
class Power(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p):
        ctx.save_for_backward(x); ctx.p = p
        return x ** p
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        {body}
p = Power.apply(w, 3) * 2
"""


def test_function_of_the_seminar_is_a_node() -> None:
    session = Session(SETUP + FUNCTION.format(body="return g * ctx.p * x ** (ctx.p - 1), None"))

    graph = session.graph("p")

    assert texts(graph)[1] == ("PowerBackward", "")
    assert [(edge.local, edge.share) for edge in graph.edges] == [("2", "2"), ("12", "24")]


@pytest.mark.parametrize(
    "body", ["return g", "return 1, None", "raise ValueError('<b>')", "exit()", "return None, g"]
)
def test_wrong_backward_leaves_the_structure(body: str) -> None:
    graph = Session(SETUP + FUNCTION.format(body=body)).report("p").graph

    assert graph is None or len(graph.nodes) == 3
    if graph is not None and body != "return g":
        assert not any(node.gradient for node in graph.nodes if node.leaf)


HOSTILE = """
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None): raise KeyboardInterrupt
    def __repr__(self): raise SystemExit
class Meta(type):
    def __instancecheck__(cls, other): return True
    __name__ = property(lambda cls: 1 / 0)
class Thing(metaclass=Meta):
    def __getattr__(self, name): raise SystemExit
    __class__ = property(lambda self: torch.Tensor)
liar = (torch.ones((), requires_grad=True) * 2).as_subclass(Liar)
thing = Thing()
"""


@pytest.mark.parametrize("source", ["liar", "thing", "thing.x", "loss"])
def test_objects_that_lie_are_answered(source: str) -> None:
    session = Session(SETUP + HOSTILE)

    report = session.report(source)

    assert (report.graph is None) != (report.refused is None)
    assert session.graph("loss").title == "loss = 12"


def test_names_in_disorder_are_no_obstacle() -> None:
    session = Session(SETUP + "globals()[7] = w; d = {'a': w, 3: [b]}; d['self'] = d; ring = []\n"
                      "ring.append(ring); torch.ones = None")  # fmt: skip
    try:
        assert session.report("loss") is not None
    finally:
        torch.ones = ones
