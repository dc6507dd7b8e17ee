"""The training of `benchmarks spectrum` in PyTorch: torch_spectrum.py sphere|circle EPOCHS FOLDER

One thread, float64, the same pairs, start, minibatches, loss and schedule; Adam as PyTorch sets it up by default and
fused: the faster of the two counts, and the losses are those of the default.
"""

import json
import sys
import time
from pathlib import Path

import numpy
import torch

case, epochs, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def read(name, *shape):
    return torch.from_numpy(numpy.fromfile(folder / f"{name}.f64").reshape(*shape))


weights = read("loss", -1)
widths = [6, 120, 120, len(weights)]
x, y = read("inputs", -1, 6), read("roots", -1, len(weights))
start, order = read("start", -1), read("order", -1, len(x)).to(torch.int64)
batch = 2500


def network():
    layers, place = [], 0
    for inputs, outputs in zip(widths, widths[1:]):
        layer = torch.nn.Linear(inputs, outputs)
        with torch.no_grad():
            layer.weight.copy_(start[place:place + inputs * outputs].reshape(inputs, outputs).T)
            place += inputs * outputs
            layer.bias.copy_(start[place:place + outputs])
            place += outputs
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def train(**settings):
    model = network()
    sphere = case == "sphere"
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3 if sphere else 3e-3, **settings)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.1, patience=15, threshold=1e-6)
    mean_square = torch.nn.MSELoss()
    interval = max(1, -(-len(x) // batch) // 10)
    thread = wall = float("inf")
    losses = []
    for epoch in range(epochs):
        begin, total = (time.thread_time(), time.perf_counter()), 0.0
        for step, chosen in enumerate(order[epoch].split(batch)):
            optimizer.zero_grad()
            output, target = model(x[chosen]), y[chosen]
            if sphere:
                loss = ((output - target).square() @ weights).mean()
            else:
                loss = mean_square(output, target)
            loss.backward()
            optimizer.step()
            if sphere and (step + 1) % interval == 0:
                plateau.step(loss.item())
            total += loss.detach() * len(chosen)
        if epoch > 0:
            thread = min(thread, time.thread_time() - begin[0])
            wall = min(wall, time.perf_counter() - begin[1])
        losses.append(float(total) / len(x))
    return {"thread": thread, "wall": wall, "losses": losses}


default, fused = train(), train(fused=True)
print(json.dumps({**min(default, fused, key=lambda run: run["thread"]), "losses": default["losses"]}))
