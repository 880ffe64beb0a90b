"""Coat and jacket."""

import numpy as np

from fashionlab.data.garments import collars
from fashionlab.data.garments.bodies import (
    body,
    fit,
    hem_band,
    hem_stitches,
    overlap,
    placket,
)
from fashionlab.data.garments.layers import Layer
from fashionlab.data.garments.outlines import oval, shift, smooth, stroke, whole
from fashionlab.data.garments.sewing import (
    HORN,
    STEEL,
    buckle,
    buttons,
    flap_pocket,
    patch_pocket,
    pick,
    seam,
    stitches,
    welt_pocket,
    zip_fastener,
)
from fashionlab.data.garments.sleeves import long, sleeves


def coat(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a coat with lapels, a stand collar or a hood."""
    p = {"neckline": "V", "collar": pick(rng, {"lapels": 0.6, "stand": 0.2, "hood": 0.2})}
    p |= fit(rng, 0.262, (0.84, 1.06)) | long(rng, "hem")
    p |= {
        "sleeve_angle": rng.uniform(0.2, 0.32),
        "cuff_width": rng.uniform(0.056, 0.068),
        "stiffness": rng.uniform(0.4, 0.8),
        "waist": p["chest"] - rng.uniform(0.004, 0.03),
        "hem": p["chest"] + rng.uniform(0.0, 0.06),
        "neck": rng.uniform(0.078, 0.09),
        "closure": pick(rng, {"buttons": 0.6, "zip": 0.4}),
        "double_breasted": False,
        "belt": False,
        "pocket": pick(rng, {"flap": 0.5, "welt": 0.5}),
    }
    if p["collar"] == "lapels":
        p |= {
            "neck_drop": rng.uniform(0.24, 0.36),
            "lapel": rng.uniform(0.055, 0.08),
            "gorge": rng.uniform(0.085, 0.115),
            "closure": "buttons",
            "double_breasted": bool(rng.random() < 0.45),
            "belt": bool(rng.random() < 0.35),
        }
    else:
        p |= {"neckline": "crew", "neck_drop": rng.uniform(0.07, 0.085)}
    layers, collar = _with_collar(p, rng, hem_stitches(p, 0.03))
    low, at = p["length"] + p["hem_drop"] + 0.02, p["waist_at"] + rng.uniform(0.06, 0.1)
    if p["closure"] == "buttons":
        layers.append(overlap(p, 0.075 if p["double_breasted"] else 0.03, p["neck_drop"] - 0.004))
    for side in (1, -1):
        if p["pocket"] == "flap":
            layers.append(flap_pocket(side * 0.165, at, 0.062, 0.028))
        else:
            layers.append(welt_pocket(side * 0.165, at, 0.07, 1.2 * side))
    if p["closure"] == "zip":
        return [*layers, *collar, *zip_fastener(_zip_top(p), low)], p
    columns = (-0.052, 0.052) if p["double_breasted"] else (0.006,)
    number, reach = (3, 0.26) if p["collar"] == "lapels" else (5, 0.5)
    heights = p["neck_drop"] + 0.03 + np.linspace(0, reach, number)
    layers.append(buttons([(x, y) for y in heights for x in columns], 0.0115, HORN))
    if p["belt"]:
        layers += _belt(p)
    return [*layers, *collar], p


def jacket(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a bomber, a denim jacket, a blazer or a hooded jacket."""
    cut = pick(rng, {"bomber": 0.3, "denim": 0.25, "blazer": 0.25, "hooded": 0.2})
    p = {"cut": cut, "neckline": "crew"} | fit(rng, 0.265, (0.58, 0.68))
    p |= long(rng, {"denim": "button", "blazer": "hem"}.get(cut, "rib"))
    p |= {
        "collar": {"denim": "leaves", "blazer": "lapels", "hooded": "hood"}.get(cut, "stand"),
        "stiffness": rng.uniform(0.2, 0.6),
        "neck": rng.uniform(0.08, 0.092),
        "neck_drop": rng.uniform(0.07, 0.085),
        "button_colour": STEEL,
    }
    if cut == "blazer":
        return _blazer(p, rng)
    if cut == "denim":
        return _denim(p, rng)
    p["hem"] = p["waist"] - 0.008
    layers, collar = _with_collar(p, rng)
    layers.append(hem_band(p, 0.062, ribbed=True))
    pockets = [
        welt_pocket(side * 0.165, p["waist_at"] + 0.05, 0.065, 1.05 * side) for side in (1, -1)
    ]
    low = p["length"] + p["hem_drop"] + 0.01
    return [*layers, *pockets, *collar, *zip_fastener(_zip_top(p), low)], p


def _zip_top(p):
    return p["neck_drop"] + (0.004 if p["collar"] == "hood" else -0.03)


def _with_collar(p, rng, *lines):
    """Sleeves and front with the inside of the collar between them; and the collar itself."""
    if p["collar"] == "hood":
        p |= {"neck": 0.112, "hood": rng.uniform(0.2, 0.24)}
        back, edge = collars.hood(p, rng)
        edge += collars.strings(p) if "cut" in p else []
        return [*sleeves(p, rng), *back, body(p, rng, *lines)], edge
    if p["collar"] == "stand":
        inside, collar = collars.stand_collar(p, 0.047)
    else:
        inside, collar = collars.lapels(p)
    # The front ends a little within the collar, so that no gap opens between them.
    hidden = {"neck": p["neck"] - 0.004} if p["collar"] == "lapels" else {}
    return [*sleeves(p, rng), body(p | hidden, rng, *lines), *inside], collar


def _belt(p):
    y, half = p["waist_at"], p["waist"] + 0.008
    line = smooth((-half, y), (0, y + 0.006), (half, y))
    end = smooth((0.03, y), (0.05, y + 0.06), (0.045, y + 0.2))
    cloth = {"puff": 0.003, "round": 0.02, "shadow": 0.4, "reach": 0.012}
    stitched = stitches(shift(line, 0.016), shift(line, -0.016))
    hole = Layer("belt", [oval((0, y + 0.006), (0.017, 0.021), corners=6)], tone=0.86)
    return [
        Layer("belt", [stroke(end, 0.04)], **cloth),
        Layer("belt", [stroke(line, 0.042)], lines=[stitched], **cloth),
        *buckle((0, y + 0.006), (0.026, 0.03), hole, HORN),
    ]


def _blazer(p, rng):
    p |= {
        "neckline": "V",
        "length": rng.uniform(0.68, 0.76),
        "waist_at": 0.43,
        "waist": p["chest"] - rng.uniform(0.02, 0.045),
        "hem": p["chest"] - 0.005,
        "neck_drop": rng.uniform(0.33, 0.42),
        "lapel": rng.uniform(0.05, 0.072),
        "gorge": rng.uniform(0.08, 0.105),
        "buttons": int(rng.integers(1, 4)),
    }
    layers, collar = _with_collar(p, rng)
    layers.append(overlap(p, 0.025, p["neck_drop"] - 0.004))
    at = 0.5 * (p["waist_at"] + p["length"])
    layers += [flap_pocket(side * 0.155, at, 0.06, 0.022) for side in (1, -1)]
    layers.append(welt_pocket(0.125, 0.25, 0.045, -0.1))
    places = [(0.006, p["neck_drop"] + 0.02 + 0.085 * k) for k in range(p["buttons"])]
    return [*layers, buttons(places, 0.0095, HORN), *collar], p


def _denim(p, rng):
    p |= {"collar_tip": rng.uniform(0.05, 0.065), "collar_spread": rng.uniform(0.055, 0.068)}
    inside, leaves = collars.shirt_collar(p)
    end = p["length"] - 0.05
    curves = [whole(smooth((0, 0.205), (0.1, 0.204), (p["chest"] - 0.01, 0.2)))]
    for side in (1, -1):
        curves.append(smooth((side * 0.07, 0.27), (side * 0.085, end)))
        curves.append(smooth((side * 0.15, 0.27), (side * 0.12, end)))
    lines = [seam(*curves), stitches(*curves, beside=0.006)]
    front = body(p | {"neck_drop": p["neck_drop"] - 0.012}, rng, *lines)
    layers = [*sleeves(p, rng), front, *inside, placket(p, 0.022), hem_band(p, 0.045, ribbed=False)]
    for side in (1, -1):
        layers.append(patch_pocket(side * 0.12, 0.255, 0.05, 0.055))
        layers.append(flap_pocket(side * 0.12, 0.215, 0.052, 0.018))
    heights = np.linspace(p["neck_drop"] + 0.03, p["length"] + p["hem_drop"] - 0.025, 6)
    places = [*((0, y) for y in heights), (0.12, 0.222), (-0.12, 0.222)]
    return [*layers, buttons(places, 0.0075, STEEL), *leaves], p
