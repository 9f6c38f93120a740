"""The command that opens a project without a window."""

from __future__ import annotations

from argparse import Namespace

from core.cli import console
from core.cli.edits import check_output
from core.image_io.photo import saving_notices, write_photo
from core.project.project import Project, flattened
from core.project.project_file import read_project


def project(options: Namespace) -> int:
    """Say what a project holds, or write its picture."""
    if options.output is not None:
        check_output(options)
    opened = read_project(options.photo)
    notices = [*opened.notices, *opened.photo.notices]
    description = _description(opened)
    if options.output is not None:
        is_edited = any(layer is not None and layer.is_visible for layer in opened.layers)
        write_photo(flattened(opened.photo, opened.layers), options.output, edited=is_edited)
        notices.extend(saving_notices(opened.photo, options.output))
        description["output"] = str(options.output)
    console.print_notices(notices)
    if options.json:
        console.print_json({"command": options.command, **description, "notices": notices})
    elif options.output is not None:
        console.print_line(f"Wrote {options.output}.")
    else:
        _print(description)
    return 0


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
