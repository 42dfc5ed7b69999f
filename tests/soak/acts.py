"""What people do: everything that the bot answers in a way of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from handlers.words import LANGUAGES, Words
from tests.soak.student import Student

LINES: Final = 700  # of a cell that a client sends in two messages
TRIES: Final = ("torch.arange(6)", "requires_grad=True", "torch.ones(2, 3) + torch.ones(2)")
SLOW: Final = "/eval import time\nwhile time.time() < {until}:\n    time.sleep(0.1)\n{number}"
PICTURE: Final = (
    "/eval import matplotlib.pyplot as plt\n"
    "plt.figure(figsize=({width} / 100, 1), dpi=100).add_axes((0, 0, 1, 1)).axis('off')\n{number}"
)
PADDING: Final = 20  # pixels around a figure


def evaluate(student: Student) -> None:
    """Run a cell."""
    number = next(student.numbers)
    student.cells.append(student.say(f"/eval {number}", number))


def wait(student: Student, for_s: float) -> None:
    """Run a cell that ends so many seconds from now, however often it is begun."""
    number = next(student.numbers)
    student.say(SLOW.format(until=time.time() + for_s, number=number), number)


def edit(student: Student) -> None:
    """Change a cell, whether or not it is answered."""
    if student.cells:
        number = next(student.numbers)
        student.edit(*student.chance.choice(student.cells), f"/eval {number}", number)


def edit_into_picture(student: Student) -> None:
    """Change a cell into one that makes a picture."""
    if student.cells:
        number, width = next(student.numbers), next(student.widths)
        message, asked = student.chance.choice(student.cells)
        student.edit(message, asked, PICTURE.format(width=width, number=number), number)
        student.note(message.chat_id, f"picture of {number}", f"width={width + PADDING};")


def draw(student: Student) -> None:
    """Run a cell that makes a picture; its width tells which."""
    number, width = next(student.numbers), next(student.widths)
    text = PICTURE.format(width=width, number=number)
    message, _ = student.say(text, number)
    student.note(message.chat_id, f"picture of {number}", f"width={width + PADDING};")


def paste(student: Student) -> None:
    """Run a cell that comes in two messages; only the whole of it counts to the end."""
    number = next(student.numbers)
    student.say(f"/eval n = {number}\n" + "n += 1\n" * LINES + "n", number + LINES)


def upload(student: Student) -> None:
    """Run a cell that comes in a file."""
    number = next(student.numbers)
    message = student.person.upload("cell.py", f"{number}".encode(), "/eval")
    student.note(message.chat_id, f"a file with {number}", number)


def talk(student: Student) -> None:
    """Write code without a command."""
    number = next(student.numbers)
    student.say(f"{number - 1} + 1", number)


def compare(student: Student) -> None:
    """Compare shapes, which needs no session."""
    name = f"x{next(student.numbers)}"
    student.say(f"/broadcast {name}=(32,10) m=(32,)", name)


def misspell(student: Student) -> None:
    """Give a command that there is not."""
    number = next(student.numbers)
    student.say(f"/soak{number}", number)


def ask_in_group(student: Student) -> None:
    """Run a cell where others read along."""
    number = next(student.numbers)
    student.say(f"/eval {number}", number, group=True)


def read(student: Student) -> None:
    """Open a page of help."""
    if student.pages:
        page = student.pages.pop()
        student.say(f"/help {page}", f"<b>/{page}")


def choose(student: Student) -> None:
    """Choose a language by its name."""
    student.language = student.chance.choice(LANGUAGES)
    student.say(f"/language {student.language}", chosen(student.language))


def choose_in_turn(student: Student) -> None:
    """Choose a language by its name, unless one is being chosen by button, which overtakes."""
    if student.menu is None or (student.pressed and student.book.answer(student.pressed)):
        choose(student)


def choose_by_button(student: Student) -> None:
    """Ask for the menu of languages, the next time choose from it."""
    if student.menu is None:
        _, student.menu = student.say("/language", f"language:{student.person.id}:")
    elif student.pressed is None:
        language = student.chance.choice(LANGUAGES)
        row = LANGUAGES.index(language)
        student.pressed = student.press(student.menu, row, chosen(language))
        student.language = language if student.pressed else student.language


def try_example(student: Student) -> None:
    """Greet, the next times press a button of the greeting."""
    if student.greeting is None:
        _, student.greeting = student.say("/start", f"try:{student.person.id}:")
    elif student.tries:
        row = student.tries[-1]
        if student.press(student.greeting, row, TRIES[row]):
            student.tries.pop()


def chosen(language: str) -> str:
    """How the bot says that it speaks a language now."""
    return str(Words()(language)("language.chosen"))


Act = Callable[[Student], None]

ACTS: Final[tuple[Act, ...]] = (
    *(evaluate, evaluate, edit, edit_into_picture, draw, paste, upload, talk, compare, misspell),
    *(ask_in_group, read, choose_in_turn, choose_by_button, try_example),
)
