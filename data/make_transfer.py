"""Measure style transfers against the truth, into data/transfer.json.

    python data/make_transfer.py                         every method
    python data/make_transfer.py --only Gatys AdaIN      these again; the rows of the others stay
    python data/make_transfer.py --sheet                 only data/pictures/transfer.png

The content is a plain garment, the style a swatch, and the truth the garment made of that swatch.
All are drawn from seeds that no training has used. There are two tables: "textiles", with swatches
of all kinds, and "stripes", the domain that the CycleGAN has learned. Each method works in a
process of its own, so that its peak of memory is its own, and once on the first pair before its
time is taken.
"""

import argparse
import io
import json
import multiprocessing
import os
import platform
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

import fashionlab as fl
from fashionlab.files import write_atomically

FILE = Path(__file__).with_name("transfer.json")
SHEET = Path(__file__).parent / "pictures" / "transfer.png"
RESULTS = Path("runs/transfer")
SEED = 2000  # the trainings use 0, and the grain of AdaIN was chosen on pairs of 1000
SIZES = {"textiles": 128, "stripes": 64}  # pixels
TILE = 64  # pixels: a swatch at scale 1 on a garment of 128
SHOWN = (0, 3, 6, 7, 9)  # pairs of the sheet


class Pair(NamedTuple):
    """What a method gets, and what it should make of it; images in [-1, 1].

    Attributes:
        name: What is seen.
        content: The plain garment.
        style: The swatch, at the scale that it has on the garment, as large as the content.
        mask: The garment's.
        truth: The garment made of the swatch.
        moved: The same with the print started elsewhere, which the swatch does not tell: the
            floor of the distances. None in the table "stripes".
    """

    name: str
    content: np.ndarray
    style: np.ndarray
    mask: np.ndarray
    truth: np.ndarray
    moved: np.ndarray | None


