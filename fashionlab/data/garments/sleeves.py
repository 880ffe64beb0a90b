"""Sleeves, short or long, and their cuffs."""

import math

import numpy as np

from fashionlab.data.garments.layers import Layer, turned
from fashionlab.data.garments.outlines import join, moved, smooth
from fashionlab.data.garments.sewing import buttons, crease, ribs, seam, stitches


def short(rng) -> dict:
    """Parameters of short sleeves."""
    return {
        "sleeve": "short",
        "sleeve_length": rng.uniform(0.17, 0.26),
        "sleeve_angle": rng.uniform(0.78, 1.08),
        "sleeve_ease": rng.uniform(0, 0.6),
        "underarm": rng.uniform(0.07, 0.12),
    }


def long(rng, cuff: str) -> dict:
    """Parameters of long sleeves with a cuff: "rib", "button" or "hem"."""
    return {
        "sleeve": "long",
        "sleeve_length": rng.uniform(0.56, 0.64),
        "sleeve_angle": rng.uniform(0.2, 0.42),
        "sleeve_ease": rng.uniform(0, 1),
        "cuff": cuff,
        "cuff_width": rng.uniform(0.044, 0.056),
    }


def sleeves(p, rng) -> list[Layer]:
    """Both sleeves with their cuffs, hanging not quite alike."""
    left, right = (
        _sleeve(p | {"sleeve_angle": p["sleeve_angle"] + rng.uniform(-0.025, 0.025)}, rng)
        for _ in range(2)
    )
    return [*(layer.mirrored() for layer in left), *right]


def _sleeve(p, rng):
    """The right sleeve; `down` runs along it, `out` across it."""
    shoulder, armpit = np.array([p["shoulder"], p["slope"]]), np.array([p["chest"], p["armpit"]])
    angle, length, ease = p["sleeve_angle"], p["sleeve_length"], p["sleeve_ease"]
    down, out = _direction(angle), _direction(angle + math.pi / 2)
    outer = shoulder + down * length
    if p["sleeve"] == "short":
        inner = armpit + p["underarm"] * _direction(0.9 * angle)
        crown, bulge, under = 0.3 * length, out * (0.0025 + 0.007 * ease), []
    else:
        inner = outer - 2 * p["cuff_width"] * out + 0.004 * down
        crown, bulge = min(0.16, 0.45 * length), out * (0.005 + 0.014 * ease)
        under = [
            0.68 * inner + 0.32 * armpit - out * 0.016 * ease,
            0.35 * inner + 0.65 * armpit - out * 0.010 * ease,
        ]
    slope = shoulder - (p["neck"], 0)
    slope /= np.hypot(*slope)
    over = 0.13 * slope + 0.87 * down
    upper = smooth(
        shoulder - 0.03 * slope + (0, 0.003),
        shoulder,
        shoulder + crown * over / np.hypot(*over) + bulge,
        outer - down * 0.28 * length + 0.8 * bulge,
        outer,
    )
    mouth = smooth(outer, (outer + inner) / 2 + 0.006 * down, inner)
    lower = smooth(inner, *under, moved(armpit, 0, 0.001), armpit - (0.02, 0.012))
    hidden = [armpit - (0.06, 0.04), moved(shoulder, -0.06, 0.03)]
    hem = p["sleeve"] == "short" or p["cuff"] == "hem"
    layer = Layer(
        "right sleeve",
        [join(upper, mouth[1:], lower[1:], hidden)],
        folds=_folds(p, rng, shoulder, armpit, outer, inner, down, out),
        lines=[stitches(mouth - down * (0.02 if p["sleeve"] == "short" else 0.03))] if hem else [],
        cloth=turned((shoulder + armpit) / 2, angle),
        puff=0.010,
        round=0.045,
        rumple=0.0008,
    )
    return [layer] if hem else [layer, *_cuff(p, mouth, down)]


def _direction(angle):
    """Of this angle from straight down towards the right."""
    return np.array([math.sin(angle), math.cos(angle)])


def _cuff(p, mouth, down):
    deep = 0.06 * down
    lines = [seam(mouth - deep, darkness=0.6)]
    if p["cuff"] == "rib":
        lines.append(ribs(mouth, -deep, 0.007))
    else:
        lines.append(stitches(mouth - 0.1 * deep, mouth - 0.9 * deep))
    band = join(mouth + 0.004 * down, (mouth - deep)[::-1])
    sewn = {"puff": 0.003, "round": 0.02, "shadow": 0.2, "reach": 0.006, "within": "right sleeve"}
    layers = [Layer("", [band], lines=lines, **sewn)]
    if p["cuff"] == "button":
        at = 0.72 * mouth[0] + 0.28 * mouth[-1] - deep / 2
        layers.append(buttons([at], 0.0055, p["button_colour"], within="right sleeve"))
    return layers


def _folds(p, rng, shoulder, armpit, outer, inner, down, out):
    """From the armpit upwards; at the elbow to and fro; rings above the cuff."""
    soft, folds = 1 - 0.5 * p["stiffness"], []

    def across(angle):
        return math.cos(angle) * out + math.sin(angle) * down

    for k in range(3):
        start = armpit + down * 0.008 * k - out * 0.012
        end = start + across(rng.uniform(0.2, 0.5) + 0.4 * k) * rng.uniform(0.09, 0.16)
        folds.append(crease(rng, start, end, 0.011, 0.004 * soft))
    if p["sleeve"] == "short":
        return folds
    width, loose = np.hypot(*(outer - inner)), soft * (0.6 + 0.6 * p["sleeve_ease"])
    elbow = 0.24 * (shoulder + armpit) + 0.26 * (outer + inner)
    for k in range(6):
        side = -1 if k % 2 else 1
        start = elbow + down * (k - 2.5) * rng.uniform(0.028, 0.04)
        start = start - out * side * (0.5 * width + 0.02)
        reach = (width + 0.03) * rng.uniform(0.7, 1.0)
        end = start + side * reach * across(rng.uniform(-0.55, 0.55))
        folds.append(crease(rng, start, end, 0.012, 0.0055 * loose))
    for k in range(3):
        middle = (outer + inner) / 2 - down * (0.08 + 0.03 * k)
        reach = width * rng.uniform(0.4, 0.62) * across(rng.uniform(-0.35, 0.35))
        folds.append(crease(rng, middle - reach, middle + reach, 0.01, 0.0045 * loose))
    return folds
