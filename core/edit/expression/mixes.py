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
        "jawOpen": 0.1,
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
        "browInnerUp": 0.9,
        "browOuterUp": 0.9,
        "eyeWide": 0.8,
        "jawOpen": 0.4,
        "mouthFunnel": 0.2,
    },
    Expression.FEARFUL: {
        "browInnerUp": 1.0,
        "browDown": 0.4,
        "eyeWide": 0.9,
        "mouthStretch": 0.7,
        "jawOpen": 0.15,
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


def total_weights(request: ExpressionRequest, face: FittedFace) -> dict[str, float]:
    """Add up what a request asks of a face.

    Args:
        face: the request's, fitted; what it expresses now is taken away for `NEUTRAL` and `like`.

    Returns:
        Weights other than 0 by name, -1..1 each, strength and all.
    """
    total: dict[str, float] = {}
    _add(total, request.weights)
    if request.like is not None:
        _add(total, fit_face(request.like).weights)
    elif request.expression is not None:
        _add(total, MIXES.get(request.expression, {}))
    if request.like is not None or request.expression is Expression.NEUTRAL:
        _add(total, {name: -weight for name, weight in face.weights.items()})
    scaled = {
        name: request.strength * float(min(max(weight, -1.0), 1.0))
        for name, weight in total.items()
    }
    return {name: weight for name, weight in scaled.items() if weight}


def _add(total: dict[str, float], weights: Mapping[str, float]) -> None:
    for name, weight in weights.items():
        for one in both_sides(name):
            total[one] = total.get(one, 0.0) + weight
