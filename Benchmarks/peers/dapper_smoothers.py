#!/usr/bin/env python3
"""Errors of DAPPER's smoothers in the twin experiments of `ppl run twin-benchmarks`, which DAPPER does not list.

    git clone https://github.com/nansencenter/DAPPER && git -C DAPPER checkout ae89b30
    pip install ./DAPPER && Benchmarks/peers/dapper_smoothers.py

It prints rmse.a and rmse.s with their errors. A minute on one core.
"""

import matplotlib

matplotlib.use("Agg")

import dapper.da_methods as da
from dapper.mods.Lorenz63.sakov2012 import HMM as lorenz63
from dapper.mods.Lorenz96.sakov2008 import HMM as lorenz96
from dapper.tools.seeding import set_seed

RUNS = [
    (lorenz96, "EnKS, lag 12", da.EnKS("Sqrt", N=28, infl=1.02, Lag=12)),
    (lorenz96, "EnRTS, damping 0.98", da.EnRTS("Sqrt", N=28, infl=1.02, DeCorr=0.98)),
    (lorenz63, "ES-MDA, 4 times", da.iEnKS("PertObs", N=40, MDA=True, nIter=4, infl=1.02)),
]


def main():
    for model, name, method in RUNS:
        model = model.copy()
        model.tseq.Ko = 1000
        set_seed(3000)
        truth, observations = model.simulate()
        method.seed = 3000
        method.assimilate(model, truth, observations, liveplots=False)
        method.stats.average_in_time()
        print(f"{name}: rmse.a {method.avrgs.rmse.a}, rmse.s {method.avrgs.rmse.s}")


if __name__ == "__main__":
    main()
