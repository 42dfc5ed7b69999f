"""Made-up graphs of every size and form."""

from __future__ import annotations

from random import Random

from engine.records import Graph, GraphEdge, GraphNode


def node(text: str, kind: str = "MulBackward0", *, leaf: bool = False) -> GraphNode:
    return GraphNode("AccumulateGrad" if leaf else kind, text, "0.1235", "-1.235e-05", leaf)


def edge(result: int, below: int) -> GraphEdge:
    return GraphEdge(result, below, "0.1235", "-1.235e-05")


def graph(nodes: list[GraphNode], edges: list[GraphEdge]) -> Graph:
    return Graph("f(1, 2) = 0.123457", tuple(nodes), tuple(edges), ())


def chain(count: int) -> Graph:
    nodes = [node(f"h{n}") for n in range(count - 1)] + [node("x", leaf=True)]
    return graph(nodes, [edge(n, n + 1) for n in range(count - 1)])


def fan(count: int) -> Graph:
    """One operation of many leaves."""
    leaves = [node(f"w{n}", leaf=True) for n in range(count - 1)]
    return graph([node("stack"), *leaves], [edge(0, n) for n in range(1, count)])


def product(count: int) -> Graph:
    """x · x · … · x: one leaf with many edges into it."""
    nodes = [node("x" * n) for n in range(count - 1, 0, -1)] + [node("x", leaf=True)]
    below = [edge(n, n + 1) for n in range(count - 2)]
    return graph(nodes, below + [edge(n, count - 1) for n in range(count - 1)])


def network(layers: int) -> Graph:
    """Layers of a weight and a bias each; between tensors only shapes are known."""
    nodes, edges = [GraphNode("MeanBackward0", "loss", "0.4312", "1", False)], []
    last = 0
    for layer in range(layers):
        first = len(nodes)
        for kind, text, leaf in (
            ("ReluBackward0", f"h{layer}", False),
            ("AddmmBackward0", "", False),
            ("AccumulateGrad", f"layers[{layer}].bias", True),
            ("TBackward0", "", False),
            ("AccumulateGrad", f"layers[{layer}].weight", True),
        ):
            nodes.append(GraphNode(kind, text, "(32, 64)", "(32, 64)", leaf))
        pairs = [(last, first), (first, first + 1), (first + 1, first + 2)]
        pairs += [(first + 1, first + 3), (first + 3, first + 4)]
        edges += [GraphEdge(a, b, "", "(32, 64)") for a, b in pairs]
        last = first + 1
    return graph(nodes, edges)


def formula(count: int, seed: int = 0) -> Graph:
    """A tree of operations over two leaves, as formulas make them."""
    chance = Random(seed)
    inner = count - 2
    nodes = [node(f"sin(x + {n})·exp(-y)") for n in range(inner)]
    nodes += [node("x", leaf=True), node("y", leaf=True)]
    edges, free = [], [0, 0]
    for n in range(1, inner):
        edges.append(edge(free.pop(chance.randrange(len(free))), n))
        free += [n, n]
    edges += [edge(result, inner + chance.randrange(2)) for result in free]
    return graph(nodes, sorted(edges, key=lambda each: each.result))


def tangle(count: int, edges: int, seed: int = 0) -> Graph:
    """Edges at random, cycles and loops among them."""
    chance = Random(seed)
    nodes = [node(f"t{n}", leaf=n > 0.8 * count) for n in range(count)]
    pairs = [(chance.randrange(count), chance.randrange(count)) for _ in range(edges)]
    return graph(nodes, [edge(*pair) for pair in pairs])


LONG = Graph(
    "f(0.123456789, [1, 2, 3]) = 123456789.12345 and more than fits into a line " * 9,
    (
        GraphNode("OfAFunctionThatSomebodyWroteBackward" * 9, "a " * 99, "1" * 99, "2" * 99, False),
        GraphNode("AccumulateGrad", "encoder.layers[3].attention.weight", "(512, 512)", "", True),
        GraphNode("AccumulateGrad", "имя $x$ \n\x00 漢字 \u202e", "x" * 400, "[0.1, 0.2]", True),
        GraphNode("", "", "", "", False),
    ),
    (
        GraphEdge(0, 1, "1" * 99, "-2" * 99),
        GraphEdge(0, 2, "", "(512, 512)"),
        GraphEdge(0, 3, "", ""),
    ),
    (),
)  # fmt: skip

GRAPHS = {
    "smallest": graph([node("x", leaf=True)], []),
    "five": chain(5),
    "twenty": formula(20),
    "forty": formula(40),
    "sixty": formula(60),
    "chain of sixty": chain(60),
    "fan of sixty": fan(60),
    "product of twenty": product(20),
    "network": network(11),
    "tangle": tangle(30, 40),
    "long texts": LONG,
}
