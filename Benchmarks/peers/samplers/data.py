"""The data of the posteriors: files of posteriordb, and the folder of the panel."""

import csv
import json
from pathlib import Path

import numpy as np

FILES = {
    "eight-schools": "eight_schools", "kidscore-interaction": "kidiq", "nes1980": "nes1980",
    "arK": "arK", "gp-regr": "gp_pois_regr", "gauss-mix": "low_dim_gauss_mix",
}
CASES = [*FILES, "panel"]


def load(case, path):
    """The arrays of a case; regressions have their design matrix X and response y."""
    if case == "panel":
        return panel(Path(path))
    raw = {n: np.asarray(v, dtype=float) for n, v in json.loads(Path(path).read_text()).items()}
    if case == "kidscore-interaction":
        hs, iq = raw["mom_hs"], raw["mom_iq"]
        return {"X": np.stack([np.ones_like(hs), hs, iq, hs * iq], 1), "y": raw["kid_score"]}
    if case == "nes1980":
        ages = [raw["age_discrete"] == age for age in (2, 3, 4)]
        columns = [raw["real_ideo"], raw["race_adj"], *ages, raw["educ1"], raw["gender"], raw["income"]]
        return {"X": np.stack([np.ones(len(raw["income"])), *columns], 1).astype(float), "y": raw["partyid7"]}
    if case == "arK":
        y = raw["y"]
        return {"X": np.stack([y[5 - k:len(y) - k] for k in range(1, 6)], 1), "y": y[5:]}
    if case == "gp-regr":
        return {"R2": (raw["x"][:, None] - raw["x"]) ** 2, "y": raw["y"]}
    return {name: raw[name] for name in ("y", "sigma") if name in raw}


def panel(folder):
    """Distances R of the stations, covariate D less its mean, maxima Y with NaN for gaps."""

    def rows(name):
        with open(folder / name, newline="") as file:
            return list(csv.DictReader(file))

    stations, maxima = rows("stations.csv"), rows("maxima.csv")
    places = np.array([[float(s["lon_deg"]), float(s["lat_deg"])] for s in stations])
    y = np.array([[float(row[s["station_id"]] or "nan") for row in maxima] for s in stations])
    column = "hadcrut5_anom_1850_1900_c"
    warming = {int(float(r["year"])): float(r[column]) for r in rows("gmst.csv") if r[column]}
    covariate = np.array([warming[int(row["year"])] for row in maxima])
    distances = np.sqrt(((places[:, None] - places) ** 2).sum(-1))
    return {"R": distances, "D": covariate - covariate.mean(), "Y": y}


def fields(draws, R):
    """Draws of the panel with its fields mu_field and beta_field in place of their whitened values u and w."""
    result = {n: v for n, v in draws.items() if n not in ("u", "w")}
    scaled = np.sqrt(3.0) * R

    def field(variance, lengthscale, whitened):
        a = scaled / lengthscale[..., None, None]
        gram = variance[..., None, None] * (1 + a) * np.exp(-a) + 1e-6 * np.eye(len(R))
        f = np.einsum("...ij,...j->...i", np.linalg.cholesky(gram), whitened)
        return f - f.mean(-1, keepdims=True)

    result["mu_field"] = field(draws["mv"], draws["ml"], draws["u"])
    result["beta_field"] = draws["beta0"][..., None] + field(draws["bv"], draws["bl"], draws["w"])
    return result
