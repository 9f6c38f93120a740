"""Pictures, the sample portrait's face, colour profiles beyond the libraries' sRGB; weights."""

import struct
from dataclasses import asdict

import numpy as np
import pytest
import torch
from PIL import Image as Pillow
from PIL.ExifTags import IFD, Base
from skimage.data import astronaut

from core.face.detect import find_faces
from core.models.exe_gan import model as exe_gan
from core.models.exe_gan.model import ExeGAN, ExeGANConfig, StyleConfig
from core.models.psp import StyleEncoderConfig
from core.models.region_norm import model as region_norm
from core.models.region_norm.model import RegionNormConfig, RegionNormGenerator, config_values
from core.models.residual_unet import ResidualUNet, ResidualUNetConfig
from core.runtime.checkpoints import save_weights

GAMMA = 563 / 256
TO_XYZ = np.array(
    [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]]
)


@pytest.fixture(autouse=True)
def seeded():
    """Let every test draw the same random numbers, whatever ran before it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


@pytest.fixture(scope="session")
def sample_faces():
    """The one face of the sample portrait."""
    return find_faces(astronaut(), thorough=False)


@pytest.fixture(scope="session")
def landmarks(sample_faces):
    """(68, 2) in the sample portrait."""
    return sample_faces[0].landmarks


@pytest.fixture
def picture():
    """60 x 40 pixels, RGB, smooth enough to survive JPEG."""
    down, across = np.mgrid[0:40, 0:60]
    channels = [across * 4, down * 6, 255 - across * 2 - down]
    return Pillow.fromarray(np.stack(channels, axis=-1).clip(0, 255).astype(np.uint8))


@pytest.fixture
def camera_exif():
    """What a camera writes, held upright."""
    exif = Pillow.Exif()
    exif[Base.Make], exif[Base.Orientation] = "Camera works", 1
    exif[IFD.Exif] = {
        Base.ExposureTime: 0.01,
        Base.ExifImageWidth: 60,
        Base.ExifImageHeight: 40,
        Base.UserComment: b"ASCII\0\0\0hello",
        IFD.Interop: {1: "R98"},
    }
    exif[IFD.GPSInfo] = {1: "N", 2: (51.0, 30.0, 0.0)}
    return exif


@pytest.fixture(scope="session")
def wide_profile():
    """The primaries and the gamma of Adobe RGB, as curves and a matrix."""
    curve = b"curv" + struct.pack(">IIH", 0, 1, 563) + b"\0\0"
    return _profile(
        b"mntr",
        b"RGB ",
        {
            **{key: _xyz(TO_XYZ[:, i]) for i, key in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
            **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
        },
    )


@pytest.fixture(scope="session")
def grey_profile():
    """A grey of gamma 1.8, in the parametric form."""
    curve = b"para" + struct.pack(">IHHi", 0, 0, 0, round(1.8 * 65536))
    return _profile(b"mntr", b"GRAY", {b"kTRC": curve})


@pytest.fixture(scope="session")
def scanner_profile():
    """The same colours as `wide_profile` in a table that leads to XYZ but not back."""
    return _profile(b"scnr", b"RGB ", {b"A2B0": _table_to_xyz()})


@pytest.fixture(scope="session")
def table_profile():
    """The same colours as `wide_profile` in tables of both directions."""
    return _profile(b"mntr", b"RGB ", {b"A2B0": _table_to_xyz(), b"B2A0": _table_from_xyz()})


def _table_to_xyz():
    curve = np.linspace(0, 1, 4096) ** GAMMA * 65535
    corners = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), axis=-1)
    return _table(np.eye(3), curve, corners.reshape(8, 3) @ TO_XYZ.T * 32768, [0, 65535])


def _table_from_xyz():
    corners = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), axis=-1)
    light = (np.linspace(0, 1, 4096) * 65535 / 32768).clip(0, 1)
    curve = light ** (1 / GAMMA) * 65535
    return _table(np.linalg.inv(TO_XYZ), [0, 65535], corners.reshape(8, 3) * 65535, curve)


def _table(matrix, before, corners, after):
    """A "lut16Type" element with a grid of 2."""
    head = b"mft2" + struct.pack(">IBBBB", 0, 3, 3, 2, 0)
    head += np.round(matrix.ravel() * 65536).astype(">i4").tobytes()
    head += struct.pack(">HH", len(before), len(after))
    parts = np.tile(before, 3), np.ravel(corners), np.tile(after, 3)
    return head + b"".join(np.round(part).astype(">u2").tobytes() for part in parts)


def _profile(kind, space, elements):
    elements = {b"desc": _description(), b"cprt": _text(), b"wtpt": _xyz(_D50), **elements}
    head_size = 132 + 12 * len(elements)
    body, table = b"", struct.pack(">I", len(elements))
    for key, element in elements.items():
        table += key + struct.pack(">II", head_size + len(body), len(element))
        body += element.ljust((len(element) + 3) // 4 * 4, b"\0")
    head = struct.pack(
        ">I4sI4s4s4s12s4s",
        head_size + len(body),
        b"",
        0x02400000,
        kind,
        space,
        b"XYZ ",
        b"",
        b"acsp",
    )
    return (head.ljust(68, b"\0") + _xyz(_D50)[8:]).ljust(128, b"\0") + table + body


_D50 = (0.9642, 1.0, 0.8249)


def _xyz(values):
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _text():
    return b"text\0\0\0\0none\0"


def _description():
    return b"desc" + struct.pack(">II", 0, 5) + b"test\0" + bytes(78)


@pytest.fixture(scope="session")
def titled_xmp():
    """An XMP packet with a headline."""
    return (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        b'rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        b'photoshop:Headline="My title"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )


@pytest.fixture
def levels():
    """(60, 90) uint8 with a white and a grey part."""
    levels = np.zeros((60, 90), np.uint8)
    levels[20:40, 30:50] = 255
    levels[40:45, 30:50] = 100
    return levels


@pytest.fixture
def grey_file(tmp_path):
    """Write (H, W) uint8 levels to a file of that name."""

    def write(name, levels):
        path = tmp_path / name
        Pillow.fromarray(np.asarray(levels, np.uint8)).save(path)
        return path

    return write


@pytest.fixture(scope="session")
def plain_harmonizer(tmp_path_factory):
    """Weights of a small harmonizer that answers with the exemplar as it is shown it."""
    network = ResidualUNet(ResidualUNetConfig(widths=(12, 4)))
    state = {name: torch.zeros_like(value) for name, value in network.state_dict().items()}
    for name in state:
        if "running_var" in name or name.endswith("norm.weight"):
            state[name] += 1.0
    colours = range(3)
    for colour in colours:  # leaky ReLU of x and of -x together hold x
        for first, source in ((0, 4 + colour), (6, colour)):  # the exemplar; the smooth fill
            state["stem.conv.weight"][first + colour, source, 1, 1] = 1.0
            state["stem.conv.weight"][first + 3 + colour, source, 1, 1] = -1.0
    for channel in range(12):
        pair = channel // 6 * 6 + channel % 3
        sign = 1.0 if channel % 6 < 3 else -1.0
        state["decoder.0.conv.weight"][channel, pair, 1, 1] = sign / 1.2
        state["decoder.0.conv.weight"][channel, pair + 3, 1, 1] = -sign / 1.2
    for colour in colours:
        for first, factor in ((0, 2.0), (6, -1.0)):
            state["to_residual.weight"][colour, first + colour, 1, 1] = factor / 1.2
            state["to_residual.weight"][colour, first + 3 + colour, 1, 1] = -factor / 1.2
    state["to_residual.bias"] -= 1.0
    path = tmp_path_factory.mktemp("harmonizer") / "harmonizer.safetensors"
    save_weights(path, state, "harmonizer", {"widths": [12, 4]}, fp16=False)
    return path


@pytest.fixture(scope="session")
def small_region_norm(tmp_path_factory):
    """Weights of a small network that has learned nothing, but paints what a map says."""
    widths = (8, 8, 16, 16, 16), (8, 8, 8, 8), (8, 8, 8)
    config = RegionNormConfig(*widths, membrane=True, head=8)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator = RegionNormGenerator(config)
        torch.nn.init.normal_(generator.to_image.weight, 0.0, 0.1)
    path = tmp_path_factory.mktemp("regions") / "region_norm.safetensors"
    state = generator.state_dict()
    save_weights(path, state, region_norm.NAME, config_values(config), fp16=False)
    return path


@pytest.fixture(scope="session")
def small_style(tmp_path_factory):
    """Weights of a small EXE-GAN that has learned nothing, but paints what its styles say."""
    generator = ExeGANConfig((16, 16, 16, 16, 16, 16), 16, 16, 2, membrane=True, line_channels=3)
    encoder = StyleEncoderConfig((1, 1, 1, 1), (16, 16, 16, 16), 16, 4, 11, True, 128)
    config = StyleConfig(generator, encoder, known=4)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = ExeGAN(config)
        torch.nn.init.normal_(network.known)
        for name, value in network.named_parameters():
            if "to_rgb.conv.weight" in name:
                torch.nn.init.normal_(value)
            if name.endswith("noise_weight"):
                torch.nn.init.constant_(value, 0.1)
    path = tmp_path_factory.mktemp("style") / "exe_gan.safetensors"
    save_weights(path, network.state_dict(), exe_gan.NAME, asdict(config), fp16=False)
    return path
