"""T-shirt, pullover and shirt."""

import numpy as np

from fashionlab.data.garments import collars
from fashionlab.data.garments.bodies import (
    body,
    fit,
    hem_band,
    hem_stitches,
    lining,
    placket,
    yoke,
)
from fashionlab.data.garments.layers import Layer
from fashionlab.data.garments.outlines import both, join, mirror, smooth
from fashionlab.data.garments.sewing import (
    HORN,
    IVORY,
    buttons,
    patch_pocket,
    pick,
    seam,
    stitches,
)
from fashionlab.data.garments.sleeves import long, short, sleeves


def tshirt(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a T-shirt."""
    p = {"neckline": pick(rng, {"crew": 0.55, "V": 0.25, "boat": 0.2})}
    p |= fit(rng, 0.255, (0.64, 0.76)) | short(rng)
    neck, drop = {"crew": (0.09, 0.095), "V": (0.09, 0.17), "boat": (0.132, 0.06)}[p["neckline"]]
    p |= {"neck": neck + rng.uniform(-0.008, 0.008), "neck_drop": drop * rng.uniform(0.88, 1.15)}
    p["pocket"] = bool(rng.random() < 0.3)
    layers = [*sleeves(p, rng), *lining(p), body(p, rng, hem_stitches(p))]
    if p["pocket"]:
        layers.append(patch_pocket(0.105, 0.235, 0.052, 0.062))
    boat = p["neckline"] == "boat"
    return [*layers, collars.neck_band(p, 0.014 if boat else 0.02, ribbed=not boat)], p


def pullover(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a pullover, some with a roll neck or a hood."""
    p = {"neckline": pick(rng, {"crew": 0.45, "V": 0.2, "roll": 0.15, "hood": 0.2})}
    p |= fit(rng, 0.265, (0.62, 0.72)) | long(rng, "rib")
    drop = {"crew": 0.085, "V": 0.18, "roll": 0.06, "hood": 0.085}[p["neckline"]]
    p |= {"neck": rng.uniform(0.086, 0.1), "neck_drop": drop * rng.uniform(0.9, 1.15)}
    p["hem"] = p["waist"] - rng.uniform(0.004, 0.02)
    if p["neckline"] == "hood":
        p |= {"neck": 0.112, "hood": rng.uniform(0.2, 0.24)}
        back, edge = collars.hood(p, rng)
        front = [body(p, rng), hem_band(p, 0.062, ribbed=True), _kangaroo_pocket(p)]
        return [*sleeves(p, rng), *back, *front, *edge, *collars.strings(p)], p
    layers = [*sleeves(p, rng), *lining(p), body(p, rng), hem_band(p, 0.062, ribbed=True)]
    if p["neckline"] == "roll":
        return [*layers, *collars.roll_neck(p)], p
    return [*layers, collars.neck_band(p, 0.026)], p


def shirt(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a shirt with collar, placket and buttons."""
    p = {"neckline": "crew", "sleeve": pick(rng, {"long": 0.72, "short": 0.28})}
    p |= fit(rng, 0.26, (0.7, 0.78))
    p |= long(rng, "button") if p["sleeve"] == "long" else short(rng)
    p |= {
        "neck": rng.uniform(0.078, 0.09),
        "neck_drop": rng.uniform(0.066, 0.084),
        "hem_drop": rng.uniform(0.03, 0.075),
        "collar_tip": rng.uniform(0.045, 0.07),
        "collar_spread": rng.uniform(0.04, 0.062),
        "buttons": int(rng.integers(6, 8)),
        "button_colour": IVORY if rng.random() < 0.5 else HORN,
        "pockets": int(rng.choice(3, p=[0.4, 0.4, 0.2])),
    }
    inside, leaves = collars.shirt_collar(p)
    # The front reaches up under the leaves, so that no gap opens between them.
    front = body(p | {"neck_drop": p["neck_drop"] - 0.014}, rng, hem_stitches(p, 0.01), yoke(p))
    layers = [*sleeves(p, rng), front, *inside, placket(p, 0.016)]
    layers += [patch_pocket(x, 0.25, 0.054, 0.062) for x in (0.118, -0.118)[: p["pockets"]]]
    low = p["length"] + p["hem_drop"] - 0.1
    places = [(0, y) for y in np.linspace(p["neck_drop"] + 0.03, low, p["buttons"])]
    return [*layers, buttons(places, 0.0058, p["button_colour"]), *leaves], p


def _kangaroo_pocket(p):
    low = p["length"] - 0.06
    slit = smooth((0.085, low - 0.19), (0.105, low - 0.12), (0.148, low - 0.055))
    top = np.array([(-0.085, low - 0.19), (0.085, low - 0.19)])
    lines = [seam(slit, mirror(slit), top), stitches(slit, mirror(slit)[::-1], beside=0.012)]
    return Layer(
        "",
        [both(join((0, low - 0.19), slit, (0.15, low), (0, low)))],
        lines=lines,
        puff=0.003,
        round=0.02,
        shadow=0.3,
        reach=0.01,
    )
