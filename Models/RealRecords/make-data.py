#!/usr/bin/env python3
"""Makes folders of `ppl fit --data` from a copy of the third-party data, which is not part of this package.

    Models/RealRecords/make-data.py ../shared/data FOLDER

FOLDER then has swiss-rain, ushcn-f and ushcn-c (every tenth station, in degrees Fahrenheit and Celsius), spain-rain,
spain-minima (annual minima of the temperature, for --minima) and one-station (Madrid Retiro).
"""
import csv
import pathlib
import sys


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(folder, stations, maxima, gmst):
    """Three tables: stations (id, lon, lat, elevation), maxima (id, year, value), and the warming of each year."""
    folder.mkdir(parents=True, exist_ok=True)

    def table(name, header, lines):
        with open(folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(lines)

    table("stations.csv", ["station", "lon", "lat", "elevation_m"], stations)
    table("maxima.csv", ["station", "year", "tmax"], maxima)
    table("gmst.csv", ["year", "gmst"], gmst)


def degrees(easting, northing):
    """Longitude and latitude of the Swiss grid LV03, km (the approximate formulas of swisstopo, to a metre)."""
    y, x = (easting - 600) / 1000, (northing - 200) / 1000
    longitude = 2.6779094 + 4.728982 * y + 0.791484 * y * x + 0.1306 * y * x * x - 0.0436 * y**3
    latitude = (16.9023892 + 3.238272 * x - 0.270978 * y * y - 0.002528 * x * x
                - 0.0447 * y * y * x - 0.0140 * x**3)
    return round(longitude / 0.36, 6), round(latitude / 0.36, 6)


def main(source, folder):
    gmst = [(r["year"], r["hadcrut5_anom_1850_1900_c"]) for r in rows(source / "gmst/annual_gmst.csv")]

    swiss = rows(source / "swiss_rain/stations.csv")
    places = [(s["station_id"], *degrees(float(s["easting_km"]), float(s["northing_km"])), s["elevation_m"])
              for s in swiss]
    rain = rows(source / "swiss_rain/summer_max_rain.csv")
    write(folder / "swiss-rain", places,
          [(s[0], r["year"], r[s[0]]) for s in places for r in rain if r[s[0]]], gmst)

    american = rows(source / "ushcn/stations.csv")[::10]
    places = [(s["station_id"], s["lon_deg"], s["lat_deg"], s["elevation_m"]) for s in american]
    heat = rows(source / "ushcn/summer_max_tmax_f.csv")
    values = [(s[0], r["year"], r[s[0]]) for s in places for r in heat if r[s[0]]]
    write(folder / "ushcn-f", places, values, gmst)
    write(folder / "ushcn-c", places,
          [(s, y, repr((float(v) - 32) / 1.8)) for s, y, v in values], gmst)

    spain = {s["station_id"]: s for s in rows(source / "spain/panel34_stations.csv")}

    def spanish(name, file, column):
        kept = [r for r in rows(source / "spain" / file)
                if r["complete"] == "1" and r[column] and r["station_id"] in spain and 1961 <= int(r["year"]) <= 2011]
        used = {r["station_id"] for r in kept}
        write(folder / name, [(s, v["lon_deg"], v["lat_deg"], v["elevation_m"]) for s, v in spain.items() if s in used],
              [(r["station_id"], r["year"], r[column]) for r in kept], gmst)

    spanish("spain-rain", "annual_max_rain.csv", "rx1day_mm")
    spanish("spain-minima", "annual_min_tmin.csv", "tnn_c")
    madrid = [s for s in rows(source / "spain/stations.csv") if s["station_id"] == "3195"]
    write(folder / "one-station", [(s["station_id"], s["lon_deg"], s["lat_deg"], s["elevation_m"]) for s in madrid],
          [(r["station_id"], r["year"], r["txx_c"]) for r in rows(source / "spain/annual_max_tmax.csv")
           if r["station_id"] == "3195" and r["complete"] == "1"], gmst)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
