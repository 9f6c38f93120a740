"""What a batch asks of EXE-GAN in its two stages, and what is learnt from it."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core.anatomy.regions import Region
from core.errors import CheckpointError
from core.models.exe_gan import weights as exe_gan_weights
from core.models.exe_gan.model import ExeGAN, ExeGANConfig, StyleConfig
from core.models.psp import StyleEncoderConfig
from core.runtime.checkpoints import load_state, load_weights, save_weights
from core.training.data.batches import TensorBatch
from core.training.recipes import exe_gan as recipe
from core.training.recipes.exe_gan import GUIDED, RECONSTRUCT, TrainableExeGAN

TINY = StyleConfig(
    ExeGANConfig((16,) * 4, 16, 16, 1, dropout=0.0, membrane=True, line_channels=3),
    StyleEncoderConfig((1,) * 4, (16,) * 4, 16, last_row=7, shared_heads=True, size=32),
    known=6,
)
COUNT = 10


@pytest.fixture(autouse=True)
def _seeded_and_tiny(monkeypatch):
    monkeypatch.setattr(recipe, "EMBEDDED", TINY)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def shown(count: int = COUNT) -> TensorBatch:
    image = torch.rand(count, 3, 32, 32) * 2 - 1
    mask = torch.zeros(count, 1, 32, 32)
    mask[..., 8:24, 8:24] = 1.0
    labels = torch.full((count, 1, 32, 32), Region.SKIN, dtype=torch.uint8)
    labels[..., :16, :] = Region.HAIR
    return TensorBatch(image, mask, torch.zeros(count, 3, 32, 32), labels)


def made(stage=RECONSTRUCT) -> tuple[TrainableExeGAN, ExeGAN]:
    model = TrainableExeGAN(stage)
    for parameter in model.network.generator.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, 0.0, 0.3)
    return model, model.network.train()


def gradients(network: torch.nn.Module) -> list[Tensor]:
    return [one.grad for one in network.parameters() if one.grad is not None and one.grad.any()]


def test_most_samples_of_the_first_stage_and_half_of_the_second_are_won_back():
    shares = []
    for stage in (RECONSTRUCT, GUIDED):
        prepared = made(stage)[0].prepare(shown(), is_training=True)
        shares.append(prepared.num_supervised)
    assert shares == [8, 5]


def test_the_remaining_samples_have_an_exemplar_of_another_face(monkeypatch):
    monkeypatch.setattr(recipe, "make_self_exemplars", lambda image, _: image)
    batch = shown()
    prepared = made(GUIDED)[0].prepare(batch, is_training=True)
    assert torch.equal(prepared.exemplar[:5], batch.image[:5])
    assert torch.equal(prepared.exemplar[5:], batch.image[4:-1])


def test_outside_training_every_face_has_its_own_exemplar_and_always_the_same():
    model, batch = made()[0], shown(2)
    first, second = (model.prepare(batch, is_training=False) for _ in range(2))
    assert first.num_supervised is None
    assert torch.equal(first.exemplar, second.exemplar)


def test_outside_training_a_fill_is_deterministic():
    model, network = made()
    prepared = model.prepare(shown(2), is_training=False)
    first, second = (model.inpaint(network.eval(), prepared)[0] for _ in range(2))
    assert torch.equal(first, second)


def test_only_faces_that_are_won_back_teach_the_encoder():
    for rows, learns in ((slice(0, 8), True), (slice(8, None), False)):
        model, network = made()
        output, terms = model.inpaint(network, model.prepare(shown(), is_training=True))
        output[rows].square().mean().backward()
        assert not terms
        assert bool(gradients(network.encoder)) == learns
        assert gradients(network.generator)


def test_the_frozen_encoder_neither_learns_nor_counts():
    model, network = made(GUIDED)
    before = {name: value.clone() for name, value in network.encoder.state_dict().items()}
    output, terms = model.inpaint(network, model.prepare(shown(), is_training=True))
    (output.square().mean() + sum(term.value for term in terms)).backward()
    assert not gradients(network.encoder)
    after = network.encoder.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_the_attribute_loss_trains_the_generator_on_exemplars_of_others_only():
    model, network = made(GUIDED)
    prepared = model.prepare(shown(), is_training=True)
    prepared.image.requires_grad_(True)
    term = model.inpaint(network, prepared)[1][0]
    assert term.name == "attribute"
    term.value.backward()
    assert gradients(network.generator)
    assert not prepared.image.grad[: prepared.num_supervised].any()


def test_fills_are_to_have_the_exemplars_hair_colour_in_the_hole():
    model, network = made(GUIDED)
    prepared = model.prepare(shown(), is_training=True)
    prepared.image[:] = prepared.image[:1]  # nobody differs but by their hair
    prepared.image[4, :, :16] = 1.0  # whose style the first of the others is to have
    output, terms = model.inpaint(network, prepared)
    output.retain_grad()
    tone = next(term for term in terms if term.name == "tone")
    tone.value.backward()
    gradient = output.grad
    assert not gradient[: prepared.num_supervised].any()
    assert (gradient[prepared.num_supervised, :, 8:16, 8:24] < 0).all()  # brighter, please
    gradient[..., 8:16, 8:24] = 0
    assert not gradient.any()


def test_fills_are_to_show_whom_they_are_guided_by_and_in_random_styles_nobody():
    model, network = made(GUIDED)
    asked = []

    def identity_loss(output, people, mask):
        asked.append((people, mask))
        return output.mean()

    model._identity_loss = identity_loss
    batch = shown()
    terms = model.inpaint(network, model.prepare(batch, is_training=True))[1]
    assert [term.name for term in terms] == ["attribute", "tone", "identity"]
    (people, mask), random = asked[0], round(GUIDED.random * COUNT)
    whom = [*range(5), *range(4, COUNT - 1)][: COUNT - random]
    assert torch.equal(people, batch.image[whom])
    assert len(mask) == COUNT - random
    terms[-1].value.backward()
    assert gradients(network.generator)


def test_only_the_second_stage_needs_a_network_that_knows_people(tmp_path):
    device = torch.device("cpu")
    made(RECONSTRUCT)[0].load_teachers(tmp_path, device)
    with pytest.raises(CheckpointError, match="missing"):
        made(GUIDED)[0].load_teachers(tmp_path, device)


def test_styles_are_asked_to_be_smooth_every_few_steps():
    model, network = made(replace(GUIDED, own=0.5))
    prepared = model.prepare(shown(4), is_training=True)
    names = []
    for step in range(8):
        model.begin_step(step, 0)
        names.append([term.name for term in model.inpaint(network, prepared)[1]])
    assert names == [["attribute", "tone"]] * 7 + [["attribute", "tone", "path"]]
    with torch.autocast("cpu", torch.bfloat16):
        terms = model.inpaint(network, prepared)[1]
    terms[-1].value.backward()
    assert all(gradient.isfinite().all() for gradient in gradients(network.generator))


def test_the_styles_of_faces_seen_are_known_newest_first():
    model, network = made()
    prepared = model.prepare(shown(), is_training=True)
    model.inpaint(network, prepared)
    assert network.known[:4].abs().sum(dim=(1, 2)).gt(0).all()
    assert not network.known[4:].any()
    first = network.known[:2].clone()
    model.inpaint(network, prepared)
    assert torch.equal(network.known[4:], first)


def test_what_was_trained_is_what_the_program_loads(tmp_path):
    model, network = made()
    model.inpaint(network, model.prepare(shown(), is_training=True))
    path = tmp_path / "exe_gan.safetensors"
    save_weights(path, network.state_dict(), recipe.NAME, model.stored_config())
    loaded = exe_gan_weights.build(path, torch.device("cpu"))
    assert loaded.network.config == TINY
    assert torch.allclose(loaded.network.known, network.known, atol=1e-2)
    load_state(made(GUIDED)[1], load_weights(path)[0], path)


def test_the_encoder_learns_slower():
    generator, encoder = made()[0].parameter_groups()
    assert generator["share"] == 1.0
    assert encoder["share"] < 1.0
    network = made()[1]
    count = sum(len(group["params"]) for group in (generator, encoder))
    assert count == len(list(network.parameters()))
