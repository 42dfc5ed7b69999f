"""Every record that crosses the wire between the bot and a jail, and its codec.

Standard library only: the bot process imports this package, and must not load torch.
"""

from engine.records.cells import CellReport, CodeLine, Failure, TensorFacts
from engine.records.codec import Data, Json, Malformed, from_data, to_data
from engine.records.gradients import (
    Check,
    DerivationPath,
    DerivationStep,
    Gradient,
    GradientReport,
    Misread,
    Partial,
    Table,
    Testimony,
    Witness,
    WitnessKind,
)
from engine.records.graphs import Graph, GraphEdge, GraphNode, GraphReport
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
from engine.records.sums import sum_text
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
    "Check",
    "CodeLine",
    "Data",
    "DerivationPath",
    "DerivationStep",
    "ErrorReport",
    "Event",
    "Explanation",
    "Failure",
    "Gradient",
    "GradientReport",
    "Graph",
    "GraphEdge",
    "GraphNode",
    "GraphReport",
    "Job",
    "JobLimits",
    "Json",
    "Malformed",
    "Meaning",
    "Meant",
    "Misread",
    "Note",
    "Operand",
    "Outcome",
    "Partial",
    "Repair",
    "Result",
    "SessionStart",
    "ShapeReport",
    "Table",
    "TensorFacts",
    "Testimony",
    "TraceStep",
    "Witness",
    "WitnessKind",
    "from_data",
    "sum_text",
    "to_data",
]
