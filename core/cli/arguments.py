"""What can be written on the command line, as one table of commands and options."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from core.anatomy.expressions import HIDDEN_SLIDERS, Expression, slider_names
from core.anatomy.parts import Component, FacePart
from core.edit.requests import (
    RANDOM_STYLE_ROWS,
    STYLE_ROWS,
    ExemplarRequest,
    ExpressionMethod,
    ExpressionRequest,
    FillSource,
    Guide,
    HairColourRequest,
    InpaintRequest,
    MakeUpRequest,
    RestoreRequest,
    SmileKind,
    SmileMethod,
    SmileRequest,
    TransferMethod,
    TransferRequest,
)
from core.errors import InvalidRequestError
from core.image_io.kept_metadata import KeptMetadata

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction["_Parser"]
    _AddFiles = Callable[[argparse.ArgumentParser], None]

DEVICES = ("auto", "cpu", "cuda", "mps")
"""As `core.runtime.device` knows them; that module would import torch."""

ALL_EXPRESSIONS = "all"
"""What `--to` takes in place of a class."""
ALL_FACES = "all"
"""What `--face` takes in place of a number."""

DESCRIPTION = """\
Edit portraits from the command line; `faceeditor [PHOTO | --sample]` opens the window.

Exit codes: 0 done, 2 wrong usage (also a mask that is empty or of another size than the photo),
3 no face, 4 unreadable image, 5 weights missing or damaged, 6 anything else."""


def build_parser() -> argparse.ArgumentParser:
    """Build the parser; `command`, and for models `action`, say what was asked for."""
    parser = _Parser(
        prog="faceeditor",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_edits(commands, _add_one_photo)
    _add_landmarks(commands)
    _add_project(commands)
    _add_batch(commands)
    _add_models(commands)
    return parser


def _add_edits(commands: _Commands, add_files: _AddFiles) -> None:
    """Add what can be done to one photo, or to each of a folder."""
    _add_smile(commands, add_files)
    _add_express(commands, add_files)
    _add_fill(commands, add_files)
    _add_exemplar(commands, add_files)
    _add_transfer(commands, add_files)
    _add_retouch(commands, add_files)
    _add_restore(commands, add_files)
    for name in ("smile", "express", "fill", "exemplar", "transfer", "retouch", "restore"):
        _add_metadata(commands.choices[name])
    _add_parse(commands, add_files)
    for parser in commands.choices.values():
        _add_weights(parser)


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong as one sentence instead of printing the usage and exiting."""

    def error(self, message: str) -> NoReturn:
        raise InvalidRequestError(f"{_capitalised(message)}; see `{self.prog} --help`.")


def _capitalised(message: str) -> str:
    return message[:1].upper() + message[1:]


def _add_smile(commands: _Commands, add_files: _AddFiles) -> None:
    parser = _command(commands, "smile", "make one face or all faces smile, or stop smiling")
    add_files(parser)
    _add_amount(
        parser,
        "--strength",
        SmileRequest.strength,
        "-1..1",
        "1 is the whole smile, 0 the photo, below 0 takes a smile away",
    )
    parser.add_argument(
        "--kind",
        choices=[*map(str, SmileKind)],
        default=SmileRequest.kind,
        type=str,
        help="(%(default)s)",
    )
    parser.add_argument(
        "--method",
        choices=[*map(str, SmileMethod)],
        default=SmileRequest.method,
        type=str,
        help="warp moves the photo's own pixels, repaint paints the mouth anew (%(default)s)",
    )
    parser.add_argument("--model", default=SmileRequest.model, metavar="NAME", help="(%(default)s)")
    _add_face(parser, takes_all=True)
    _add_common(parser)


