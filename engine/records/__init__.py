"""Every record that crosses the wire between the bot and a jail, and its codec.

Standard library only: the bot process imports this package, and must not load torch.
"""

from engine.records.cells import CellReport, CodeLine, Failure, TensorFacts
from engine.records.codec import Data, Json, Malformed, from_data, to_data
from engine.records.jobs import (
    Answer,
    Call,
    Event,
    Job,
    JobLimits,
    Outcome,
    Result,
    SessionStart,
)
from engine.records.note import Note
from engine.records.pitfalls import Certainty, Explanation
from engine.records.shapes import (
    Axis,
    AxisRole,
    Broadcast,
    BroadcastReport,
    Operand,
    Repair,
    ShapeReport,
    TraceStep,
)
from engine.records.talk import ErrorReport, Meaning, Meant

__all__ = [
    "Answer",
    "Axis",
    "AxisRole",
    "Broadcast",
    "BroadcastReport",
    "Call",
    "CellReport",
    "Certainty",
    "CodeLine",
    "Data",
    "ErrorReport",
    "Event",
    "Explanation",
    "Failure",
    "Job",
    "JobLimits",
    "Json",
    "Malformed",
    "Meaning",
    "Meant",
    "Note",
    "Operand",
    "Outcome",
    "Repair",
    "Result",
    "SessionStart",
    "ShapeReport",
    "TensorFacts",
    "TraceStep",
    "from_data",
    "to_data",
]
