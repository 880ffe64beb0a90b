"""Skirt and dress."""

import numpy as np

from fashionlab.data.garments.bodies import body, fit, hem_line, lining
from fashionlab.data.garments.collars import neck_band
from fashionlab.data.garments.layers import Fold, Layer, fanned, straight
from fashionlab.data.garments.outlines import from_axis, join, mirror, moved, smooth, stroke, whole
from fashionlab.data.garments.sewing import (
    HORN,
    buttons,
    crease,
    label,
    pick,
    seam,
    stitches,
    wave,
)
from fashionlab.data.garments.sleeves import long, short, sleeves


def skirt(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a skirt: gathered, A-line, pleated or straight."""
    waist, length = rng.uniform(0.165, 0.19), rng.uniform(0.42, 0.8)
    p = {"waist": waist, "hip": waist + rng.uniform(0.05, 0.065), "top": 0.0, "length": length}
    p |= _cut(rng, p, {"gathered": 0.35, "A-line": 0.3, "pleated": 0.2, "straight": 0.15})
    p["waistband"] = rng.uniform(0.03, 0.05)
    p["buttoned"] = bool(p["cut"] in ("A-line", "straight") and rng.random() < 0.4)
    layers = [*waist_inside(p), _panel(p, rng, "body")]
    if p["buttoned"]:
        low = length + p["sag"]
        edge = np.array([(0.018, 0), (0.018, low + 0.05)])
        front = join((-0.5, -0.1), edge, (-0.5, low + 0.05))
        layers.append(
            Layer("", [front], lines=[seam(edge)], shadow=0.3, reach=0.006, within="body")
        )
        layers.append(buttons([(0, y) for y in np.arange(0.03, low - 0.05, 0.075)], 0.008, HORN))
    return [*layers, waistband(p)], p


def dress(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a dress with or without sleeves."""
    p = {
        "neckline": pick(rng, {"crew": 0.3, "V": 0.35, "boat": 0.15, "square": 0.2}),
        "sleeve": pick(rng, {"none": 0.35, "short": 0.25, "long": 0.2, "straps": 0.2}),
    }
    p |= fit(rng, 0.212, (0.86, 1.15)) | {"armpit": rng.uniform(0.2, 0.225)}
    p |= {"chest": 0.212 + 0.5 * (p["chest"] - 0.212), "waist_at": rng.uniform(0.36, 0.42)}
    neck, drop = {
        "crew": (0.09, 0.1),
        "V": (0.09, 0.2),
        "boat": (0.125, 0.06),
        "square": (0.105, 0.15),
    }[p["neckline"]]
    p |= {"neck": neck, "neck_drop": drop * rng.uniform(0.9, 1.1)}
    if p["sleeve"] in ("short", "long"):
        p |= short(rng) if p["sleeve"] == "short" else long(rng, "hem")
        p["shoulder"] = p["chest"] - rng.uniform(0.026, 0.036)
    else:
        p["chest"] -= 0.012
        p["shoulder"] = neck + (0.052 if p["sleeve"] == "none" else 0.02)
    p["slope"] = 0.3 * (p["shoulder"] - neck) + 0.004
    p |= {"waist": p["chest"] - rng.uniform(0.026, 0.048), "top": p["waist_at"]}
    p["hip"] = p["waist"] + 0.045
    p |= _cut(rng, p, {"gathered": 0.35, "A-line": 0.35, "pleated": 0.12, "straight": 0.18})
    p["belt"] = bool(rng.random() < 0.35)
    bodice = p | {
        "length": p["waist_at"] + 0.012,
        "hem": p["waist"],
        "waist_at": p["waist_at"] - 0.03,
        "hem_drop": 0.012,
    }
    layers = sleeves(p, rng) if p["sleeve"] in ("short", "long") else []
    layers += [*lining(p), _panel(p, rng, "skirt"), body(bodice, rng)]
    line = whole(hem_line(bodice))
    if p["belt"]:
        band = stroke(line * (1.02, 1), 0.032)
        layers.append(Layer("belt", [band], puff=0.004, round=0.016, shadow=0.3, reach=0.01))
    else:
        layers.append(Layer("", [stroke(line, 0.006)], lines=[seam(line, width=0.003)]))
    return [*layers, neck_band(p, 0.012, ribbed=False)], p


def waist_inside(p) -> list[Layer]:
    """The back of a waistband, seen over the front one."""
    waist, deep = p["waist"], p["waistband"]
    back = smooth((waist, -deep), (0.92 * waist, -deep - 0.006), (0, -deep - 0.012))
    back = join(back, mirror(back)[1:])
    front = moved(_waist_line(waist), 0, 0.012 - deep)
    return [Layer("lining", [join(front, back)], tone=0.66), label(0, 0.002 - deep, 0.013)]


def waistband(p) -> Layer:
    """The front of a waistband, above y = 0."""
    low = _waist_line(p["waist"])
    top = low - (0, p["waistband"])
    return Layer(
        "waistband",
        [join(top, low[::-1] * (1.003, 1))],
        lines=[seam(low), stitches(moved(top, 0, 0.005), low - (0, 0.005))],
        puff=0.003,
        round=0.02,
        shadow=0.22,
        reach=0.008,
    )


def _waist_line(waist):
    return whole(from_axis((0, 0.011), (0.5 * waist, 0.008), (waist, 0)))


def _cut(rng, p, odds):
    """Parameters of a skirt of this waist, hip and length."""
    cut = pick(rng, odds)
    flare, swing = {
        "gathered": (rng.uniform(0.12, 0.24), 1.0),
        "A-line": (rng.uniform(0.08, 0.18), 0.75),
        "pleated": (rng.uniform(0.08, 0.16), 0.3),
        "straight": (rng.uniform(-0.012, 0.015), 0.12),
    }[cut]
    return {
        "cut": cut,
        "flare": flare,
        "swing": swing * rng.uniform(0.75, 1.2),
        "skirt_hem": p["hip"] + flare * (0.4 + 0.9 * (p["length"] - p["top"])),
        "waves": {"gathered": int(rng.integers(8, 13)), "A-line": int(rng.integers(5, 8))}.get(
            cut, 4
        ),
        "pleats": int(rng.integers(9, 16)) if cut == "pleated" else 0,
        "sag": rng.uniform(0.008, 0.03),
    }


def _panel(p, rng, part):
    """The front of a skirt: its hem swings out where a wave ends."""
    top, low, waist, hem = p["top"], p["length"], p["waist"], p["skirt_hem"]
    number = p["waves"]
    places = (2 * np.arange(number) + 1) / number - 1 + rng.uniform(-0.3, 0.3, number) / number
    places = np.sin(1.35 * places) / np.sin(1.35)  # nearer to one another towards the sides
    share = np.linspace(1, -1, 161)
    waves = np.exp(-np.square((share[:, None] - places) * number * 0.95)).sum(axis=1)
    drop = p["sag"] * (1 - share**2) + p["swing"] * 0.018 * (waves - 0.9)
    edge = np.stack([share * hem, low + drop], axis=1)
    side = _side(p)
    contour = join(moved(_waist_line(waist), 0, top), side[1:], edge[1:-1], mirror(side)[:-1])
    gathered = p["cut"] in ("gathered", "pleated")
    return Layer(
        part,
        [contour],
        folds=_folds(p, rng, places),
        lines=[stitches((edge - (0, 0.02)) * (0.985, 1)), *_details(p)],
        cloth=fanned(top, low, waist, hem) if gathered else straight,
        puff=0.006,
        round=0.04,
        rumple=0.0006,
    )


def _side(p):
    """From the waist to the hem on the right."""
    top, low, waist, hem = p["top"], p["length"], p["waist"], p["skirt_hem"]
    length = low - top
    if p["cut"] == "gathered":
        full = (waist + 0.38 * (hem - waist) + 0.012, top + 0.3 * length)
        return smooth((waist, top), full, (hem, low))
    hip, hip_at = max(p["hip"], waist + 0.2 * (hem - waist)), top + min(0.2, 0.4 * length)
    return smooth(
        (waist, top),
        (0.35 * waist + 0.65 * hip, (top + hip_at) / 2),
        (hip, hip_at),
        ((hip + hem) / 2, (hip_at + low) / 2),
        (hem, low),
    )


def _folds(p, rng, places):
    top, low, waist, hem = p["top"], p["length"], p["waist"], p["skirt_hem"]
    length, floor = low - top, low + p["sag"] + 0.02
    folds = []
    for place in places:
        start = (place * waist * 0.97, top + rng.uniform(0.0, 0.12) * length)
        width = hem / p["waves"] * rng.uniform(0.5, 0.75)
        height = p["swing"] * rng.uniform(0.006, 0.012)
        folds.append(wave(rng, start, (place * hem, floor), width, height))
    if p["cut"] == "gathered":
        for place in np.linspace(-0.95, 0.95, 22) + rng.uniform(-0.03, 0.03, 22):
            reach = rng.uniform(0.08, 0.3)
            end = (place * (waist + (hem - waist) * reach), top + reach * length)
            folds.append(crease(rng, (place * waist, top - 0.01), end, 0.005, 0.002))
    for place in _pleats(p):
        width = 0.62 * hem / p["pleats"]
        start, end = (place * waist, top), (place * hem, floor)
        folds.append(Fold(start, end, width, 0.0075, 0, 0.75, flowing=True))
    if p["cut"] == "straight":
        for side in np.repeat((1, -1), 3):
            y, hip = top + rng.uniform(0.12, 0.6) * length, side * p["hip"]
            end = (hip * rng.uniform(0.2, 0.5), y + rng.uniform(-0.02, 0.04))
            folds.append(crease(rng, (hip, y), end, 0.012, 0.003))
    return folds


def _details(p):
    """The edges of pleats, or the darts of a straight skirt."""
    top, waist = p["top"], p["waist"]
    if p["cut"] == "pleated":
        low = p["length"] + p["sag"] + 0.02
        edges = [np.array([(x * waist, top), (x * p["skirt_hem"], low)]) for x in _pleats(p)]
        return [seam(*edges)]
    if p["cut"] == "straight":
        dart = np.array([(0.55 * waist, top), (0.6 * waist, top + 0.1)])
        return [seam(dart, mirror(dart), darkness=0.4)]
    return []


def _pleats(p):
    return np.linspace(-0.92, 0.92, p["pleats"])