def textiles(number):
    """Pairs of all kinds of garments and of textiles."""
    garments, kinds = fl.data.garments, list(fl.data.textiles.KINDS)
    for i in range(number):
        rng = np.random.default_rng([SEED, i])
        garment = garments.draw_garment(garments.KINDS[i % len(garments.KINDS)], 128, SEED + i)
        swatch = fl.data.textiles.draw_textile(kinds[5 * i % len(kinds)], TILE, SEED + i)
        moved = np.roll(swatch.pixels, tuple(rng.integers(TILE // 4, 3 * TILE // 4, 2)), (0, 1))
        yield Pair(
            f"{garment.kind}, {swatch.kind}",
            garments.plain(garment, rng.uniform(0.3, 0.7, 3)),
            np.tile(swatch.pixels, (2, 2, 1)),
            garment.mask,
            garments.dress(garment, swatch),
            garments.dress(garment, moved),
        )


def stripes(number):
    """Plain garments, and the striped cloth that the CycleGAN has learned to make of them."""
    from fashionlab.data import domains

    known = domains.plain_and_printed(number, SIZES["stripes"], seed=SEED)
    # At scale 1, a tile spans half the picture.
    tile = round(domains.SCALE * SIZES["stripes"] / 2)
    swatch = fl.data.textiles.draw_textile(
        "stripes", tile, domains.stripes().seed, domains.stripes().palette
    ).pixels
    style = np.tile(swatch, (2, 2, 1))[: SIZES["stripes"], : SIZES["stripes"]]
    for i in range(number):
        yield Pair("stripes", known.x[i], style, known.masks[i], known.truth[i], None)


PAIRS = {"textiles": textiles, "stripes": stripes}


# Methods: content, style and mask to a result


def nothing(content, style, mask):
    return content


def pasted(content, style, mask):
    """The swatch, cut out along the mask."""
    return content + mask[..., None] * (style - content)


def pasted_and_lit(content, style, mask):
    """The same under the light of the plain garment: a strong baseline, but it needs a garment of
    one colour, its mask, and a swatch that goes on at its edges."""
    light = (content + 1).mean(axis=2)
    light = light / np.average(light, weights=mask)
    return pasted(content, np.clip((style + 1) * light[..., None] - 1, -1, 1), mask)


def colours(content, style, mask):
    return fl.style.match_colours(content, style, mask)


def gatys(content, style, mask):
    return fl.style.neural_style(content, style, mask=mask, progress=False)


def adain(content, style, mask):
    return fl.style.adain(content, style, mask=mask)


def cyclegan(content, style, mask):
    """Knows its textile by heart, and is told of no mask."""
    from fashionlab.train.cyclegan import translated

    return translated(fl.pretrained.translator("cyclegan_to_y"), content[None])[0]


METHODS = {
    "do nothing": nothing,
    "paste": pasted,
    "paste, lit": pasted_and_lit,
    "colours only": colours,
    "Gatys": gatys,
    "AdaIN": adain,
    "CycleGAN": cyclegan,
}
NETWORKS = {
    "Gatys": ["fashion_features"],
    "AdaIN": ["fashion_features", "adain_decoder"],
    "CycleGAN": ["cyclegan_to_y"],
}
# No methods, but what they can be compared with.
REFERENCES = {"truth": "truth", "truth, moved": "moved"}
TABLES = {
    "textiles": [name for name in (*REFERENCES, *METHODS) if name != "CycleGAN"],
    "stripes": [name for name in (*REFERENCES, *METHODS) if name != "truth, moved"],
}


# A row of a table


def row(table, name, number):
    """One method on all pairs; run in a process of its own."""
    # TensorFlow is loaded for every method, so that their peaks of memory can be compared.
    from fashionlab.metrics.transfer import transfer_figures

    pairs = list(PAIRS[table](number))
    seconds, results = [], []
    if name in METHODS:
        METHODS[name](pairs[0].content, pairs[0].style, pairs[0].mask)
    for i, pair in enumerate(pairs):
        start = time.perf_counter()
        results.append(
            METHODS[name](pair.content, pair.style, pair.mask)
            if name in METHODS
            else getattr(pair, REFERENCES[name])
        )
        seconds.append(time.perf_counter() - start)
        show(f"{table}: {name}: {i + 1} of {number}, {seconds[-1]:.2f} s", "\r")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = [
        transfer_figures(np.float32(result), pair.content, pair.truth, pair.mask)
        for result, pair in zip(results, pairs, strict=True)
    ]
    keep(table, name, [results[i] for i in SHOWN if i < number])
    # Not a number, and null in the file: the seams of a garment too dark to show any.
    values = {column: np.array([one[column] for one in figures]) for column in figures[0]}
    return {
        "table": table,
        "method": name,
        "mean": {column: rounded(np.nanmean(all_)) for column, all_ in values.items()},
        "error": {column: rounded(standard_error(all_)) for column, all_ in values.items()},
        "seconds": rounded(np.median(seconds)) if name in METHODS else None,
        "peak_gb": rounded(peak / (1 << 30 if sys.platform == "darwin" else 1 << 20)),
        "networks": {n: fl.pretrained.read_manifest(n)["sha256"] for n in NETWORKS.get(name, ())},
        "values": {
            column: [None if np.isnan(value) else rounded(value) for value in all_]
            for column, all_ in values.items()
        },
    }


def standard_error(values):
    return np.nanstd(values, ddof=1) / np.sqrt(np.isfinite(values).sum())


def rounded(value):
    return float(f"{float(value):.4g}")


def keep(table, name, images):
    pixels = np.uint8(np.round((np.stack(images) + 1) * 127.5))
    RESULTS.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(RESULTS / f"{table}-{name}.npz", images=pixels)


# The file


def read(file):
    if not file.exists():
        return {"facts": {}, "pairs": {}, "rows": []}
    return json.loads(file.read_text(encoding="utf-8"))


def prepared(file, number):
    """The file's content, begun or known to be of these very pairs."""
    results = read(file)
    facts = {
        "pairs": number,
        "seed": SEED,
        "sizes": SIZES,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "tensorflow": version("tensorflow"),
        "command": "python data/make_transfer.py",
    }
    same = ("pairs", "seed", "sizes")  # another machine may do one row again
    if results["facts"] and any(results["facts"][name] != facts[name] for name in same):
        raise SystemExit(
            f"{file} holds rows under other settings: {results['facts']}, now {facts}. Move it "
            f"away first, or name another --file."
        )
    pairs = {table: [pair.name for pair in PAIRS[table](number)] for table in TABLES}
    return results | {"facts": facts, "pairs": pairs}


def put(results, new):
    """A row into the results, in place of an older one."""
    rows = [old for old in results["rows"] if place(old) != place(new)] + [new]
    results["rows"] = sorted(rows, key=place)


def place(row):
    return list(TABLES).index(row["table"]), TABLES[row["table"]].index(row["method"])


def as_text(results):
    """JSON with a line for each row."""
    parts = []
    for name, part in results.items():
        text = json.dumps(part)
        if isinstance(part, list):
            text = "[\n  " + ",\n  ".join(map(json.dumps, part)) + "\n ]"
        parts.append(f" {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


# What is shown


def show(line, end="\n"):
    print(f"{line:60}", end=end, flush=True)


def report(rows):
    columns = list(rows[0]["mean"])
    show(f"{'':23}" + "".join(f"{column:>16}" for column in columns) + "  seconds  peak GB")
    for one in rows:
        cells = (f"{one['mean'][c]:.3f} ± {one['error'][c]:.3f}" for c in columns)
        seconds = "" if one["seconds"] is None else f"{one['seconds']:.3f}"
        show(
            f"{one['table']:9} {one['method']:13}"
            + "".join(f"{cell:>16}" for cell in cells)
            + f"  {seconds:>7}  {one['peak_gb']:7.2f}"
        )


def write_sheet(number):
    """A row for each pair: content, swatch, what the methods make of them, and the truth."""
    pairs = list(textiles(number))
    columns = [[pairs[i].content for i in SHOWN], [pairs[i].style for i in SHOWN]]
    for name in ("paste", "colours only", "Gatys", "AdaIN", "truth"):
        with np.load(RESULTS / f"textiles-{name}.npz") as arrays:
            columns.append(arrays["images"] / 127.5 - 1)
    tiles = np.stack(columns, axis=1).reshape(-1, *columns[0][0].shape)
    sheet = Image.fromarray(fl.plots.mosaic(np.float32(tiles), columns=len(columns), gap=6))
    content = io.BytesIO()
    sheet.quantize(256, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    write_atomically(SHEET, content.getvalue())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="METHOD", choices=[*REFERENCES, *METHODS])
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES))
    parser.add_argument("--number", type=int, default=28, help="pairs in each table, from 2")
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--sheet", action="store_true", help="only draw the picture")
    arguments = parser.parse_args()
    if arguments.sheet:
        write_sheet(arguments.number)
        return
    results = prepared(arguments.file, arguments.number)
    for table in arguments.tables:
        for name in TABLES[table]:
            if arguments.only and name not in arguments.only:
                continue
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
                put(results, process.submit(row, table, name, arguments.number).result())
            write_atomically(arguments.file, as_text(results).encode())
    report(results["rows"])


if __name__ == "__main__":
    main()
