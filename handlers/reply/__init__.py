"""How a reply looks, and how it comes into the chat."""

from handlers.reply.asked import Asked, asked, for_us
from handlers.reply.cell import cell_reply
from handlers.reply.desk import Desks, at_desk
from handlers.reply.explained import explained, heading
from handlers.reply.kept import Kept
from handlers.reply.posted import digest
from handlers.reply.record import Button, Document, Reply
from handlers.reply.size import size
from handlers.reply.text import clip, code, one_line, pre, stacked
from handlers.reply.turn import Pace, Turn, Turns
from handlers.reply.working import Working

__all__ = [
    "Asked",
    "Button",
    "Desks",
    "Document",
    "Kept",
    "Pace",
    "Reply",
    "Turn",
    "Turns",
    "Working",
    "asked",
    "at_desk",
    "cell_reply",
    "clip",
    "code",
    "digest",
    "explained",
    "for_us",
    "heading",
    "one_line",
    "pre",
    "size",
    "stacked",
]
