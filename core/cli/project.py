"""The command that opens a project without a window."""

from __future__ import annotations

from argparse import Namespace

from core.cli import console
from core.cli.edits import check_output
from core.errors import InvalidRequestError
from core.image_io.kept_metadata import KeptMetadata
from core.image_io.photo import ENCODERS, saving_notices, write_photo
from core.project.project import Project, flattened
from core.project.project_file import SUFFIX, read_project, write_project


def project(options: Namespace) -> int:
    """Say what a project holds, or write its layers or its picture."""
    if options.output is not None:
        check_output(options, (*ENCODERS, SUFFIX))
        if options.depth is not None and options.output.suffix.lower() == SUFFIX:
            raise InvalidRequestError("Layers keep the photo's depth; leave --depth out.")
        if options.metadata != KeptMetadata.KEEP and options.output.suffix.lower() == SUFFIX:
            raise InvalidRequestError(
                "Layers keep the photo's own file, with all that it says; leave --metadata out."
            )
    opened = read_project(options.photo)
    notices = [*opened.notices, *opened.photo.notices]
    description = _description(opened)
    if options.output is not None:
        notices.extend(_export(opened, options))
        description["output"] = str(options.output)
    console.print_notices(notices)
    if options.json:
        console.print_json({"command": options.command, **description, "notices": notices})
    elif options.output is not None:
        console.print_line(f"Wrote {options.output}.")
    else:
        _print(description)
    return 0


def _export(opened: Project, options: Namespace) -> tuple[str, ...]:
    """Write the layers or the picture; returns what the format cannot keep, in sentences."""
    path = options.output
    if path.suffix.lower() == SUFFIX:
        write_project(opened, path)
        return ()
    shown = [layer for layer in opened.layers if layer is not None and layer.is_visible]
    kept = KeptMetadata(options.metadata)
    picture = flattened(opened.photo, shown).with_metadata(kept)
    edits = [layer.name for layer in shown] if kept is not KeptMetadata.NONE else []
    write_photo(picture, path, edited=bool(shown), edits=edits, bits=options.depth)
    return saving_notices(picture, path, options.depth)


def _description(opened: Project) -> dict[str, object]:
    width, height = opened.photo.size
    layers = [
        {"name": layer.name, "opacity": layer.opacity, "visible": layer.is_visible}
        for layer in opened.layers
        if layer is not None
    ]
    bits = 8 * opened.photo.image.dtype.itemsize
    return {
        "photo": opened.photo_file.name,
        "width": width,
        "height": height,
        "bits": bits,
        "layers": layers,
    }


def _print(description: dict[str, object]) -> None:
    size = "{photo}: {width} x {height} pixels, {bits} bits a channel".format(**description)
    console.print_line(size)
    layers = description["layers"]
    assert isinstance(layers, list)
    for number, layer in enumerate(layers, start=1):
        hidden = "" if layer["visible"] else ", hidden"
        console.print_line(f"{number} {layer['name']}, opacity {layer['opacity']:.0%}{hidden}")