def _add_express(commands: _Commands, add_files: _AddFiles) -> None:
    parser = _command(commands, "express", "change what a face expresses, or its shape")
    parser.epilog = f"Names for --set: {', '.join(slider_names())}. {_SIDES} {_HIDDEN}"
    add_files(parser)
    parser.add_argument(
        "--to",
        choices=[*map(str, Expression), ALL_EXPRESSIONS],
        help="what the face is to express; neutral takes an expression away, all writes one "
        "picture of each, as OUT-happy to OUT-neutral",
    )
    parser.add_argument(
        "--set",
        dest="weights_set",
        type=_weight,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="move one slider, -1..1, such as browInnerUp=0.6 or jawWidth=-0.5; can be given often",
    )
    parser.add_argument(
        "--like",
        type=Path,
        metavar="FACE",
        help="take the expression of the face in that picture, as far as its 68 points show it: "
        "not where it looks, nor the tongue",
    )
    parser.add_argument(
        "--from-face",
        type=int,
        default=1,
        metavar="N",
        help="which face of --like, the largest is 1 (%(default)s)",
    )
    parser.add_argument(
        "--preset",
        type=Path,
        metavar="FILE",
        help="sliders as the window saves them; --set comes over it",
    )
    _add_amount(parser, "--strength", ExpressionRequest.strength, "0..1", "0 is the photo")
    parser.add_argument(
        "--method",
        choices=[*map(str, ExpressionMethod)],
        default=ExpressionRequest.method,
        type=str,
        help="for --to: warp moves the photo by a mesh, network is the paper's way, StarGAN with "
        "self-attention, weaker (%(default)s)",
    )
    parser.add_argument(
        "--model",
        default=ExpressionRequest.model,
        metavar="NAME",
        help="what paints an opened mouth (%(default)s)",
    )
    _add_face(parser, takes_all=True)
    _add_common(parser)


_HIDDEN = f"The window does not show {', '.join(HIDDEN_SLIDERS)}: not every face stands them."
_SIDES = "With Left or Right behind it, only the person's own left or right side: browDownLeft."


def _weight(text: str) -> tuple[str, float]:
    """Read a slider and its value, such as jawOpen=0.4."""
    name, sign, value = text.partition("=")
    try:
        weight = float(value)
    except ValueError:
        sign = ""
    if not (sign and name):
        raise argparse.ArgumentTypeError(f"'{text}' is no slider; write NAME=VALUE: jawOpen=0.4")
    return name, weight


def _add_fill(commands: _Commands, add_files: _AddFiles) -> None:
    parser = _command(commands, "fill", "fill a hole; needs no face")
    add_files(parser)
    parser.add_argument(
        "--mask",
        type=Path,
        metavar="MASK",
        help="an image of the photo's size: white is the hole, grey is replaced in part",
    )
    parser.add_argument(
        "--glasses",
        action="store_true",
        help="fill the glasses of all faces, in place of a mask: frames, and lenses too dark to "
        "see the eyes through",
    )
    parser.add_argument(
        "--lines",
        type=Path,
        metavar="SKETCH",
        help="an image of the photo's size with lines, white on black or black on white, "
        "that the filling follows",
    )
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="MAP",
        help="a map of the face's regions, also in the hole, as `faceeditor parse --worn` "
        "writes it, for --model region_norm, which else finds them itself",
    )
    parser.add_argument(
        "--model",
        default=InpaintRequest.model,
        metavar="NAME",
        help="one of those that `faceeditor models list` names (%(default)s)",
    )
    parser.add_argument(
        "--source",
        choices=[*map(str, FillSource)],
        default=InpaintRequest.source,
        type=str,
        help="network paints, own-side takes the face's other side, mirrored, where that is seen "
        "and lit alike, donors takes hidden eyes, nose or mouth of other photos, surroundings "
        "patches of what is around beside faces, auto whichever of the others measures "
        "better; one line says which and why (%(default)s)",
    )
    parser.add_argument(
        "--reference",
        dest="references",
        type=Path,
        nargs="+",
        default=[],
        metavar="PHOTO",
        help="donors, auto: other photos of the same person, preferred for eyes, nose and mouth",
    )
    parser.add_argument(
        "--donors",
        type=Path,
        metavar="FOLDER",
        help="donors, auto: a folder of photos of other people, in place of the donors that ship",
    )
    parser.add_argument(
        "--variants",
        type=int,
        metavar="K",
        help="donors: the K who suit best, as OUT-1 to OUT-K",
    )
    _add_common(parser)


