"""Answers with the track of a recording, the same for both sides: curves to draw, and figures for a paper."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from models.nuance.blanking import emptied_spans
from models.nuance.curves import MOST_POINTS, Curve, draw
from models.nuance.track import Track
from models.values import Span
from service.api import schemas
from service.api.problems import Problem
from service.figures.contours import LONGEST_MS

Points = Annotated[int, Query(ge=1, le=MOST_POINTS, description="At most so many values a curve.")]
FIGURE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "The figure.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}
}
NOTHING_THERE = "Pitch and loudness were not measured in this interview."


def curves_answer(
    track: Track, from_ms: int, to_ms: int | None, points: int, masked: Sequence[Span] = ()
) -> schemas.TrackCurves:
    """The curves of a stretch; nothing in what is ``masked``, nor as near as a measure reaches."""
    end = track.duration_ms if to_ms is None else to_ms
    if not from_ms < end:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The stretch ends before it starts.")
    empty = emptied_spans(masked)
    curves = draw(track, Span(from_ms, end), points, empty)
    return schemas.TrackCurves(
        from_ms=curves.from_ms,
        bin_ms=curves.bin_ms,
        pitch=_curve(curves.pitch),
        level=_curve(curves.level),
        tilt=_curve(curves.tilt),
        harmonicity=_curve(curves.harmonicity),
        shimmer=_curve(curves.shimmer),
        sounds=[
            schemas.SoundScores(kind=kind, scores=list(scores)) for kind, scores in curves.sounds.items()
        ],
        silenced=[
            schemas.MaskedStretch(start_ms=one.start_ms, end_ms=one.end_ms)
            for one in empty
            if one.end_ms > from_ms and one.start_ms < end
        ],
    )


def _curve(curve: Curve) -> schemas.TrackCurve:
    return schemas.TrackCurve(middle=list(curve.middle), least=list(curve.least), most=list(curve.most))


def refuse_no_figure(from_ms: int, to_ms: int, length_ms: int) -> None:
    """Ends the request when there is no such stretch, or it is too long for a figure."""
    if not from_ms < to_ms <= from_ms + LONGEST_MS:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "A figure ends after it starts and is of two minutes at most."
        )
    if from_ms >= length_ms:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The interview is shorter than that.")


def figure_answer(svg: str, span: Span, name: str) -> Response:
    """The figure as a file that is named after the interview."""
    headers = {"Content-Disposition": f'attachment; filename="{name}_{span.start_ms}-{span.end_ms}.svg"'}
    return Response(svg, media_type="image/svg+xml", headers=headers)
