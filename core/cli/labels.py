"""The command that maps the regions of a face."""

from __future__ import annotations

import time
from argparse import Namespace

import numpy as np

from core.anatomy.regions import LEGEND, LabelMap, Region, to_head, to_published
from core.cli import console
from core.cli.edits import check_output, editor_for
from core.cli.faces import chosen_faces
from core.edit.requests import ParseRequest
from core.image_io.label_file import SUFFIX, write_labels
from core.image_io.photo import read_photo
from core.progress import part_of


def parse(options: Namespace) -> int:
    """Write which region of a face each pixel belongs to."""
    check_output(options, (SUFFIX,))
    photo = read_photo(options.photo, options.page)
    report = console.progress_report(options)
    (face,) = chosen_faces(photo.image, options, part_of(report, 0.0, 0.5))
    editor = editor_for(options)
    started = time.perf_counter()
    request = ParseRequest(photo.image, face.landmarks)
    found = editor.run(request, part_of(report, 0.5, 1.0))
    labels = _told_apart(found.labels, options)
    write_labels(labels, options.output)
    notices = [*photo.notices, *found.notices]
    console.print_notices(notices)
    seconds = time.perf_counter() - started
    if options.json:
        console.print_json(
            {
                "command": options.command,
                "output": str(options.output),
                "model": request.model,
                "face": options.face,
                "pixels": _areas(labels),
                "notices": notices,
                "seconds": round(seconds, 3),
            }
        )
    else:
        console.print_line(f"Wrote {options.output} in {seconds:.1f} s with {request.model}.")
    return 0


def _told_apart(labels: LabelMap, options: Namespace) -> LabelMap:
    if options.worn:
        return labels
    return to_head(labels) if options.neck_and_ears else to_published(labels)


def _areas(labels: LabelMap) -> dict[str, int]:
    """Count the pixels of each region that occurs."""
    counts = np.bincount(labels.ravel(), minlength=len(Region))
    return {LEGEND[region].title: int(counts[region]) for region in Region if counts[region]}
