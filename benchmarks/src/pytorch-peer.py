"""Trains dense and masked networks with PyTorch on the CPU, as the program on the other end of the pipe asks.

One JSON object per line. A network is made by {"layers", "batch", "densities"}: dense, and once masked for every
density; by {"convolution", "batch"}: one convolution, in both memory layouts, and
the same network without it. {"variant", "threads", "steps"} takes steps of one of them and answers with their milliseconds.
"""

import json
import sys
import time

import torch


class Trainee:
    """A network with its optimizer; with a density, its weights are masked as PyTorch programs do it."""

    def __init__(self, model, density=1):
        self.model = model
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4, fused=True
        )
        weights = [p for p in self.model.parameters() if p.dim() == 2] if density < 1 else []
        self.masked = [(w, (torch.rand_like(w) < density).float()) for w in weights]
        self.apply_masks()

    @torch.no_grad()
    def apply_masks(self):
        for weight, mask in self.masked:
            weight.mul_(mask)

    def step(self, inputs, labels):
        self.optimizer.zero_grad()
        torch.nn.functional.cross_entropy(self.model(inputs), labels).backward()
        self.optimizer.step()
        self.apply_masks()


def perceptron(layers):
    modules = []
    for inputs, units in zip(layers, layers[1:]):
        modules += [torch.nn.Linear(inputs, units), torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


class Laid:
    """A trainee of the network with one convolution or without it, with inputs and weights in a memory layout."""

    def __init__(self, layout, convolves):
        self.layout = layout
        measured = [torch.nn.Conv2d(64, 64, 3, padding="same")] if convolves else []
        self.trainee = Trainee(
            torch.nn.Sequential(
                torch.nn.Conv2d(3, 64, 1),
                *measured,
                torch.nn.AdaptiveAvgPool2d(1),
                torch.nn.Flatten(),
                torch.nn.Linear(64, 10),
            ).to(memory_format=layout)
        )
        self.inputs = None

    def step(self, inputs, labels):
        if self.inputs is None:
            self.inputs = inputs.contiguous(memory_format=self.layout)
        self.trainee.step(self.inputs, labels)


def build_convolution(request):
    torch.manual_seed(1)
    batch = request["batch"]
    layouts = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}
    return {
        "inputs": torch.randn(batch, 3, 32, 32).clamp(min=0),
        "labels": torch.randint(10, (batch,)),
        "variants": {
            name + suffix: Laid(layout, convolves)
            for name, layout in layouts.items()
            for suffix, convolves in [("", True), (" without", False)]
        },
    }


def build(request):
    torch.manual_seed(1)
    layers, batch = request["layers"], request["batch"]
    return {
        "inputs": torch.randn(batch, layers[0]).clamp(min=0),
        "labels": torch.randint(layers[-1], (batch,)),
        "variants": {name: Trainee(perceptron(layers), density) for name, density in request["variants"].items()},
    }


def timed(network, request):
    torch.set_num_threads(request["threads"])
    trainee = network["variants"][request["variant"]]
    times = []
    for _ in range(request["steps"]):
        began = time.perf_counter()
        trainee.step(network["inputs"], network["labels"])
        times.append(1000 * (time.perf_counter() - began))
    return times


network = None
for line in sys.stdin:
    request = json.loads(line)
    if "layers" in request:
        network = build(request)
        answer = {"version": torch.__version__}
    elif "convolution" in request:
        network = build_convolution(request)
        answer = {"version": torch.__version__}
    else:
        answer = {"milliseconds": timed(network, request)}
    print(json.dumps(answer), flush=True)
