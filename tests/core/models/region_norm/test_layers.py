"""The patent's equations (1) to (18), on tensors small enough to check by hand."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.models.region_norm.layers import (
    Down,
    RegionRepair,
    StyleFusion,
    StyleNet,
    Up,
    affine_maps,
    damaged_regions,
    region_norm,
    resized,
    style_matrix,
)

LEFT, RIGHT, REST = 0, 1, 2


@pytest.fixture
def regions() -> Tensor:
    """Two face regions of two columns each, then two columns of the rest; (1, 3, 6, 6)."""
    return torch.eye(3).repeat_interleave(2, dim=1)[None, :, None].expand(1, 3, 6, 6).clone()


def hole(*places: tuple[int, int], side: int = 6) -> Tensor:
    mask = torch.zeros(1, 1, side, side)
    for row, column in places:
        mask[..., row, column] = 1.0
    return mask


def normed(x: Tensor) -> Tensor:
    mean = x.mean(dim=(2, 3), keepdim=True)
    return (x - mean) / (x.var(dim=(2, 3), unbiased=False, keepdim=True) + 1e-5).sqrt()


def test_style_features_have_half_the_side_and_256_channels():  # (1)
    net = StyleNet(3, (64, 128, 256, 512), (256, 256, 256), normalised=True)
    assert net(torch.rand(1, 3, 64, 64)).shape == (1, 256, 32, 32)
    assert [type(layer) for layer in net.layers] == [Down] * 4 + [Up] * 3


def test_style_of_a_region_is_the_mean_of_its_features(regions):  # (2)
    features = torch.zeros(1, 2, 6, 6)
    features[0, 0, :, 0] = 4.0  # half of the left region
    features[0, 1, :, 2:4] = 3.0
    matrix = style_matrix(features, regions, hole())
    assert matrix[0, :, LEFT].tolist() == pytest.approx([2.0, 0.0])
    assert matrix[0, :, RIGHT].tolist() == pytest.approx([0.0, 3.0])


def test_hidden_pixels_have_no_part_in_a_style(regions):  # (2)
    features = torch.ones(1, 1, 6, 6)
    features[..., 0, 0] = 100.0
    assert style_matrix(features, regions, hole((0, 0)))[0, 0].tolist() == pytest.approx([1.0] * 4)


def test_style_of_the_face_is_the_mean_over_all_regions_but_the_rest(regions):  # (3)
    features = torch.zeros(1, 1, 6, 6)
    features[..., 0:2], features[..., 2:4], features[..., 4:6] = 1.0, 3.0, 50.0
    assert style_matrix(features, regions, hole())[0, 0, -1] == pytest.approx(2.0)


def test_a_region_of_which_nothing_is_seen_has_the_style_of_the_face(regions):
    features = torch.zeros(1, 1, 6, 6)
    features[..., 0:2], features[..., 2:4] = 1.0, 3.0
    matrix = style_matrix(features, regions, regions[:, :1])  # the left region is the hole
    assert matrix[0, 0, LEFT] == pytest.approx(3.0)


def test_a_picture_without_a_face_has_a_style_of_its_own(regions):
    features, nobody = torch.full((1, 1, 6, 6), 5.0), torch.zeros_like(regions)
    nobody[:, REST] = 1.0
    assert style_matrix(features, nobody, hole((1, 1)))[0, 0].tolist() == pytest.approx([5.0] * 4)


def test_a_picture_that_is_all_hole_has_no_style_but_stays_finite(regions):
    matrix = style_matrix(torch.ones(1, 1, 6, 6), regions, torch.ones(1, 1, 6, 6))
    assert matrix.isfinite().all()


def test_style_matrix_has_a_column_for_each_region_and_the_face_last(regions):  # (4)
    features = torch.rand(1, 5, 6, 6)
    matrix = style_matrix(features, regions, hole())
    assert matrix.shape == (1, 5, 4)
    face = features[..., :4].mean(dim=(2, 3))
    assert torch.allclose(matrix[..., -1], face, atol=1e-6)


def test_untrained_fusion_takes_half_of_the_region_and_half_of_the_face():  # (5), (6), (7)
    fusion = StyleFusion(regions=1, style=1, channels=1)
    with torch.no_grad():
        fusion.local_weight.copy_(torch.tensor([[[2.0], [3.0]]]))  # of gamma, of beta
        fusion.global_weight.copy_(torch.tensor([[[10.0], [20.0]]]))
    gamma, beta = fusion(torch.tensor([[[1.0, 4.0]]]))  # the region's style 1, the face's 4
    assert gamma.item() == pytest.approx(0.5 * 2.0 + 0.5 * 40.0)
    assert beta.item() == pytest.approx(0.5 * 3.0 + 0.5 * 80.0)


def test_gamma_and_beta_have_shares_of_their_own_in_each_region():  # (6), (7)
    fusion = StyleFusion(regions=2, style=1, channels=1)
    with torch.no_grad():
        fusion.local_weight.fill_(1.0)
        fusion.global_weight.fill_(1.0)
        fusion.alpha.copy_(torch.tensor([[50.0, -50.0], [0.0, 50.0]]))
    gamma, beta = fusion(torch.tensor([[[2.0, 3.0, 7.0]]]))  # two regions, then the face
    assert gamma.flatten().tolist() == pytest.approx([2.0, 5.0])
    assert beta.flatten().tolist() == pytest.approx([7.0, 3.0])


def test_each_region_has_layers_of_its_own_for_its_style_and_for_the_face():  # (6)
    fusion = StyleFusion(regions=8, style=16, channels=32)
    assert fusion.local_weight.shape == fusion.global_weight.shape == (8, 64, 16)


def test_a_layer_down_halves_the_side_and_is_normalised():  # (8), (9), (10)
    down = Down(2, 3)
    x = torch.rand(1, 2, 8, 8)
    expected = F.leaky_relu(normed(F.conv2d(x, down.conv.weight, stride=2, padding=1)), 0.2)
    assert torch.allclose(down(x), expected, atol=1e-5)
    assert down(x).shape == (1, 3, 4, 4)


def test_a_region_is_damaged_where_one_pixel_of_it_is_hidden(regions):  # condition of (14)
    assert damaged_regions(regions, hole((5, 3))).tolist() == [[0.0, 1.0, 0.0]]
    assert damaged_regions(regions, hole((5, 3)), least_pixels=1).tolist() == [[0.0] * 3]
    assert damaged_regions(regions, hole()).tolist() == [[0.0] * 3]


def test_damage_is_told_picture_by_picture(regions):
    both = damaged_regions(regions.repeat(2, 1, 1, 1), torch.cat([hole((0, 0)), hole((0, 5))]))
    assert both.tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]


def test_features_are_brought_to_mean_0_and_variance_1(regions):  # (13)
    x = torch.rand(1, 2, 6, 6) * 9 + 4
    nothing = torch.zeros(1, 3, 2)
    found = region_norm(x, affine_maps(nothing, nothing, regions, torch.ones(1, 3)))
    assert torch.allclose(found, normed(x), atol=1e-4)


def test_damaged_region_is_scaled_and_shifted_and_nothing_else_is(regions):  # (14)
    x, gamma, beta = torch.rand(1, 2, 6, 6), torch.rand(1, 3, 2), torch.rand(1, 3, 2)
    damaged = torch.tensor([[0.0, 1.0, 0.0]])
    found = region_norm(x, affine_maps(gamma, beta, regions, damaged))
    expected = normed(x)
    right = expected[..., 2:4] * (1 + gamma[0, RIGHT, :, None, None])
    expected[..., 2:4] = right + beta[0, RIGHT, :, None, None]
    assert torch.allclose(found, expected, atol=1e-5)


def test_undamaged_regions_pass_through_whatever_their_style_is(regions):  # (14), (15)
    x, gamma = torch.rand(1, 2, 6, 6), torch.rand(1, 3, 2)
    damaged = torch.tensor([[1.0, 0.0, 0.0]])
    first = region_norm(x, affine_maps(gamma, gamma, regions, damaged))
    second = region_norm(x, affine_maps(gamma + 1, gamma - 3, regions, damaged))
    assert torch.equal(first[..., 2:], second[..., 2:])
    assert not torch.allclose(first[..., :2], second[..., :2])


def test_normalised_features_are_the_sum_over_the_regions(regions):  # (15)
    x, gamma, beta = torch.rand(1, 2, 6, 6), torch.rand(1, 3, 2), torch.rand(1, 3, 2)
    parts = [
        (normed(x) * regions[:, i : i + 1]) * (1 + gamma[:, i, :, None, None])
        + beta[:, i, :, None, None] * regions[:, i : i + 1]
        for i in range(3)
    ]
    found = region_norm(x, affine_maps(gamma, beta, regions, torch.ones(1, 3)))
    assert torch.allclose(found, torch.stack(parts).sum(dim=0), atol=1e-5)


def test_resized_regions_share_the_pixels_between_them(regions):
    small = resized(regions, 2)
    assert torch.allclose(small.sum(dim=1), torch.ones(1, 2, 2))
    assert small[0, :, 0, 0].tolist() == pytest.approx([2 / 3, 1 / 3, 0.0])


def test_repair_is_the_product_of_repaired_features_and_boundary(regions):  # (11) to (18)
    module = RegionRepair(regions=3, style=4, channels=2)
    torch.nn.init.normal_(module.fusion.local_weight)
    x, matrix, damaged = torch.rand(1, 2, 6, 6), torch.rand(1, 4, 4), torch.tensor([[1.0, 0, 0]])
    affine = affine_maps(*module.fusion(matrix), regions, damaged)
    boundary = torch.sigmoid(region_norm(module.boundary(x), affine))  # (12)
    temporary = module.repair(region_norm(x, affine))  # (16)
    repaired = region_norm(F.leaky_relu(temporary, 0.2), affine)  # (17)
    found = module(x, matrix, regions, damaged)
    assert torch.allclose(found, repaired * boundary, atol=1e-6)  # (18)
    assert module.boundary.kernel_size == (1, 1)
    assert module.repair.kernel_size == (3, 3)


def test_repair_works_at_the_scale_of_its_features(regions):
    module = RegionRepair(regions=3, style=4, channels=2)
    found = module(torch.rand(1, 2, 3, 3), torch.rand(1, 4, 4), regions, torch.ones(1, 3))
    assert found.shape == (1, 2, 3, 3)
