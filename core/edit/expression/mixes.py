"""What blend shapes each class of expression is a mix of, and what a request adds up to."""

from __future__ import annotations

from collections.abc import Mapping

from core.anatomy.expressions import Expression, both_sides
from core.edit.requests import ExpressionRequest
from core.face.blendshapes import FittedFace, fit_face

MIXES: Mapping[Expression, Mapping[str, float]] = {
    Expression.HAPPY: {
        "mouthSmile": 0.8,
        "cheekSquint": 0.6,
        "eyeSquint": 0.35,
        "mouthUpperUp": 0.35,
        "jawOpen": 0.15,
    },
    Expression.SAD: {
        "browInnerUp": 0.9,
        "browDown": 0.25,
        "mouthFrown": 0.6,
        "mouthShrugLower": 0.25,
        "eyeSquint": 0.3,
        "eyeLookDown": 0.2,
    },
    Expression.ANGRY: {
        "browDown": 1.0,
        "eyeSquint": 0.4,
        "noseSneer": 0.35,
        "mouthPress": 0.6,
        "mouthFrown": 0.45,
        "mouthRollUpper": 0.3,
    },
    Expression.SURPRISED: {
        "browInnerUp": 1.0,
        "browOuterUp": 1.0,
        "eyeWide": 1.0,
        "jawOpen": 1.0,
        "mouthFunnel": 0.15,
    },
    Expression.FEARFUL: {
        "browInnerUp": 1.0,
        "browDown": 0.4,
        "eyeWide": 0.9,
        "mouthStretch": 0.7,
        "jawOpen": 0.25,
        "mouthLowerDown": 0.4,
    },
    Expression.DISGUSTED: {
        "noseSneer": 1.0,
        "mouthUpperUp": 0.6,
        "browDown": 0.55,
        "cheekSquint": 0.6,
        "eyeSquint": 0.4,
        "mouthShrugLower": 0.3,
        "mouthFrown": 0.3,
    },
    Expression.CONTEMPTUOUS: {
        "mouthSmileLeft": 0.7,
        "mouthDimpleLeft": 0.8,
        "cheekSquintLeft": 0.35,
        "browOuterUpRight": 0.4,
        "eyeSquint": 0.15,
    },
}
"""Weights at strength 1; a name without a side is both."""
_LIPS_CLOSED = (
    Expression.NEUTRAL,
    Expression.SAD,
    Expression.ANGRY,
    Expression.CONTEMPTUOUS,
)
_CLOSING = {"mouthUpperUp": -0.5, "mouthLowerDown": -0.5, "jawOpen": -0.25}
_MOST_CLOSING = 2.2
_REST_PX = 0.8
"""How far apart the landmarks of closed lips are, of the 256 frame."""


def total_weights(request: ExpressionRequest, face: FittedFace) -> dict[str, float]:
    """Add up what a request asks of a face.

    Args:
        face: the request's, fitted; what it expresses now gives way to what it is to express.

    Returns:
        Weights other than 0 by name, -1..1 each, strength and all.
    """
    total: dict[str, float] = {}
    _add(total, request.weights)
    if request.like is not None:
        _add(total, fit_face(request.like).weights)
        _add(total, _negative(face.weights))
    elif request.expression is not None:
        _add(total, _towards(MIXES.get(request.expression, {}), face.weights))
        if request.expression in _LIPS_CLOSED:
            _add(total, _closing(face, total))
    scaled = {
        name: request.strength * float(min(max(weight, -1.0), 1.0))
        for name, weight in total.items()
    }
    return {name: weight for name, weight in scaled.items() if weight}


def _towards(mix: Mapping[str, float], own: Mapping[str, float]) -> dict[str, float]:
    """Say what leads from a face's own expression to a mix: what it has of the mix may stay."""
    wanted: dict[str, float] = {}
    _add(wanted, mix)
    reached = {name: max(weight, own.get(name, 0.0)) for name, weight in wanted.items()}
    _add(reached, _negative(own))
    return reached


def _closing(face: FittedFace, weights: Mapping[str, float]) -> dict[str, float]:
    """Say what closes lips that weights leave open; no more than they can."""
    closing: dict[str, float] = {}
    _add(closing, _CLOSING)
    left, by_closing = face.lip_gap(weights), face.lip_gap(closing) - face.lip_gap({})
    share = min(max((left - _REST_PX) / max(-by_closing, 1e-6), 0.0), _MOST_CLOSING)
    return {name: share * weight for name, weight in closing.items()}


def _negative(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: -weight for name, weight in weights.items()}


def _add(total: dict[str, float], weights: Mapping[str, float]) -> None:
    for name, weight in weights.items():
        for one in both_sides(name):
            total[one] = total.get(one, 0.0) + weight
