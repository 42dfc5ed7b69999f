"""Explanations from a real jail, where a cell is really stopped at its limit."""

from __future__ import annotations

from engine.jail.pool import Pool
from engine.records import CellReport, Certainty, Job, JobLimits, Outcome, from_data

ENDLESS = """\
def poly(x):
    return x ** 7 + 5 * x ** 3 + 17 * x - 9

def newton(poly):
    x = torch.tensor(1.0, requires_grad=True)
    val = poly(x)
    while val.abs() > 1e-5:
        val.backward()
        with torch.no_grad():
            x -= val / x.grad
        val = poly(x)
    return x

newton(poly)"""


async def test_stopped_loop_is_explained_and_the_session_lives(pool: Pool) -> None:
    job = Job("cell.evaluate", {"source": ENDLESS}, "endless", limits=JobLimits(cpu_s=0.5))
    result = await pool.run(job)
    report = from_data(CellReport, result.data)

    assert result.outcome is Outcome.TIMEOUT
    assert report.explanation is not None
    assert report.explanation.slug == "gradient_never_reset"
    assert report.explanation.certainty is Certainty.PROVED
    assert report.explanation.fix_ran
    assert "    x.grad = None" in report.explanation.fix

    mended = ENDLESS.replace(
        "        val = poly(x)\n    return",
        "        x.grad = None\n        val = poly(x)\n    return",
    )
    after = await pool.run(Job("cell.evaluate", {"source": mended}, "endless"))
    assert after.outcome is Outcome.OK
    assert from_data(CellReport, after.data).value == "tensor(0.4936, requires_grad=True)"
