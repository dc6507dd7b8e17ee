"""Writes an ensemble, a background and its members as CF NetCDF with xarray: ensemble.csv of a folder -> ensemble.nc."""

import csv
import sys

import numpy as np
import xarray as xr

folder = sys.argv[1]
rows = list(csv.DictReader(open(f"{folder}/ensemble.csv")))
members = sorted({int(r["member"]) for r in rows})
latitudes = sorted({float(r["latitude"]) for r in rows})
longitudes = sorted({float(r["longitude"]) for r in rows})
field = np.full((len(latitudes), len(longitudes), len(members)), np.nan)
for r in rows:
    place = (latitudes.index(float(r["latitude"])), longitudes.index(float(r["longitude"])), members.index(int(r["member"])))
    field[place] = float(r["value"])
assert np.isfinite(field).all()
data = xr.DataArray(
    field,
    dims=("lat", "lon", "member"),
    coords={
        "lat": ("lat", latitudes, {"units": "degrees_north", "standard_name": "latitude"}),
        "lon": ("lon", longitudes, {"units": "degrees_east", "standard_name": "longitude"}),
        "member": ("member", members, {"standard_name": "realization"}),
    },
    attrs={"units": "K", "long_name": "temperature"},
    name="t",
)
data.to_dataset().to_netcdf(f"{folder}/ensemble.nc", encoding={"t": {"dtype": "f8", "zlib": True}})
