"""The sliders of the expression panel: their groups, names and shapes. No Qt.

`HIDDEN_SLIDERS` says which are missing, and why.
"""

from __future__ import annotations

from typing import NamedTuple

from core.anatomy.expressions import both_sides


class ExpressionSlider(NamedTuple):
    """A slider and its name."""

    name: str
    shape: str
    """A blend shape or face shape; one that has a left and a right is named without."""

    @property
    def shapes(self) -> tuple[str, ...]:
        """The shapes that it moves: the person's left and right, or the only one."""
        return both_sides(self.shape)


class SliderGroup(NamedTuple):
    """Sliders that are shown together."""

    name: str
    sliders: tuple[ExpressionSlider, ...]


SLIDER_GROUPS = (
    SliderGroup(
        "Brows",
        (
            ExpressionSlider("Lowered", "browDown"),
            ExpressionSlider("Inner raised", "browInnerUp"),
            ExpressionSlider("Outer raised", "browOuterUp"),
        ),
    ),
    SliderGroup(
        "Eyes",
        (
            ExpressionSlider("Closed", "eyeBlink"),
            ExpressionSlider("Narrowed", "eyeSquint"),
            ExpressionSlider("Wide", "eyeWide"),
        ),
    ),
    SliderGroup("Gaze", ()),
    SliderGroup("Nose", (ExpressionSlider("Wrinkled", "noseSneer"),)),
    SliderGroup(
        "Cheeks",
        (ExpressionSlider("Raised", "cheekSquint"),),
    ),
    SliderGroup(
        "Mouth",
        (
            ExpressionSlider("Smile", "mouthSmile"),
            ExpressionSlider("Frown", "mouthFrown"),
            ExpressionSlider("Stretched", "mouthStretch"),
            ExpressionSlider("Dimples", "mouthDimple"),
            ExpressionSlider("Pressed", "mouthPress"),
            ExpressionSlider("Lower lip down", "mouthLowerDown"),
            ExpressionSlider("Pucker", "mouthPucker"),
            ExpressionSlider("Upper lip rolled in", "mouthRollUpper"),
            ExpressionSlider("Lower lip rolled in", "mouthRollLower"),
            ExpressionSlider("Upper lip shrugged", "mouthShrugUpper"),
            ExpressionSlider("Lower lip shrugged", "mouthShrugLower"),
            ExpressionSlider("To the left", "mouthLeft"),
            ExpressionSlider("To the right", "mouthRight"),
        ),
    ),
    SliderGroup("Jaw", (ExpressionSlider("Open", "jawOpen"),)),
    SliderGroup(
        "Shape",
        (
            ExpressionSlider("Face width", "faceWidth"),
            ExpressionSlider("Jaw width", "jawWidth"),
            ExpressionSlider("Chin length", "chinLength"),
            ExpressionSlider("Cheekbones", "cheekbones"),
            ExpressionSlider("Forehead", "foreheadHeight"),
            ExpressionSlider("Brow height", "browHeight"),
            ExpressionSlider("Eye size", "eyeSize"),
            ExpressionSlider("Eye distance", "eyeDistance"),
            ExpressionSlider("Eye tilt", "eyeTilt"),
            ExpressionSlider("Nose length", "noseLength"),
            ExpressionSlider("Nose width", "noseWidth"),
            ExpressionSlider("Nose tip", "noseTip"),
            ExpressionSlider("Lip fullness", "lipFullness"),
            ExpressionSlider("Mouth width", "mouthWidth"),
        ),
    ),
)
GAZE_GROUP = "Gaze"
"""The group that has a pad in place of sliders."""
