"""How a reply looks, and how it comes into the chat."""

from handlers.reply.answered import answered
from handlers.reply.asked import Asked, addressed, asked, for_us
from handlers.reply.card import card, card_short
from handlers.reply.cell import cell_reply, replay_button
from handlers.reply.corrections import Corrections
from handlers.reply.desk import TOO_MUCH, Desks, at_desk, done_at_desk
from handlers.reply.explained import explained, heading, worded
from handlers.reply.gradient import gradient_blocks, gradient_short
from handlers.reply.graph import graph_blocks, graph_short, refusal
from handlers.reply.journal import Journal
from handlers.reply.kept import Kept
from handlers.reply.matches import Lists, digest_of
from handlers.reply.misread import misread
from handlers.reply.once import Once
from handlers.reply.posted import Posted, digest
from handlers.reply.race import race_blocks, race_labels, race_short
from handlers.reply.record import Button, Document, Reply, Taken
from handlers.reply.retention import Notice, Retention
from handlers.reply.sent import Cells, Sent, Whole, run_cells, run_code, run_sent, sent_code
from handlers.reply.shape import shape_reply
from handlers.reply.size import size
from handlers.reply.text import clip, code, one_line, pre, stacked
from handlers.reply.timing import timing_reply
from handlers.reply.turn import Pace, Turn, Turns
from handlers.reply.who import answers_question, seen, who, who_you_are
from handlers.reply.working import Working

__all__ = [
    "TOO_MUCH",
    "Asked",
    "Button",
    "Cells",
    "Corrections",
    "Desks",
    "Document",
    "Journal",
    "Kept",
    "Lists",
    "Notice",
    "Once",
    "Pace",
    "Posted",
    "Reply",
    "Retention",
    "Sent",
    "Taken",
    "Turn",
    "Turns",
    "Whole",
    "Working",
    "addressed",
    "answered",
    "answers_question",
    "asked",
    "at_desk",
    "card",
    "card_short",
    "cell_reply",
    "clip",
    "code",
    "digest",
    "digest_of",
    "done_at_desk",
    "explained",
    "for_us",
    "gradient_blocks",
    "gradient_short",
    "graph_blocks",
    "graph_short",
    "heading",
    "misread",
    "one_line",
    "pre",
    "race_blocks",
    "race_labels",
    "race_short",
    "refusal",
    "replay_button",
    "run_cells",
    "run_code",
    "run_sent",
    "seen",
    "sent_code",
    "shape_reply",
    "size",
    "stacked",
    "timing_reply",
    "who",
    "who_you_are",
    "worded",
]
