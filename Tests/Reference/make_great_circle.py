"""Reference distances on the sphere, by mpmath with 60 digits.

Run: python3 make_great_circle.py   (writes great_circle.json beside itself)

Each entry of "cases" is two points, longitude and latitude in degrees, with the length in km of the shortest path between
them and of the chord, on a sphere of radius 6371.0088 km. The angle is that of the vectors, by their cross and dot
products, not by the haversine formula. All numbers are doubles, taken as exact. "margin" is the error in km of a
rounded difference of longitudes across the date line, or of the cosine of a latitude next to a pole; 0 elsewhere.
"""

import json
import os

import mpmath as mp

mp.mp.dps = 60
RADIUS = mp.mpf(6371.0088)
PLACES = [
    (0.0, 0.0), (2.35, 48.86), (-3.7, 40.4), (139.69, 35.69), (-70.65, -33.45), (174.78, -41.29), (179.9999, 64.5),
    (-179.9999, 64.5), (0.0, 90.0), (12.5, -90.0), (-120.3, 89.999),
]
OFFSETS = [(1e-10, 0.0), (0.0, 1e-10), (-1e-7, 3e-7), (1e-4, -2e-4), (0.05, 0.02)]


def vector(point):
    longitude, latitude = (mp.mpf(v) * mp.pi / 180 for v in point)
    return [mp.cos(latitude) * mp.cos(longitude), mp.cos(latitude) * mp.sin(longitude), mp.sin(latitude)]


def angle(a, b):
    u, v = vector(a), vector(b)
    cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
    return mp.atan2(mp.sqrt(sum(c * c for c in cross)), sum(x * y for x, y in zip(u, v)))


pairs = [(a, b) for i, a in enumerate(PLACES) for b in PLACES[i:]]
for a in PLACES[1:6]:
    for dx, dy in OFFSETS:
        pairs.append((a, (a[0] + dx, a[1] + dy)))
        pairs.append((a, (a[0] + 180 + dx, -a[1] + dy)))  # next to the antipode
        pairs.append((a, (a[0] + 720 + dx, a[1] + dy)))  # two turns on

cases = []
for a, b in pairs:
    theta = angle(a, b)
    cases.append({
        "from": a, "to": b, "greatCircle": float(RADIUS * theta), "chord": float(2 * RADIUS * mp.sin(theta / 2)),
        "margin": 1e-11 if abs(a[0] - b[0]) > 180 or max(abs(a[1]), abs(b[1])) > 89.9 else 0,
    })

meta = {"note": "distances in km by mpmath with 60 digits; made by make_great_circle.py", "mpmath": mp.__version__}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "great_circle.json")
with open(path, "w") as file:
    file.write('{"meta": ' + json.dumps(meta) + ', "cases": [\n')
    file.write(",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
