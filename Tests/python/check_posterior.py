#!/usr/bin/env python3
"""Recompute the numbers of a run from its posterior.nc, and compare them with results.json.

    python3 -m venv V && V/bin/pip install xarray arviz netcdf4
    V/bin/python Tests/python/check_posterior.py RUN

Every summary of `parameters` (mean, sd, quantiles) agrees to 1e-12, and so do the numbers that a fit of
spatial-extremes prints; R-hat and effective sample sizes are ArviZ's to 1e-8. Standard deviations are
those of the population, quantiles are by linear interpolation. Exit status 1 tells that a number differs.
"""

import json
import re
import sys
from pathlib import Path

import arviz as az
import numpy as np
import xarray as xr

run = Path(sys.argv[1])
results = json.loads((run / "results.json").read_text())
record = json.loads((run / "run.json").read_text())
data = az.from_netcdf(str(run / "posterior.nc"))
compared, wrong = 0, []


def check(name, ours, theirs, tolerance):
    """Counts a comparison, relative to the size of the number."""
    global compared
    compared += 1
    ours, theirs = float(ours), float(theirs)
    if not abs(ours - theirs) <= tolerance * max(1.0, abs(theirs)):
        wrong.append(f"{name}: {ours!r} in results.json, {theirs!r} from posterior.nc")


def summary(values):
    """The summary of the draws of one number."""
    flat = np.asarray(values, dtype=float).reshape(-1)
    q05, q50, q95 = np.quantile(flat, [0.05, 0.5, 0.95])
    return {"mean": flat.mean(), "sd": flat.std(), "q05": q05, "q50": q50, "q95": q95}


def element(group, name):
    """The draws [chain, draw] of `mu`, `theta[0]` or `theta[Choate, 1]`; None where there are none."""
    match = re.fullmatch(r"(.*?)\[(.*)\]", name)
    site, labels = (match[1], match[2].split(", ")) if match else (name, [])
    if site not in group:
        return None
    values = group[site]
    if len(labels) != values.ndim - 2:
        return None
    for dimension, label in zip(values.dims[2:], labels):
        known = [str(x) for x in values[dimension].values] if dimension in values.coords else []
        place = known.index(label) if label in known else int(label)
        values = values.isel({dimension: place}, drop=True)
    return values.transpose("chain", "draw").values


groups = [data.posterior] + ([data.predictions] if "predictions" in data.groups() else [])
for name, ours in results.get("parameters", {}).items():
    # Fields are from the joint draws of posterior and model, sampled numbers from the posterior.
    order = groups[::-1] if "[" in name else groups
    found = [x for x in (element(group, name) for group in order) if x is not None]
    if not found:
        wrong.append(f"{name}: no draws in posterior.nc")
        continue
    draws = found[0]
    theirs = summary(draws)
    for key, value in ours.items():
        if key in theirs:
            check(f"{name} {key}", value, theirs[key], 1e-12)
    if draws.shape[1] >= 4 and len(np.unique(draws)) > 1:
        for key, function in [
            ("rhat", lambda x: az.rhat(x, method="rank")),
            ("ess_bulk", lambda x: az.ess(x, method="bulk")),
            ("ess_tail", lambda x: az.ess(x, method="tail")),
        ]:
            if key in ours:
                check(f"{name} {key}", ours[key], function(draws), 1e-8)

statistics = data.sample_stats if "sample_stats" in data.groups() else None
if statistics is not None and "diverging" in statistics:
    check("divergences", results["diagnostics"]["divergences"], statistics["diverging"].sum(), 0)
if statistics is not None and "energy" in statistics and "ebfmi_min" in results["diagnostics"]:
    check("E-BFMI", results["diagnostics"]["ebfmi_min"], az.bfmi(statistics["energy"].values).min(), 1e-8)

# What a fit of spatial-extremes prints besides: fields by station, and the shift of return levels.
if "predictions" in data.groups() and "return_level" in data.predictions:
    predictions = data.predictions
    stations = [str(x) for x in predictions["station"].values]
    for name, values in results.items():
        if name not in predictions or not isinstance(values, list):
            continue
        means = []
        for own in values:
            theirs = summary(predictions[name].isel(station=stations.index(own["station"])))
            means.append(theirs["mean"])
            for key in ("mean", "sd", "q05", "q95"):
                if key in own:
                    check(f"{name}[{own['station']}] {key}", own[key], theirs[key], 1e-12)
        ends = results.get(f"{name}_range")
        if ends:
            check(f"{name} least", ends["min"], min(means), 1e-12)
            check(f"{name} largest", ends["max"], max(means), 1e-12)
    levels = predictions["return_level"].isel(return_period=0)
    shift = (levels.isel(level_year=1) - levels.isel(level_year=0)).mean(("chain", "draw")).values
    period = int(predictions["return_period"].values[0])
    ours = results[f"return_level_shift_{period}"]
    for key, value in [("mean", shift.mean()), ("min", shift.min()), ("max", shift.max())]:
        check(f"shift {key}", ours[key], value, 1e-12)
    if record["model"] == "gev-multiplicative":
        # The location is linear in what is sampled, scale and shape are sampled: their means are the plug-in.
        means = predictions[["location", "scale", "shape"]].mean(("chain", "draw"))
        mu, sigma, xi = (means[x].values for x in ("location", "scale", "shape"))
        plugin = mu + sigma / xi * ((-np.log1p(-1 / period)) ** -xi - 1)
        check("shift plugin", ours["plugin"], (plugin[1] - plugin[0]).mean(), 1e-12)

# The groups open in xarray by themselves, with coordinates and units.
for group in data.groups():
    with xr.open_dataset(run / "posterior.nc", group=group) as opened:
        if group != "observed_data" and group != "constant_data":
            assert {"chain", "draw"} <= set(opened.dims), group
if "log_likelihood" in data.groups():
    sizes = {x: data.log_likelihood[x].shape[2:] for x in data.log_likelihood}
    for site, shape in sizes.items():
        assert data.observed_data[site].shape == shape, site

for sentence in wrong[:20]:
    print(sentence)
print(f"{compared} numbers compared, {len(wrong)} differ; groups {', '.join(data.groups())}")
sys.exit(1 if wrong or compared == 0 else 0)
