"""The network of `benchmarks network` in PyTorch: torch_network.py WIDTH ROWS BATCH EPOCHS

One thread, float64, Adam as PyTorch sets it up by default and fused: the faster of the two counts.
"""

import json
import sys
import time

import torch

width, rows, batch, epochs = map(int, sys.argv[1:])
torch.set_num_threads(1)
torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.rand(rows, 6) * 2 - 1
k = torch.arange(50)
y = torch.sin(3 * x[:, k % 6] + 0.1 * k) * x[:, (k + 1) % 6]


def train(**settings):
    network = torch.nn.Sequential(
        torch.nn.Linear(6, width), torch.nn.ReLU(), torch.nn.Linear(width, width), torch.nn.ReLU(),
        torch.nn.Linear(width, 50))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, **settings)
    measure = torch.nn.MSELoss()
    thread = wall = float("inf")
    for _ in range(epochs):
        # As ours, the thread that computes: autograd runs a CPU's backward pass in the calling thread.
        start = time.thread_time(), time.perf_counter()
        order, total = torch.randperm(rows), 0.0
        for step in range(rows // batch):
            chosen = order[step * batch:(step + 1) * batch]
            optimizer.zero_grad()
            loss = measure(network(x[chosen]), y[chosen])
            loss.backward()
            optimizer.step()
            total += loss.detach()
        thread = min(thread, time.thread_time() - start[0])
        wall = min(wall, time.perf_counter() - start[1])
    return {"thread": thread, "wall": wall, "loss": float(total) / (rows // batch)}


print(json.dumps(min(train(), train(fused=True), key=lambda result: result["thread"])))