def _add_exemplar(commands: _Commands, add_files: _AddFiles) -> None:
    parser = _command(commands, "exemplar", "take parts, or the look, of another person's face")
    add_files(parser)
    parser.add_argument(
        "--from",
        dest="exemplars",
        type=Path,
        action="append",
        default=[],
        metavar="FACE",
        help="the picture of the other face; two for --mix, none for a random style",
    )
    parser.add_argument(
        "--region",
        metavar="PARTS",
        help=f"what is taken, with commas between: {', '.join(FacePart)}, hair, "
        "glasses; face is the inner face",
    )
    parser.add_argument(
        "--mask",
        type=Path,
        metavar="MASK",
        help="in place of --region, an image of the photo's size: white changes; glasses and "
        "make-up of the other below it come along",
    )
    parser.add_argument(
        "--guide",
        choices=[*map(str, Guide)],
        default=Guide.PIXELS,
        type=str,
        help="pixels moves and relights the other's own pixels, style paints anew what looks "
        "like the other (%(default)s)",
    )
    parser.add_argument(
        "--shape",
        type=float,
        metavar="0..1",
        help="pixels: 0 keeps the face's own shape, 1 takes the other's (as suits each part)",
    )
    parser.add_argument(
        "--keep-hat",
        action="store_true",
        help="hair: a hat that the face wears stays on; else it comes off",
    )
    _add_amount(parser, "--strength", ExemplarRequest.strength, "0..1", "0 is the photo")
    _add_style(parser)
    _add_face(parser, takes_all=True)
    _add_from_face(parser)
    _add_common(parser)


def _add_style(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mix",
        metavar="I:J",
        help=f"style: which of its {STYLE_ROWS} layers, coarse to fine, come from the second "
        f"--from, such as 4:9; the first {RANDOM_STYLE_ROWS} are random",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="style: which variation (0)")
    parser.add_argument(
        "--variants", type=int, metavar="K", help="style: write so many, as OUT-1 to OUT-K"
    )
    parser.add_argument(
        "--sketch",
        type=Path,
        metavar="SKETCH",
        help="style: an image of the photo's size with lines that hair and contours follow",
    )


def _add_transfer(commands: _Commands, add_files: _AddFiles) -> None:
    text = "take components of another face, or follow a repainted map of the regions"
    parser = _command(commands, "transfer", text)
    parser.epilog = _LABELS
    add_files(parser)
    parser.add_argument(
        "--from", dest="exemplar", type=Path, metavar="FACE", help="the picture of the other face"
    )
    parser.add_argument(
        "--parts",
        metavar="PARTS",
        help=f"what is taken, with commas between: {', '.join(Component)}; the skin is the inner "
        "face, all five swap the faces",
    )
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="MAP",
        help="the map that `faceeditor parse` wrote of the photo, repainted: outlines that moved "
        "move the photo, what is called something else is filled (with --worn also what is worn)",
    )
    parser.add_argument(
        "--method",
        choices=[*map(str, TransferMethod)],
        default=TransferRequest.method,
        type=str,
        help="pixels takes the pictures' own, network paints what changes anew, softly, as "
        "mask-guided portrait editing does (%(default)s)",
    )
    _add_amount(parser, "--strength", TransferRequest.strength, "0..1", "0 is the photo")
    _add_face(parser, takes_all=True)
    _add_from_face(parser)
    _add_common(parser)


def _add_from_face(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from-face",
        type=int,
        default=1,
        metavar="N",
        help="which face of the other picture or pictures, the largest is 1 (%(default)s)",
    )


def _add_retouch(commands: _Commands, add_files: _AddFiles) -> None:
    parser = _command(commands, "retouch", "give the hair another colour, make a face up")
    add_files(parser)
    parser.add_argument(
        "--hair",
        type=_colour,
        metavar="#RRGGBB",
        help="the colour that the hair has on average afterwards, such as '#5a3a22' (its own)",
    )
    _add_amount(
        parser,
        "--hair-lightness",
        HairColourRequest.lightness,
        "-1..1",
        "below 0 darker than that, above 0 lighter",
    )
    _add_amount(
        parser, "--hair-warmth", HairColourRequest.warmth, "-1..1", "below 0 ashen, above 0 golden"
    )
    _add_make_up(parser)
    _add_amount(parser, "--strength", HairColourRequest.strength, "0..1", "0 is the photo")
    _add_face(parser, takes_all=True)
    _add_common(parser)


