#!/usr/bin/env python3
"""Random numbers of NumPy's default generator, and its ziggurat tables.

    python3 make_numpy_generator.py            # writes numpy_generator.json
    python3 make_numpy_generator.py --swift D  # writes NormalZiggurat+Tables.swift, ExponentialZiggurat+Tables.swift into D

The tables are read from the compiled library of the installed NumPy: they were printed once in double precision, and no
recurrence in double or higher precision gives all of their bits.
"""
import glob
import json
import os
import struct
import sys

import numpy as np
import numpy.random

HERE = os.path.dirname(os.path.abspath(__file__))


def tables():
    """The six tables of 256 entries: strips (integers), widths and ordinates of both distributions."""
    bits, widths, heights = {}, {}, {}
    for path in glob.glob(os.path.join(os.path.dirname(numpy.random.__file__), "_generator*.so")):
        raw = open(path, "rb").read()
        words = lambda at: struct.unpack_from("<256Q", raw, at)
        numbers = lambda at: struct.unpack_from("<256d", raw, at)
        for at in range(0, len(raw) - 2048, 8):
            w = words(at) if raw[at + 8:at + 16] == b"\0" * 8 else None
            if w and w[0] >> 48 in (0xE, 0x1C) and all(0 < x < 1 << 53 for x in w[2:]):
                bits["normal" if w[0] >> 48 == 0xE else "exponential"] = list(w)
            if raw[at:at + 8] == struct.pack("<d", 1.0):
                f = numbers(at)
                if all(1 > f[i] > f[i + 1] > 0 for i in range(1, 255)):
                    heights["normal" if f[1] > 0.97 else "exponential"] = list(f)
            if 8e-16 < struct.unpack_from("<d", raw, at)[0] < 1e-15:
                w = numbers(at)
                if all(0 < w[i] < w[i + 1] < 1e-14 for i in range(1, 255)):
                    widths["normal" if w[255] < 8.2e-16 else "exponential"] = list(w)
    return bits, widths, heights


def swift(name, title, reference, bits, widths, heights):
    def rows(values, text):
        cells = [text(v) for v in values]
        return "\n".join("    " + ", ".join(cells[i:i + 4]) + "," for i in range(0, 256, 4))

    return f"""// Made by Tests/Reference/make_numpy_generator.py --swift.

/// The tables of NumPy's ziggurat of the {title}, 256 strips.
///
/// - Reference: {reference}.
enum {name} {{
  /// The bound below which a whole number of a strip is accepted at once.
  static let bounds: [UInt64] = [
{rows(bits, lambda v: f"0x{v:016x}")}
  ]

  /// The width of a unit of the whole number in each strip.
  static let widths: [Double] = [
{rows(widths, repr)}
  ]

  /// The density, not normalized, at the edge of each strip.
  static let heights: [Double] = [
{rows(heights, repr)}
  ]
}}
"""


def golden():
    cases = []
    for seed in (0, 1, 2024, 12345678901234567890):
        draws = lambda f, n=400: getattr(np.random.default_rng(seed), f)(n)
        normal, exponential = draws("standard_normal", 200_000), draws("standard_exponential", 200_000)
        # The tails take other paths: the extremes of many draws, by place.
        far = lambda x: [[int(i), float(x[i])] for i in np.argsort(-np.abs(x))[:6]]
        mixed = np.random.default_rng(seed)
        cases.append({
            "seed": str(seed),
            "words": [str(int(w)) for w in np.random.PCG64(seed).random_raw(4)],
            "random": draws("random", 8).tolist(),
            "normal": normal[:40].tolist(), "normal_far": far(normal), "normal_last": float(normal[-1]),
            "exponential": exponential[:40].tolist(), "exponential_far": far(exponential),
            "exponential_last": float(exponential[-1]),
            "mixed": [float(x) for x in (
                mixed.random(), mixed.standard_normal(), mixed.standard_exponential(), mixed.random())],
        })
    return {"meta": {"note": "NumPy's default_rng: raw words, uniforms, normals and exponentials",
                     "numpy": np.__version__}, "cases": cases}


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--swift":
        bits, widths, heights = tables()
        book = "Doornik (2005), *An improved ziggurat method to generate normal random samples*; NumPy's `ziggurat_constants.h`"
        for kind, name, title in (("normal", "NormalZiggurat", "standard normal distribution"),
                                  ("exponential", "ExponentialZiggurat", "standard exponential distribution")):
            with open(os.path.join(sys.argv[2], name + "+Tables.swift"), "w") as file:
                file.write(swift(name, title, book, bits[kind], widths[kind], heights[kind]))
    else:
        text = json.dumps(golden(), indent=1)
        with open(os.path.join(HERE, "numpy_generator.json"), "w") as file:
            file.write(text + "\n")
