#!/usr/bin/env python3
"""Adds the distance to the sea to stations.csv: columns coast_km, and log_coast = log(1 + coast_km).

    Models/SpainExtremes/distance-to-sea.py ../shared/data/maps/iberia_10m_lines.csv FOLDER/stations.csv

The coastline is a table of polylines: layer, segment, lon_deg, lat_deg, in drawing order.
"""
import csv
import math
import sys

KM_OF_A_DEGREE = 111.19


def coastline(path):
    """The points of each polyline of the coast."""
    lines = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if row["layer"] == "coastline":
                lines.setdefault(row["segment"], []).append((float(row["lon_deg"]), float(row["lat_deg"])))
    return list(lines.values())


def distance(lon, lat, lines):
    """The distance to the nearest segment in km, on the plane that touches the Earth at the place."""
    east = KM_OF_A_DEGREE * math.cos(math.radians(lat))
    nearest = math.inf
    for points in lines:
        flat = [((x - lon) * east, (y - lat) * KM_OF_A_DEGREE) for x, y in points]
        for (ax, ay), (bx, by) in zip(flat, flat[1:]):
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy
            t = 0 if length == 0 else min(max(-(ax * dx + ay * dy) / length, 0), 1)
            nearest = min(nearest, math.hypot(ax + t * dx, ay + t * dy))
    return nearest


if __name__ == "__main__":
    coast, stations = sys.argv[1:]
    lines = coastline(coast)
    with open(stations, newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        km = distance(float(row.get("lon_deg") or row["lon"]), float(row.get("lat_deg") or row["lat"]), lines)
        row["coast_km"], row["log_coast"] = f"{km:.2f}", f"{math.log1p(km):.4f}"
    with open(stations, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
