"""How a reply looks, and how it comes into the chat."""

from handlers.reply.asked import Asked, asked, for_us
from handlers.reply.cell import cell_reply
from handlers.reply.explained import explained, heading
from handlers.reply.kept import Kept
from handlers.reply.posted import digest
from handlers.reply.record import Button, Document, Reply
from handlers.reply.text import clip, code, one_line, pre
from handlers.reply.turn import Pace, Turn, Turns
from handlers.reply.working import Working

__all__ = [
    "Asked",
    "Button",
    "Document",
    "Kept",
    "Pace",
    "Reply",
    "Turn",
    "Turns",
    "Working",
    "asked",
    "cell_reply",
    "clip",
    "code",
    "digest",
    "explained",
    "for_us",
    "heading",
    "one_line",
    "pre",
]
