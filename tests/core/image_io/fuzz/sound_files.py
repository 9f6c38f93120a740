"""Small sound files of every kind that the program reads, to be damaged."""

import io
import json
import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import features
from PIL.ExifTags import IFD, Base
from PIL.ImageCms import ImageCmsProfile, createProfile
from PIL.PngImagePlugin import PngInfo

from core.image_io.metadata import Metadata, mark_as_ai
from core.image_io.photo import ENCODERS

SIZE = (60, 40)
TURNED_HEIC = Path(__file__).parents[1] / "files" / "turned.heic"
"""The picture below, made with libheif, which is told to be turned by a quarter."""


def photos():
    """Return the bytes of photos, by a name that tells what is special about each."""
    picture = _picture()
    deep = np.asarray(picture).astype(np.uint16) * 257
    metadata = _metadata()
    options = {"exif": metadata.exif, "icc_profile": metadata.profile, "xmp": metadata.xmp}
    info = PngInfo()
    info.add_itxt("Title", "a title", zip=True)
    info.add_text("Comment", "a comment", zip=True)
    pages = {"save_all": True, "append_images": [picture, picture]}
    saved = {
        "plain.jpg": _saved(picture, "JPEG", quality=90, comment=b"words", dpi=(72, 72), **options),
        "progressive.jpg": _saved(picture, "JPEG", progressive=True, restart_marker_blocks=2),
        "cmyk.jpg": _saved(picture.convert("CMYK"), "JPEG"),
        "grey.jpg": _saved(picture.convert("L"), "JPEG"),
        "stereo.mpo": _saved(picture, "MPO", **pages),
        "palette.png": _saved(picture.quantize(16), "PNG", transparency=3, pnginfo=info),
        "one-bit.png": _saved(picture.convert("1"), "PNG", pnginfo=info),
        "grey16.png": _saved(Pillow.fromarray(deep[..., 0]), "PNG"),
        "lossy.webp": _saved(picture, "WEBP", **options),
        "alpha.webp": _saved(_with_alpha(picture), "WEBP", lossless=True),
        "moving.webp": _saved(picture, "WEBP", **pages),
        "plain.tif": _saved(picture, "TIFF", **{**options, "xmp": None}),
        "lzw.tif": _saved(picture, "TIFF", compression="tiff_lzw"),
        "jpeg.tif": _saved(picture, "TIFF", compression="jpeg"),
        "fax.tif": _saved(picture.convert("1"), "TIFF", compression="group4"),
        "big.tif": _saved(picture, "TIFF", big_tiff=True),
        "cmyk.tif": _saved(picture.convert("CMYK"), "TIFF"),
        "pages.tif": _saved(picture, "TIFF", compression="tiff_deflate", **pages),
        "plain.bmp": _saved(picture, "BMP"),
        "layers.psd": photoshop_file(picture, {1028: b"caption", 1060: b"<x/>"}),
        "palette.bmp": _saved(picture.quantize(200), "BMP"),
    }
    if features.check("avif"):
        saved["plain.avif"] = _saved(picture, "AVIF", exif=metadata.exif)
    if find_spec("pi_heif"):
        saved["turned.heic"] = TURNED_HEIC.read_bytes()
    four = np.dstack([deep, deep[..., 0]])
    for suffix in (".jpg", ".png", ".webp", ".tif"):
        saved[f"own{suffix}"] = ENCODERS[suffix](four, metadata)
    return saved


def photoshop_file(picture, resources=None):
    """Return a Photoshop file of an RGB picture, with image resources by number."""
    pixels = np.asarray(picture)
    blocks = b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) % 2)
        for number, data in (resources or {}).items()
    )
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, *pixels.shape[:2], 8, 3)
    planes = struct.pack(">H", 0) + pixels.transpose(2, 0, 1).tobytes()
    return header + struct.pack(">II", 0, len(blocks)) + blocks + struct.pack(">I", 0) + planes


def masks():
    """Return the bytes of masks."""
    levels = _picture().convert("L").point(lambda level: 255 * (level > 128))
    return {"mask.png": _saved(levels, "PNG"), "mask.bmp": _saved(levels, "BMP")}


def label_maps():
    """Return the bytes of label maps."""
    labels = Pillow.fromarray(np.asarray(_picture().convert("L")) // 25)
    grey = _saved(labels, "PNG")
    labels.putpalette(range(33))
    return {"labels.png": _saved(labels, "PNG"), "grey labels.png": grey}


def face_files():
    """Return the bytes of files of faces."""
    points = np.stack([np.arange(68) * 2.5, np.arange(68) % 7 * 9.0], axis=1)
    face = {"box": [1.5, 2, 30, 40], "score": 1.25, "landmarks": points.tolist()}
    text = json.dumps({"faces": [face, face]}, indent=1)
    return {"faces.json": text.encode(), "wide.json": text.encode("utf-16")}


def _metadata():
    exif = Pillow.Exif()
    exif[Base.Make], exif[Base.Orientation] = "Camera works", 6
    exif[IFD.Exif] = {Base.ExposureTime: 0.01, Base.UserComment: b"ASCII\0\0\0hello",
                      Base.MakerNote: b"Nikon\0\x02" + bytes(80)}  # fmt: skip
    exif[IFD.GPSInfo] = {1: "N", 2: (51.0, 30.0, 0.0)}
    iptc = struct.pack(">BBBH", 0x1C, 2, 120, 7) + b"caption"
    resources = b"8BIM" + struct.pack(">HHI", 1028, 0, len(iptc)) + iptc + b"\0" * (len(iptc) % 2)
    return Metadata(
        profile=ImageCmsProfile(createProfile("sRGB")).tobytes(),
        exif=exif.tobytes(),
        xmp=mark_as_ai(b""),
        dpi=(300, 300),
        resources=resources,
        texts=((b"tEXt", b"Title\0words"),),
        colour_chunks=((b"gAMA", struct.pack(">I", 60_000)),),
    )


def _picture():
    down, across = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    channels = [across * 4, down * 6, 255 - across * 2 - down]
    return Pillow.fromarray(np.stack(channels, axis=-1).clip(0, 255).astype(np.uint8))


def _with_alpha(picture):
    picture = picture.copy()
    picture.putalpha(picture.convert("L"))
    return picture


def _saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
