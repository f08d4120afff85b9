"""What dirt, light, distance and a cheap camera do to a line, and the cut-out that text detection would make of it."""

import cv2
import numpy as np

from layouts import choose

INPUT_HEIGHT = 48


def photographed(random, line, colours, harsh=1.0):
    """The line as blue, green, red bytes, as high as the network's input."""
    container_like = line.boxed is not None
    after = random.uniform(0, 2.4) if container_like and random.random() < 0.5 else margin(random)
    mask = line.mask(margin(random), after, random.uniform(-0.02, 0.32), random.uniform(-0.02, 0.32))
    surface, ink = (np.array(colour, np.float32) for colour in colours)
    picture = textured(random, mask.shape, surface, container_like)
    picture += (ink * random.uniform(0.75, 1.0) - picture) * mask[:, :, None]
    picture = bolts_and_dirt(random, picture, harsh)
    picture = lit(random, warped(random, picture, surface * random.uniform(0.3, 1.0), harsh), harsh)
    return seen(random, picture, harsh)


def margin(random):
    return random.uniform(0.02, 0.5)


def textured(random, shape, surface, corrugated):
    picture = np.empty((*shape, 3), np.float32)
    picture[:] = surface * random.uniform(0.6, 1.0)
    if corrugated and random.random() < 0.6:
        phase, pitch = random.uniform(0, 6), random.uniform(20, 120)
        wave = np.sin(np.arange(shape[1]) / pitch * 2 * np.pi + phase) * random.uniform(5, 40)
        picture += wave[None, :, None]
    elif random.random() < 0.5:
        inset = int(random.integers(1, 7))
        frame = float(random.uniform(0, 255))
        cv2.rectangle(picture, (inset, inset), (shape[1] - inset, shape[0] - inset), (frame,) * 3, int(random.integers(1, 4)))
    return picture


def bolts_and_dirt(random, picture, harsh):
    height, width = picture.shape[:2]
    for _ in range(int(random.integers(0, 4))):
        centre = (int(random.integers(width)), int(height * choose(random, [0.06, 0.12, 0.88, 0.5])))
        cv2.circle(picture, centre, int(random.integers(2, 7)), (float(random.uniform(30, 230)),) * 3, -1)
    if random.random() < 0.25 * harsh:
        stain = np.zeros((height, width), np.float32)
        for _ in range(int(random.integers(1, 8))):
            axes = (int(random.integers(3, 24)), int(random.integers(2, 10)))
            cv2.ellipse(stain, (int(random.integers(width)), int(random.integers(height))), axes, 0, 0, 360, 1.0, -1)
        stain = cv2.GaussianBlur(stain, (0, 0), random.uniform(1, 4))[:, :, None] * random.uniform(0.2, 0.8)
        picture = picture * (1 - stain) + np.array(random.uniform(20, 120, 3), np.float32) * stain
    return picture


def warped(random, picture, around, harsh):
    height, width = picture.shape[:2]
    slope = np.tan(np.radians(random.normal(0, 3.0 * harsh)))
    shear = random.normal(0, 0.12 * harsh) * height
    jitter = random.normal(0, 0.025 * height * harsh, (4, 2))
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    rise = slope * width / 2
    target = corners + jitter + [[shear / 2, -rise], [shear / 2, rise], [-shear / 2, rise], [-shear / 2, -rise]]
    low, high = target.min(0), target.max(0)
    # Detection cuts the smallest rectangle around the line: what is warped out of it shows the surroundings.
    keep = random.uniform(0.3, 1.0)
    low, high = low * keep, corners[2] + (high - corners[2]) * keep
    size = (max(12, round(float(high[0] - low[0]))), max(12, round(float(high[1] - low[1]))))
    matrix = cv2.getPerspectiveTransform(corners, np.float32(target - low))
    mode = cv2.BORDER_REPLICATE if random.random() < 0.4 else cv2.BORDER_CONSTANT
    return cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=mode, borderValue=tuple(map(float, around)))


def lit(random, picture, harsh):
    height, width = picture.shape[:2]
    if random.random() < 0.4:
        ramp = np.linspace(random.uniform(0.4, 1), random.uniform(0.6, 1.2), width, dtype=np.float32)
        picture = picture * ramp[None, :, None]
    if random.random() < 0.2 * harsh:
        x, y, radius = random.uniform(0, width), random.uniform(0, height), random.uniform(0.3, 2) * height
        yy, xx = np.mgrid[:height, :width]
        picture = picture + (np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / radius**2) * random.uniform(40, 200))[:, :, None]
    light = random.uniform(0.6, 1.15) if random.random() > 0.2 * harsh else random.uniform(0.12, 0.5)
    haze = random.uniform(0, 90 * harsh) if random.random() < 0.2 else 0
    tint = random.uniform(0.85, 1.15, 3) if random.random() < 0.5 else np.ones(3)
    return picture * light * (1 - haze / 255) * tint + haze


def seen(random, picture, harsh):
    natural = max(16, round(picture.shape[1] * INPUT_HEIGHT / picture.shape[0]))
    seen_height = int(np.exp(random.uniform(np.log(12 if harsh >= 1 else 18), np.log(56))))
    small = (max(8, round(natural * seen_height / INPUT_HEIGHT)), seen_height)
    if random.random() < 0.3 * harsh:
        length = int(random.integers(2, 3 + picture.shape[0] // 9))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2, :] = 1 / length
        turn = cv2.getRotationMatrix2D(((length - 1) / 2,) * 2, random.uniform(0, 180), 1)
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        picture = cv2.filter2D(picture, -1, kernel / max(kernel.sum(), 1e-3))
    picture = cv2.resize(picture.astype(np.float32), small, interpolation=cv2.INTER_AREA)
    if random.random() < 0.4:
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 0.5 + 0.03 * seen_height * harsh))
    picture = picture + random.normal(0, abs(random.normal(0, 7 * harsh)), picture.shape)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if random.random() < 0.5:
        quality = int(random.integers(15 if harsh >= 1 else 40, 95))
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1)
    return cv2.resize(picture, (natural, INPUT_HEIGHT), interpolation=cv2.INTER_LINEAR)
