#!/usr/bin/env python3
"""Lorenz-63 as an external model of PPL: the protocol of Documentation/ExternalModels.md, version 1."""

import struct
import sys
from array import array

N = 3  # the state dimension
HEADER = struct.Struct("<4sIqq")  # kind, count, first, second


def tendency(x):
    return [10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8 / 3 * x[2]]


def step(x, h=0.01):
    """One step of the classical Runge-Kutta method."""
    k1 = tendency(x)
    k2 = tendency([a + h / 2 * b for a, b in zip(x, k1)])
    k3 = tendency([a + h / 2 * b for a, b in zip(x, k2)])
    k4 = tendency([a + h * b for a, b in zip(x, k3)])
    return [a + h / 6 * (p + 2 * q + 2 * r + s) for a, p, q, r, s in zip(x, k1, k2, k3, k4)]


source, sink = sys.stdin.buffer, sys.stdout.buffer


def send(kind, count, first, second, body=b""):
    sink.write(HEADER.pack(kind, count, first, second) + body)
    sink.flush()  # without this the answer stays in a buffer


HEADER.unpack(source.read(HEADER.size))  # the greeting of PPL
send(b"PPLM", 1, N, 0)
while header := source.read(HEADER.size):
    kind, count, first, last = HEADER.unpack(header)
    states = array("d", source.read(8 * count * N))
    if sys.byteorder == "big":
        states.byteswap()
    for row in range(count):
        x = list(states[row * N : row * N + N])
        for number in range(first + 1, last + 1):
            x = step(x)
        states[row * N : row * N + N] = array("d", x)
    if sys.byteorder == "big":
        states.byteswap()
    send(b"DONE", count, first, last, states.tobytes())
