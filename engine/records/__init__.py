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
from engine.records.roots import (
    Arithmetic,
    Batch,
    Batches,
    GpuBatch,
    GpuReport,
    GpuTask,
    Method,
    Race,
    RaceLabels,
    Racer,
    RaceReport,
    Status,
)
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
from engine.records.timing import Timing, TimingReport

__all__ = [
    "Answer",
    "Arithmetic",
    "Axis",
    "AxisRole",
    "Batch",
    "Batches",
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
    "GpuBatch",
    "GpuReport",
    "GpuTask",
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
    "Method",
    "Misread",
    "Note",
    "Operand",
    "Outcome",
    "Partial",
    "Race",
    "RaceLabels",
    "RaceReport",
    "Racer",
    "Repair",
    "Result",
    "SessionStart",
    "ShapeReport",
    "Status",
    "Table",
    "TensorFacts",
    "Testimony",
    "Timing",
    "TimingReport",
    "TraceStep",
    "Witness",
    "WitnessKind",
    "from_data",
    "sum_text",
    "to_data",
]
