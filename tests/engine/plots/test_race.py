"""Pictures of races: what they show is where the mathematics says, and can be read."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox
from PIL import Image

from engine.plots.drawing import Words
from engine.plots.page import PAPER
from engine.plots.race import draw_race, figure_of
from engine.plots.race_marks import COLOURS, MARKERS, MOST, SMALL
from engine.plots.race_plan import Plan, planned
from engine.plots.scale import Floats, Frame
from engine.records.roots import Method, RaceLabels, Status
from engine.roots.solution import Solution, Visit
from tests.engine.plots.made_races import COS, CYCLE, LABELS, RACES, ROOT

LONG = RaceLabels(*(f"$x_{{{field.name}}}$ \\frac" + "W" * 90 for field in fields(RaceLabels)))
Segment = tuple[tuple[float, float], tuple[float, float]]


@pytest.fixture(params=RACES)
def name(request: pytest.FixtureRequest) -> str:
    wanted: str = request.param
    return wanted


@cache
def drawn(name: str, labels: RaceLabels = LABELS) -> tuple[Plan, Figure]:
    race = RACES[name]
    plan = planned(race.f, race.solutions, race.root, labels)
    return plan, figure_of(plan, labels)


def visits(name: str, method: Method) -> tuple[Visit, ...]:
    return next(each.trace for each in RACES[name].solutions if each.method is method)


def lines(figure: Figure, gid: str) -> list[Floats]:
    return [
        np.asarray(each.get_xydata())
        for each in figure.artists
        if isinstance(each, Line2D) and each.get_gid() == gid
    ]


def words(figure: Figure) -> list[Words]:
    return [each for each in figure.artists if isinstance(each, Words)]


def texts(figure: Figure) -> list[str]:
    return [each.get_text() for each in words(figure)]


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    return [(each.get_text(), each.get_window_extent(renderer)) for each in words(figure)]


def to_x(plan: Plan) -> Callable[[float], float]:
    """From pixels back to numbers, in our own words."""
    low, high = plan.panel.window
    plot = plan.panel.plot
    return lambda pixel: low + (high - low) * (pixel - plot.left) / (plot.right - plot.left)


def to_y(plan: Plan) -> Callable[[float], float]:
    low, high = plan.panel.curve.heights
    plot = plan.panel.plot
    return lambda pixel: low + (high - low) * (pixel - plot.low) / (plot.top - plot.low)


def test_picture_is_as_wide_as_asked_and_small(name: str) -> None:
    race = RACES[name]
    png = draw_race(race.f, race.solutions, race.root, LABELS)

    with Image.open(io.BytesIO(png)) as picture:
        assert picture.width == 1080
        assert 900 < picture.height <= 1760
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 3
    assert len(png) < 300_000


@pytest.mark.parametrize("labels", [LABELS, LONG], ids=["russian", "long"])
def test_words_are_within_the_picture_and_cover_no_others(name: str, labels: RaceLabels) -> None:
    _, figure = drawn(name, labels)
    found = boxes(figure)

    assert found
    for text, box in found:
        assert box.x0 >= 0, text
        assert box.x1 <= figure.bbox.width, text
        assert box.y0 >= 0, text
        assert box.y1 <= figure.bbox.height, text
    for (one, a), (other, b) in combinations(found, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(across, up) <= 1, (one, other)


def test_letters_can_be_read_on_a_phone(name: str) -> None:
    _, figure = drawn(name)

    assert all(float(each.get_fontsize()) >= SMALL for each in words(figure))
    assert SMALL * 360 / 1080 > 10


def test_tangents_pass_through_their_two_points(name: str) -> None:
    plan, figure = drawn(name)
    way, across, up = plan.panel.way, plan.panel.across, plan.panel.up
    known: list[Segment] = [
        ((x, value), (landed, 0.0))
        for (x, value), (landed, _) in pairwise(zip(way.xs, way.values, strict=True))
    ]
    for tangent in lines(figure, "tangent"):
        ends = [(to_x(plan)(x), to_y(plan)(y)) for x, y in tangent.tolist()]
        assert any(all(_on(end, each, across.length, up.length) for end in ends) for each in known)


def _on(
    point: tuple[float, float],
    segment: Segment,
    across: Callable[[float], float],
    up: Callable[[float], float],
) -> bool:
    """Whether the point is within half a pixel of the segment."""
    (x, y), (landed, _) = segment
    a, b = across(landed - x), up(-y)
    p, q = across(point[0] - x), up(point[1] - y)
    away = abs(a * q - b * p) / math.hypot(a, b)
    return away < 0.5 and -1 <= (a * p + b * q) / math.hypot(a, b) <= math.hypot(a, b) + 1


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("course from 10", 4), ("course from 0", 1), ("course from 100", 4), ("square root", 1),
        ("arctan", 4), ("logarithm", 3), ("logarithm from 5", 1), ("triple", 2), ("double", 3),
        ("cycle", 2), ("sine", 3), ("steep", 2), ("nan inside", 1),
    ],
)  # fmt: skip
def test_window_shows_how_newton_goes(name: str, least: int) -> None:
    _, figure = drawn(name)
    lengths = [np.hypot(*(each[1] - each[0])) for each in lines(figure, "tangent")]

    assert sum(length > 60 for length in lengths) >= least


@pytest.mark.parametrize("name", ["course from 10", "course from -10", "course from 100"])
def test_course_is_shown_where_it_goes_through_zero(name: str) -> None:
    plan, figure = drawn(name)
    low, high = plan.panel.window

    assert low < ROOT < high
    assert high - low < 4  # of 10 or of 100
    assert any("x₀ … x" in text and ("→" in text or "←" in text) for text in texts(figure))


def test_cycle_is_shown_whole() -> None:
    plan, figure = drawn("cycle")

    assert plan.panel.window[0] < CYCLE < 0 < 1 < plan.panel.window[1]
    assert {"x₀, x₂", "x₁"} <= set(texts(figure))


def test_curve_is_the_function(name: str) -> None:
    plan, figure = drawn(name)
    (curve,) = lines(figure, "curve")
    plot = plan.panel.plot
    half = (to_y(plan)(1.0) - to_y(plan)(0.0)) / 2

    for x, y in curve.tolist():
        if plot.low <= y <= plot.top:
            near = [RACES[name].f(to_x(plan)(x + off)) for off in np.linspace(-0.5, 0.5, 101)]
            finite = [value for value in near if math.isfinite(value)]
            assert min(finite) - half <= to_y(plan)(y) <= max(finite) + half


@pytest.mark.parametrize("name", ["tan's pole", "tan's pole alone", "jump"])
def test_no_line_leads_through_a_pole_or_a_jump(name: str) -> None:
    _, figure = drawn(name)
    (curve,) = lines(figure, "curve")

    assert np.isnan(curve).any()
    assert _longest(curve, drawn(name)[0].panel.plot) < 120


@pytest.mark.parametrize("name", ["steep", "steepest", "cube root", "exponential far"])
def test_steep_curve_is_in_one_piece(name: str) -> None:
    plan, figure = drawn(name)
    (curve,) = lines(figure, "curve")

    assert not np.isnan(curve).any()
    assert _longest(curve, plan.panel.plot) < 120


def _longest(curve: Floats, plot: Frame) -> float:
    heights = np.clip(curve[:, 1], plot.low, plot.top)
    return float(np.nanmax(np.abs(np.diff(heights))))


@pytest.mark.parametrize(("name", "border"), [("logarithm from 5", 0.0), ("nan inside", 0.5)])
def test_curve_is_left_out_where_f_is_nan(name: str, border: float) -> None:
    plan, figure = drawn(name)
    (curve,) = lines(figure, "curve")
    shown = [to_x(plan)(x) for x, y in curve.tolist() if math.isfinite(y)]

    assert plan.panel.window[0] < border < min(shown)


def test_bars_are_brackets_each_half_as_long_around_the_root() -> None:
    plan, figure = drawn("cosine")
    bars = [sorted(map(to_x(plan), bar[:, 0].tolist())) for bar in lines(figure, "bracket")]
    brackets = [(each.lower, each.upper) for each in visits("cosine", Method.BISECTION)]

    assert len(bars) == 8
    for bar, bracket in zip(bars[:6], brackets, strict=False):
        assert bar == pytest.approx(bracket, abs=1e-9)
    assert all(low < COS < high for low, high in bars)


def test_brackets_that_look_alike_are_one_bar() -> None:
    _, figure = drawn("course from 0")
    bars = [tuple(np.round(bar[:, 0] / 4)) for bar in lines(figure, "bracket")]

    assert 3 <= len(bars) <= 8
    assert len(set(bars)) == len(bars)


def test_numbers_that_differ_late_are_told_apart() -> None:
    said = texts(drawn("far narrow")[1])

    assert "100000000" in said
    assert any(text.startswith("+0.00") for text in said)


@pytest.mark.parametrize("name", ["double", "constant", "no start", "nothing"])
def test_what_did_not_run_is_not_in_the_legend(name: str) -> None:
    said = texts(drawn(name)[1])
    ran = {each.method for each in RACES[name].solutions}

    assert (LABELS.newton in said) == (Method.NEWTON in ran)
    assert (LABELS.bisection in said) == (Method.BISECTION in ran)


def test_legend_names_the_methods_and_the_root() -> None:
    said = texts(drawn("all three")[1])
    wanted = {LABELS.newton, LABELS.bisection, LABELS.safeguarded, "корень 0.493617"}

    assert wanted <= set(said)
    assert {LABELS.error, LABELS.evaluations} <= set(said)


@pytest.mark.parametrize("method", list(Method))
def test_errors_are_distances_from_the_root(method: Method) -> None:
    _, figure = drawn("all three")
    (line,) = lines(figure, method.value)
    errors = [abs(visit.x - ROOT) for visit in visits("all three", method)]
    counts = [visit.evaluations for visit in visits("all three", method)]

    assert len(line) == len(errors)
    assert np.corrcoef(line[:, 1], np.log10(errors))[0, 1] == pytest.approx(1, abs=1e-9)
    assert np.ptp(line[:, 0]) / np.ptp(counts) == pytest.approx(_pixel_of_a_count(figure))
    assert str(counts[-1]) in texts(figure)


def _pixel_of_a_count(figure: Figure) -> float:
    """From the numbers below the lower panel."""
    places = {text: box for text, box in boxes(figure) if text in ("0", "10", "20", "30")}
    middle = {text: (box.x0 + box.x1) / 2 for text, box in places.items()}
    return float(middle["30"] - middle["10"]) / 20


def test_exact_hit_stands_at_the_floor() -> None:
    _, figure = drawn("square root")
    (line,) = lines(figure, Method.NEWTON.value)
    assert visits("square root", Method.NEWTON)[-1].x == 2**0.5

    floor = min(box.y0 for text, box in boxes(figure) if text == "0" and box.y0 > 100)
    assert line[-1, 1] == pytest.approx(floor + 12, abs=8)
    assert line[-1, 1] < line[-2, 1] - 30


@pytest.mark.parametrize("name", ["tan's pole", "cycle alone", "jump"])
def test_without_a_root_values_are_shown(name: str) -> None:
    said = texts(drawn(name)[1])

    assert "|f|" in said
    assert LABELS.error not in said


@pytest.mark.parametrize("name", ["nothing", "root alone", "nan everywhere"])
def test_without_numbers_the_lower_panel_is_left_out(name: str) -> None:
    plan, figure = drawn(name)

    assert plan.errors is None
    assert LABELS.evaluations not in texts(figure)


def test_labels_are_shown_as_they_are() -> None:
    race = RACES["cosine"]
    labels = replace(LABELS, newton="$\\frac{1}{0}", bisection="a\nb" + "c" * 99)
    said = texts(figure_of(planned(race.f, race.solutions, race.root, labels), labels))

    assert "$\\frac{1}{0}" in said
    assert any(text.startswith("a bccc") and len(text) == MOST for text in said)
    assert draw_race(race.f, race.solutions, race.root, labels)


def test_methods_are_told_apart_by_colour_lightness_and_marker() -> None:
    assert len(set(COLOURS.values())) == len(set(MARKERS.values())) == len(Method)
    for colour in COLOURS.values():
        assert (_light(PAPER) + 0.05) / (_light(colour) + 0.05) > 4.3


def _light(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_same_race_is_the_same_picture() -> None:
    race = RACES["arctan"]

    first, second = (draw_race(race.f, race.solutions, race.root, LABELS) for _ in range(2))
    assert first == second


def test_drawing_starts_no_thread() -> None:
    race = RACES["course from 10"]
    before = _threads()
    draw_race(race.f, race.solutions, race.root, LABELS)

    assert _threads() <= before


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


ANY = st.one_of(
    st.floats(),
    st.sampled_from([0.0, 1.0, -1.0, 5e-324, 1e308, -1.7e308, 1e-300, 1e16, 1e16 + 2, math.nan]),
)


VISITS = st.lists(st.tuples(ANY, ANY, ANY, ANY), max_size=7)
ENDINGS = st.dictionaries(st.sampled_from(Method), st.tuples(st.sampled_from(Status), VISITS))


@settings(max_examples=30, deadline=None)
@given(ENDINGS, st.one_of(st.none(), ANY), st.lists(ANY, min_size=1, max_size=4))
def test_whatever_was_visited_is_drawn(
    endings: dict[Method, tuple[Status, list[tuple[float, float, float, float]]]],
    root: float | None,
    values: list[float],
) -> None:
    solutions = [
        Solution(method, status, 0.0, 0.0, 0.0, 0, 0, 0, tuple(_visits(visited)))
        for method, (status, visited) in endings.items()
    ]
    png = draw_race(lambda x: values[hash(x) % len(values)], solutions, root, LABELS)

    assert png.startswith(b"\x89PNG")


def _visits(visited: list[tuple[float, float, float, float]]) -> Iterator[Visit]:
    for count, (x, value, one, other) in enumerate(visited):
        yield Visit(x, value, count, min(one, other), max(one, other))
