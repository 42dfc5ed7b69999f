"""Random shapes for hypothesis: zero-size and 0-d ones often, such as broadcast often."""

from __future__ import annotations

from hypothesis import strategies as st

Shape = tuple[int, ...]

SIZES = st.sampled_from([0, 1, 1, 2, 3, 4])


def shapes(most: int = 4) -> st.SearchStrategy[Shape]:
    return st.lists(SIZES, max_size=most).map(tuple)


@st.composite
def related(draw: st.DrawFn, count: int = 2) -> list[Shape]:
    """Shapes cut out of one, with some sizes made 1 or replaced: half of them broadcast."""
    whole = draw(shapes())
    return [draw(_variant(whole)) for _ in range(count)]


@st.composite
def _variant(draw: st.DrawFn, whole: Shape) -> Shape:
    start = draw(st.integers(0, len(whole)))
    kept = (draw(st.sampled_from([size, size, size, 1])) for size in whole[start:])
    shape = list(kept)
    if shape and draw(st.integers(0, 3)) == 0:
        shape[draw(st.integers(0, len(shape) - 1))] = draw(SIZES)
    return tuple(shape)


@st.composite
def matrices(draw: st.DrawFn) -> list[Shape]:
    """Shapes for a matrix product: most of them agree in the inner size."""
    batches = draw(related())
    inner, rows, columns = draw(SIZES), draw(SIZES), draw(SIZES)
    other = draw(st.sampled_from([inner, inner, inner, draw(SIZES)]))
    left = draw(st.sampled_from([(*batches[0], rows, inner), (rows, inner), (inner,), batches[0]]))
    right = draw(
        st.sampled_from([(*batches[1], other, columns), (other, columns), (other,), batches[1]])
    )
    return [left, right]
