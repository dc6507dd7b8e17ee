"""Writes an ensemble and observations as CF NetCDF with xarray: ensemble.csv and observations.csv of a folder -> .nc."""

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

places = list(csv.DictReader(open(f"{folder}/observations.csv")))
column = lambda name: np.array([float(r[name]) for r in places])
observations = xr.Dataset(
    {
        "value": ("obs", column("value"), {"units": "kelvin"}),
        "variance": ("obs", column("variance"), {"units": "K2"}),
    },
    coords={
        "lat": ("obs", column("latitude"), {"units": "degrees_north", "standard_name": "latitude"}),
        "lon": ("obs", column("longitude"), {"units": "degrees_east", "standard_name": "longitude"}),
    },
)
observations.to_netcdf(f"{folder}/observations.nc")
