"""Messages without a command, through the whole bot and its jails, as `tutor ask` sends them."""

from __future__ import annotations

import pytest

from tests.e2e.asking import ask, shown

JUPYTER = """\
RuntimeError                              Traceback (most recent call last)
Cell In[5], line 3
      1 f = w + 1
      2 f.backward()
----> 3 w -= w.grad

RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."""
SHAPES = "(5,3), (3,1)"
EMPTY = "(0,) (2,2)"


def asked(*messages: str, **settings: str) -> list[tuple[str, list[str]]]:
    """What the bot sent, call by call: the text as a person sees it, and the buttons."""
    return [(each.text, each.buttons) for each in shown(ask(*messages, **settings))]


@pytest.fixture(scope="module")
def answers() -> list[tuple[str, list[str]]]:
    return asked(
        "x = torch.ones(2)", "x", JUPYTER, SHAPES, "!press Это код", "спасибо", EMPTY, EMPTY
    )


def test_code_runs_in_one_session(answers: list[tuple[str, list[str]]]) -> None:
    text, buttons = answers[1]

    assert text.startswith("tensor([1., 1.])")
    assert text.endswith("\n\nПрочитано как код")
    assert buttons == []


def test_a_pasted_error_is_explained_by_its_code(answers: list[tuple[str, list[str]]]) -> None:
    text, _ = answers[2]

    assert text.startswith("⚠️ Лист графа нельзя менять на месте")
    assert "Скорее всего" in text
    assert text.endswith("\n\nПрочитано как ошибка")


def test_shapes_are_compared_or_run_as_chosen(answers: list[tuple[str, list[str]]]) -> None:
    shapes, buttons = answers[3]
    code, others = answers[4]

    assert shapes.startswith("❌ Размеры не подходят: 5 и 3 на оси −2")
    assert shapes.endswith("\n\nПрочитано как размеры")
    assert buttons[-1] == "Это код"
    assert code == "((5, 3), (3, 1))\n\nПрочитано как код"
    assert others == ["Это размеры"]


def test_words_are_answered_in_a_line(answers: list[tuple[str, list[str]]]) -> None:
    text, _ = answers[5]

    assert text.startswith("Понимаю код")
    assert "\n" not in text


def test_the_seminar_is_corrected_once(answers: list[tuple[str, list[str]]]) -> None:
    (first, _), (second, _) = answers[6:]

    assert "К тексту семинара" in first
    assert "К тексту семинара" not in second


def test_an_instructor_can_speak_first() -> None:
    ((text, _),) = asked(EMPTY, TUTOR_CORRECTIONS__EMPTY_TENSORS="false")

    assert text.startswith("❌ Размеры не подходят: 0 и 2")
    assert "К тексту семинара" not in text
