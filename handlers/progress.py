"""/progress: who one is to the course, and what one has handed in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, Protocol

from markupsafe import Markup
from telegram import Update
from telegram.ext import ContextTypes

from engine.progress.records import Person, Submission
from handlers.reply import Reply, Turns, stacked, who_you_are
from handlers.words import Say

ACCEPTED: Final = "accepted"
EXERCISES: Final = 60  # far more than a course has; so many lines fit a message


class People(Protocol):
    """Who people are to the course."""

    async def person(self, id: int) -> Person | None:
        """What is known of a person."""


class Submissions(Protocol):
    """What was handed in to the course."""

    async def of(self, person: int) -> Sequence[Submission]:
        """What a person handed in, oldest first."""


async def progress(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    course: str,
    people: People,
    submissions: Submissions,
    instructors: Collection[int],
) -> None:
    """Show the person's exercises and who they are, which instructors need not say.

    In a group only the way to where they are to be seen.
    """
    turn = turns.of(update)
    person = await people.person(turn.user.id)
    found = await submissions.of(turn.user.id)
    blocks = [*_exercises(found, course, turn.say)]
    if turn.user.id not in instructors:
        blocks.append(who_you_are(person, turn.say))
    await turn.reply(Reply(stacked(blocks), short=turn.say("progress.group")))


def _exercises(found: Sequence[Submission], course: str, say: Say) -> Iterator[Markup]:
    if not found:
        yield say("progress.none", course=course)
        return
    tries: dict[str, list[Submission]] = {}
    for submission in found:
        tries.setdefault(submission.exercise, []).append(submission)
    accepted = sum(map(_accepted, tries.values()))
    yield say("progress", accepted=accepted, tried=len(tries), course=course)
    lines = [_line(exercise, each, say) for exercise, each in tries.items()]
    yield Markup("\n").join(lines[:EXERCISES])


def _accepted(tries: Sequence[Submission]) -> bool:
    return any(each.verdict == ACCEPTED for each in tries)


def _line(exercise: str, tries: Sequence[Submission], say: Say) -> Markup:
    judged = [each for each in tries if each.points is not None]
    if not judged:
        return say.n("progress.waiting", len(tries), exercise=exercise)
    best = max(judged, key=lambda each: each.points or 0.0)
    values = {"exercise": exercise, "points": f"{best.points:g}", "most": f"{best.most or 0:g}"}
    key = "progress.accepted" if _accepted(tries) else "progress.tried"
    return say.n(key, len(tries), **values)
