"""Fingerprints of pictures: alike for the same picture, far apart for others."""

import numpy as np

from gpu.fingerprint import distance, fingerprints


def textured(seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    coarse = random.integers(20, 230, (1, 9, 16)).astype(float)
    return np.kron(coarse, np.ones((1, 30, 30))).astype(np.uint8)


def test_same_picture_has_the_same_hash_and_half_the_bits_are_set():
    bits, quality = fingerprints(textured(1))
    again, _ = fingerprints(textured(1))
    assert bits.shape == (1, 32)
    assert np.array_equal(bits, again)
    assert np.bitwise_count(bits).sum() == 128
    assert quality[0] >= 50


def test_survives_noise_gain_and_a_logo():
    picture = textured(2)
    random = np.random.default_rng(0)
    bits, _ = fingerprints(picture)
    noisy = np.clip(picture + random.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)
    darker = (picture * 0.8).astype(np.uint8)
    logo = picture.copy()
    logo[:, 10:40, 420:470] = 235
    for other in (noisy, darker, logo):
        assert distance(bits, fingerprints(other)[0])[0] <= 31


def test_other_pictures_are_far_away():
    bits = np.concatenate([fingerprints(textured(seed))[0] for seed in range(8)])
    apart = [int(distance(bits[i], bits[j])) for i in range(8) for j in range(i)]
    assert min(apart) > 80


def test_featureless_pictures_have_no_quality():
    assert fingerprints(np.full((1, 270, 480), 60, np.uint8))[1][0] == 0


def test_a_stack_hashes_as_its_pictures_do():
    stack = np.concatenate([textured(3), textured(4)])
    bits, quality = fingerprints(stack)
    for index in range(2):
        one, one_quality = fingerprints(stack[index : index + 1])
        assert np.array_equal(bits[index], one[0])
        assert quality[index] == one_quality[0]