def _add_make_up(parser: argparse.ArgumentParser) -> None:
    for option, text in (
        ("--lips", "lip colour"),
        ("--shadow", "eye shadow"),
        ("--liner", "line along the upper lashes"),
        ("--blush", "colour of the cheeks"),
    ):
        parser.add_argument(
            option, type=_colour, metavar="#RRGGBB", help=f"{text}, such as '#a33a4a' (none)"
        )
    text = "below 0 fainter brows, above 0 stronger"
    _add_amount(parser, "--brows", MakeUpRequest.brows, "-1..1", text)
    _add_amount(
        parser, "--make-up", MakeUpRequest.strength, "0..1", "how much make-up: 1 is all of it"
    )


def _colour(text: str) -> tuple[int, int, int]:
    """Read a colour as web pages write it; RGB, 0..255 each."""
    digits = text.removeprefix("#")
    if re.fullmatch("[0-9a-fA-F]{6}", digits) is None:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no colour; write red, green and blue in hexadecimal, such as '#5a3a22'"
        )
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def _add_restore(commands: _Commands, add_files: _AddFiles) -> None:
    parser = _command(commands, "restore", "sharpen and clean small, old or compressed faces")
    add_files(parser)
    _add_amount(
        parser,
        "--strength",
        RestoreRequest.strength,
        "0..1",
        "0 is the photo, 1 only what the network shows",
    )
    _add_face(parser, takes_all=True)
    _add_common(parser)


def _add_landmarks(commands: _Commands) -> None:
    parser = _command(commands, "landmarks", "list every face and its 68 landmarks as JSON")
    _add_photo(parser)
    _add_common(parser)


def _add_parse(commands: _Commands, add_files: _AddFiles) -> None:
    parser = _command(commands, "parse", "tell which region of a face each pixel belongs to")
    parser.epilog = _LABELS
    add_files(parser)
    parser.add_argument(
        "--neck-and-ears",
        action="store_true",
        help="label the neck 11 and the ears 12, which are background else",
    )
    parser.add_argument(
        "--worn",
        action="store_true",
        help="label neck and ears, and what is worn: glasses 13, hat 14, earring 15, "
        "necklace 16, clothes 17",
    )
    _add_face(parser)
    _add_common(parser)


def _add_project(commands: _Commands) -> None:
    parser = _command(commands, "project", "say what a saved project holds, or write its picture")
    parser.add_argument("photo", type=Path, metavar="FILE.ora", help="a project")
    task = parser.add_mutually_exclusive_group(required=True)
    task.add_argument("--info", action="store_true", help="list the photo and its layers")
    task.add_argument(
        "--export",
        dest="output",
        type=Path,
        metavar="OUT",
        help="write the picture; the suffix names the format (JPEG, PNG, WebP, TIFF), "
        ".ora writes the photo and its layers",
    )
    parser.add_argument(
        "--depth",
        type=int,
        choices=(8, 16),
        help="bits a channel of the picture, in place of the photo's own (16: PNG, TIFF)",
    )
    _add_metadata(parser)
    parser.set_defaults(overwrite=False)  # a picture is never a project's own file
    _add_common(parser)


def _add_batch(commands: _Commands) -> None:
    parser = _command(commands, "batch", "do the same to every photo of a folder")
    edits = parser.add_subparsers(dest="edit", required=True, metavar="COMMAND")
    _add_edits(edits, _add_folders)
    for name in ("fill", "exemplar"):
        edits.choices[name].add_argument(
            "--masks",
            type=Path,
            metavar="DIR",
            help="in place of --mask, a folder with a mask for each photo, of the same name",
        )


def _add_models(commands: _Commands) -> None:
    parser = _command(commands, "models", "list, verify or import network weights")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_common(_command(actions, "list", "list the systems and their weights"))
    _add_common(_command(actions, "verify", "compare every weights file with its checksum"))
    importing = _command(actions, "import", "convert a published checkpoint")
    importing.add_argument("checkpoint", type=Path, metavar="PATH", help="the published file")
    importing.add_argument(
        "--system", required=True, metavar="NAME", help="which system it belongs to"
    )
    importing.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT.safetensors",
        help="where the converted weights go; their card goes beside them",
    )
    importing.add_argument("--overwrite", action="store_true", help="replace OUT if it exists")
    _add_common(importing)


