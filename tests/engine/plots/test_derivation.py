"""The picture of derivatives: as wide as a phone, on paper of its own, bounded, also in a fork."""

from __future__ import annotations

import io
import os
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.image import imread

from engine.derivation.paths import derivative
from engine.formula.shapes import assumed_shapes
from engine.plots.derivation import draw_derivation, too_wide
from engine.plots.page import HEIGHT, PAD, WIDTH, broken
from tests.engine.formula.asking import read

SEMINAR = "f(x, y) = x^2 + xy + (x + y)^2"
WIDE = "f(x, y) = exp(sin(cos(tanh(sigmoid(gelu(silu(x*y + sin(x*y))))))))"
PRODUCT = "loss(x) = " + "*".join(["x"] * 40)


def drawn(text: str) -> Any:
    formula = read(text).formula
    shapes = assumed_shapes(formula)
    derived = {name: derivative(formula, name, shapes) for name in formula.inputs}
    return imread(io.BytesIO(draw_derivation(formula.title, derived)))


@pytest.mark.parametrize("text", [SEMINAR, WIDE, PRODUCT, "sum(softmax(A@x + b)*log_softmax(y))"])
def test_it_is_as_wide_as_a_phone_with_nothing_cut_off(text: str) -> None:
    picture = drawn(text)
    height, width = picture.shape[:2]
    assert width == WIDTH
    assert height < HEIGHT + 600
    ink = picture[..., :3].mean(axis=2) < 0.6
    rows, columns = np.nonzero(ink)
    assert columns.min() >= PAD - 4
    assert columns.max() <= WIDTH - PAD + 4
    assert rows.min() >= PAD - 8
    assert rows.max() <= height - PAD + 8


def test_paper_is_its_own_and_opaque() -> None:
    picture = drawn(SEMINAR)
    assert picture[0, 0, :3].min() > 0.9
    assert picture[..., 3].min() == 1


def test_matplotlib_is_left_as_it_was() -> None:
    before = dict(matplotlib.rcParams)
    drawn(SEMINAR)
    assert dict(matplotlib.rcParams) == before


def test_it_is_drawn_in_a_fork_that_may_write_nothing() -> None:
    drawn(SEMINAR)  # fonts are found once, in the zygote
    child = os.fork()
    if not child:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        os._exit(0 if drawn(SEMINAR).shape[1] == WIDTH else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_only_long_forms_ask_for_a_picture() -> None:
    assert not too_wide(["2x + y + 2(x + y)"])
    assert too_wide(["x", "sigmoid(x) · (1 - sigmoid(x))" * 3])


def test_breaks_are_in_no_group() -> None:
    assert broken(r"e^{a + b}\,\frac{c - d}{2}") == [r"e^{a + b}\,\frac{c - d}{2}"]


def test_what_mathtext_could_not_nest_is_an_ellipsis() -> None:
    assert drawn("exp(" * 38 + "x" + ")" * 38).shape[1] == WIDTH
