"""Figures of a cell become PNG pictures within bounds."""

from __future__ import annotations

import struct
import warnings

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from engine.notebook.figures import PICTURE_BYTES_MAX, draw
from tests.engine.notebook.cells import Session, notes


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("plt.plot([1, 2]);", 1),
        ("plt.plot([1, 2])\nplt.show()", 1),
        ("plt.plot([1])\nplt.show()\nplt.plot([2])\nplt.show()\nplt.plot([3]);", 3),
        ("fig, ax = plt.subplots()\nfig", 1),
        ("fig, ax = plt.subplots()\nfig.show()", 1),
        ("from matplotlib.figure import Figure\ndisplay(Figure(), Figure())", 2),
        ("plt.plot([1, 2])\n1 / 0", 1),
        ("fig = plt.figure()\nplt.close(fig)", 0),
        ("from IPython.display import display\nfig = plt.figure()\ndisplay(fig)", 1),
        ("from PIL import Image\nImage.new('RGB', (9, 9))", 1),
        ("from PIL import Image\ndisplay(Image.new('L', (9, 9)), Image.new('L', (9, 9)))", 2),
        ("x = 1", 0),
    ],
)
def test_figures_come_back_as_pictures_and_are_closed(source: str, count: int) -> None:
    session = Session()
    session.run("import matplotlib.pyplot as plt")
    session.run(source)
    assert len(session.answer.blobs) == count
    assert all(max(size(blob)) <= 4096 for blob in session.answer.blobs)
    assert plt.get_fignums() == []


def test_a_figure_as_value_is_shown_as_a_picture_only() -> None:
    session = Session()
    report = session.run("from matplotlib.figure import Figure\nFigure()")
    assert (report.value, len(session.answer.blobs)) == (None, 1)


def test_show_does_not_warn() -> None:
    source = (
        "import warnings, matplotlib.pyplot as plt\nwith warnings.catch_warnings():\n"
        "    warnings.simplefilter('error')\n    plt.plot([1]); plt.show()"
    )
    assert Session().run(source).failure is None


def test_more_than_four_figures_are_dropped_and_counted() -> None:
    session = Session()
    report = session.run("import matplotlib.pyplot as plt\nfor _ in range(6): plt.figure()")
    assert len(session.answer.blobs) == 4
    assert notes(report) == {"note.pictures_dropped": {"count": 2}}


def test_a_large_figure_is_drawn_coarser() -> None:
    assert max(size(draw(Figure(figsize=(90, 10))))) <= 4096


def test_a_noisy_picture_is_drawn_coarser_until_it_fits() -> None:
    session = Session()
    session.run(
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(9, 9), dpi=200)\n"
        "plt.imshow(np.random.default_rng(0).random((1000, 1000, 3)));"
    )
    assert len(session.answer.blobs) == 1
    assert len(session.answer.blobs[0]) <= PICTURE_BYTES_MAX


def test_something_far_outside_does_not_blow_the_picture_up() -> None:
    session = Session()
    session.run("import matplotlib.pyplot as plt\nplt.text(10_000, 0, 'far')\nplt.xlim(0, 1);")
    assert max(size(session.answer.blobs[0])) < 1000


def test_a_figure_that_cannot_be_drawn_is_noted() -> None:
    session = Session()
    report = session.run(
        "import matplotlib.pyplot as plt\nplt.title('$\\\\nocommand{$')\n"
        "plt.figure(figsize=(999, 1));"
    )
    assert session.answer.blobs == ()
    assert [note.key for note in report.notes] == ["note.picture_failed"] * 2
    assert report.failure is None


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("clear_output(wait=True); plt.plot([i]); plt.show()", 1),
        ("plt.plot([i]); plt.show(); clear_output(wait=True)", 1),
        ("plt.plot([i]); plt.show(); clear_output()", 0),
        ("plt.plot([i]); plt.show()", 3),
    ],
)
def test_cleared_output_has_no_pictures(body: str, count: int) -> None:
    session = Session()
    session.run("import matplotlib.pyplot as plt\nfrom IPython.display import clear_output")
    assert session.run(f"for i in range(3):\n    {body}").failure is None
    assert len(session.answer.blobs) == count


def test_an_image_too_large_to_send_is_noted() -> None:
    report = Session().run(
        "from PIL import Image\n"
        "Image.fromarray(np.random.default_rng(0).integers(0, 255, (999, 999, 3), np.uint8))"
    )
    assert [note.key for note in report.notes] == ["note.picture_failed"]


def test_a_letter_that_no_font_has_is_warned_of_once() -> None:
    figure = Figure()
    figure.suptitle("\U0001f642")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        draw(figure)
    assert len(caught) == 1