def _command(commands: _Commands, name: str, text: str) -> _Parser:
    return commands.add_parser(name, help=text, description=f"{_capitalised(text)}.")


def _add_photo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "photo",
        type=Path,
        metavar="PHOTO",
        help="JPEG, PNG, WebP, TIFF, BMP, MPO, AVIF, HEIC, PSD, OpenRaster or camera raw",
    )
    parser.add_argument(
        "--page", type=int, default=1, metavar="N", help="of a TIFF that has several (%(default)s)"
    )


def _add_metadata(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--metadata",
        choices=[*map(str, KeptMetadata)],
        default=str(KeptMetadata.KEEP),
        help="what the result says besides its pixels: keep carries EXIF, captions and notes over, "
        "no-location without places and maker notes, none nothing but colours, resolution and "
        "that it was edited (%(default)s)",
    )


_LABELS = (
    "A map is a PNG of the photo's size with a palette; its levels are the labels 0 to 10: "
    "background, skin, left and right brow, left and right eye, nose, upper lip, inner mouth, "
    "lower lip, hair (left is the picture's left)."
)


def _add_one_photo(parser: argparse.ArgumentParser) -> None:
    """Add what a command reads and writes."""
    _add_photo(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="where the result goes; the suffix names the format "
        "(JPEG, PNG, WebP, TIFF; of a map PNG)",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="allow OUT to be PHOTO itself, or another file that is read",
    )
    parser.add_argument(
        "--landmarks",
        type=Path,
        metavar="FILE",
        help="use the faces in FILE, as `faceeditor landmarks` prints them",
    )


def _add_folders(parser: argparse.ArgumentParser) -> None:
    """Add what a batch reads and writes."""
    parser.add_argument(
        "--in",
        dest="in_folder",
        type=Path,
        required=True,
        metavar="DIR",
        help="the folder of photos; those in folders below it are left alone",
    )
    parser.add_argument(
        "--out",
        dest="out_folder",
        type=Path,
        required=True,
        metavar="DIR",
        help="the folder of results, each with the name of its photo; a PNG where the photo's "
        "format cannot be saved, and for maps",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace files of --out that are not as a batch wrote them",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="how many photos are edited at once (as many as cores and memory allow)",
    )
    parser.add_argument(
        "--limit", type=int, metavar="N", help="only the first N photos, to try an edit"
    )
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="let a Dask cluster that runs already do it, such as tcp://host:8786, whose workers "
        "have the program and the same folders; the only connection that is ever opened",
    )
    parser.add_argument(
        "--json-lines",
        action="store_true",
        help="beside --json: one object for each photo as it gets done",
    )


def _add_amount(
    parser: argparse.ArgumentParser, option: str, default: float, limits: str, text: str
) -> None:
    """Add a number between limits; `text` says what its ends mean."""
    text = f"{text} (%(default)s)"
    parser.add_argument(option, type=float, default=default, metavar=limits, help=text)


def _add_face(parser: argparse.ArgumentParser, *, takes_all: bool = False) -> None:
    or_all = f", or {ALL_FACES} of them, one after another" if takes_all else ""
    parser.add_argument(
        "--face",
        type=_number_or_all if takes_all else int,
        default=1,
        metavar=f"N|{ALL_FACES}" if takes_all else "N",
        help="which face, the largest is 1, as `faceeditor landmarks` lists them"
        f"{or_all} (%(default)s)",
    )


def _number_or_all(text: str) -> int | str:
    return text if text == ALL_FACES else int(text)


_number_or_all.__name__ = f"number or {ALL_FACES}"  # what argparse calls it in a refusal


def _add_weights(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weights",
        type=_named_file,
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="weights in place of the shipped ones of a system that `faceeditor models list` "
        "names; may be given for several",
    )


def _named_file(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    if not (name and equals and file):
        raise argparse.ArgumentTypeError(
            f"'{text}' names no weights; write the system and its file, "
            "such as ctsdg=ctsdg.safetensors"
        )
    return name, Path(file)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", choices=DEVICES, default="auto", help="(%(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="tell on stderr what is being done"
    )
