"""Lines of plates and containers as ink on a surface, before weather and camera. Lengths are in character heights."""

import cv2
import numpy as np

import fonts
import texts

HEIGHT = 72
"""Height of a character as drawn, pixels."""

# Blue, green, red of surface and ink.
CHINESE = [
    ((160, 70, 15), (255, 255, 255)),
    ((160, 70, 15), (255, 255, 255)),
    ((40, 180, 240), (25, 25, 25)),
    ((150, 200, 120), (25, 25, 25)),
    ((245, 245, 245), (25, 25, 25)),
    ((35, 35, 35), (245, 245, 245)),
]
VIETNAMESE = [
    ((240, 240, 240), (25, 25, 25)),
    ((240, 240, 240), (25, 25, 25)),
    ((50, 190, 235), (25, 25, 25)),
    ((150, 60, 20), (250, 250, 250)),
]


class Line:
    """Characters are added from left to right."""

    def __init__(self, random, latin, han, weight=0):
        self.random, self.latin, self.han, self.weight = random, latin, han, weight
        self.pieces, self.text, self.x = [], "", 0.0
        self.boxed = None

    def add(self, characters, width, gap, height=1.0):
        for character in characters:
            path = self.han if ord(character) > 0x2000 else self.latin
            shown = width * (0.3 if character in "1I" else 0.62 if character == "J" else 1)
            glyph = fonts.drawn(character, path, round(shown * HEIGHT), round(height * HEIGHT), self.weight)
            self.pieces.append((self.x + (width - shown) / 2, glyph))
            self.x += width + gap
            self.text += character

    def mark(self, kind, room):
        """A dot or a dash: painted, not read."""
        size = round(0.12 * HEIGHT)
        glyph = np.zeros((HEIGHT, max(2, round(room * 0.6 * HEIGHT))), np.float32)
        middle = HEIGHT // 2 if kind != "." else HEIGHT - size
        width = size if kind != "-" else glyph.shape[1]
        glyph[middle - size // 2 : middle + size // 2 + 1, :width] = 1
        self.pieces.append((self.x + room * 0.2, glyph))
        self.x += room

    def mask(self, before, after, above, below):
        """Ink 0..1 with margins."""
        width = round((self.x + before + after) * HEIGHT)
        height = round((1 + above + below) * HEIGHT)
        mask = np.zeros((max(12, height), max(12, width)), np.float32)
        for x, glyph in self.pieces:
            place(mask, glyph, round((x + before) * HEIGHT), round(above * HEIGHT))
        if self.boxed is not None:
            left, right = (round((x + before) * HEIGHT) for x in self.boxed)
            grow = round(self.random.uniform(0.08, 0.2) * HEIGHT)
            top = round(above * HEIGHT) - grow
            corner = (right + grow, top + HEIGHT + 2 * grow)
            cv2.rectangle(mask, (left - grow, top), corner, 1.0, int(self.random.integers(2, 7)))
        return mask


def place(mask, glyph, left, top):
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(mask.shape[1], left + glyph.shape[1]), min(mask.shape[0], top + glyph.shape[0])
    if x1 > x0 and y1 > y0:
        part = glyph[y0 - top : y1 - top, x0 - left : x1 - left]
        mask[y0:y1, x0:x1] = np.maximum(mask[y0:y1, x0:x1], part)


def choose(random, items):
    return items[int(random.integers(len(items)))]


def new_line(random):
    weight = int(random.choice([-3, 0, 0, 0, 2, 4]))
    return Line(random, choose(random, fonts.LATIN), choose(random, fonts.HAN), weight)


def chinese(random):
    """GA 36-2018: one line, or the halves of the two-line plate at the back of lorries and trailers."""
    line, draw = new_line(random), random.random()
    head = texts.chinese_head(random)
    if draw < 0.62:
        suffix = choose(random, texts.SUFFIXES) if random.random() < 0.2 else None
        serial = texts.chinese_serial(random, suffix) if random.random() < 0.75 else texts.new_energy_serial(random)
        width, gap = random.uniform(0.44, 0.58), random.uniform(0.08, 0.18)
        line.add(head, width, gap)
        line.mark("o", random.uniform(0.15, 0.35))
        line.add(serial, width, gap)
    elif draw < 0.8:
        line.add(head, random.uniform(0.8, 1.5), random.uniform(0.2, 0.8))
    else:
        suffix = "挂" if random.random() < 0.5 else None
        line.add(texts.chinese_serial(random, suffix), random.uniform(0.5, 0.7), random.uniform(0.08, 0.2))
    return line, choose(random, CHINESE)


def vietnamese(random):
    """Circular 24/2023/TT-BCA: long plates on one line, short ones and motorcycles on two."""
    line, draw = new_line(random), random.random()
    first, series = texts.vietnamese_head(random)
    width, gap = random.uniform(0.42, 0.68), random.uniform(0.06, 0.16)
    if draw < 0.7:
        line.add(first, width, gap)
        if series:
            line.mark("-", random.uniform(0.2, 0.4))
            line.add(series, width, gap)
    if draw < 0.35:
        line.mark(choose(random, "- o"), random.uniform(0.15, 0.45))
    if draw < 0.35 or draw >= 0.7:
        five = random.random() < 0.75
        line.add(texts.pick(random, texts.DIGITS, 3 if five else 4), width, gap)
        if five:
            line.mark(".", random.uniform(0.12, 0.3))
            line.add(texts.pick(random, texts.DIGITS, 2), width, gap)
    return line, choose(random, VIETNAMESE)


def container(random):
    """ISO 6346: owner code, serial number, boxed check digit; whole or in the pieces in which it is found."""
    line, draw = new_line(random), random.random()
    owner, serial = texts.owner_code(random), texts.container_serial(random)
    stacked = random.random() < 0.15
    width = random.uniform(0.5, 0.95) if stacked else random.uniform(0.48, 0.8)
    gap = random.uniform(0.1, 0.35) if stacked else random.uniform(0.08, 0.3)
    space = gap if stacked else random.uniform(0.1, 0.9)
    if draw < 0.75:
        line.add(owner, width, gap)
        line.x += space
    if draw < 0.55 or draw >= 0.75:
        half = serial if random.random() < 0.75 else serial[:3]
        line.add(half, width, gap)
        if half != serial:
            line.x += random.uniform(0.1, 0.4)
            line.add(serial[3:], width, gap)
    if draw < 0.5 or draw >= 0.8:
        line.x += random.uniform(0, 0.5)
        start = line.x
        line.add(texts.check_digit(owner + serial), width, gap)
        if random.random() < 0.8:
            line.boxed = (start, line.x - gap)
    return line, painted(random)


def other(random):
    line = new_line(random)
    line.add(texts.other_text(random), random.uniform(0.45, 0.8), random.uniform(0.08, 0.25))
    return line, painted(random)


def painted(random):
    """Any dark on any light paint, or the other way round."""
    dark = tuple(random.integers(0, 110, 3))
    light = tuple(random.integers(170, 256, 3)) if random.random() < 0.5 else (235, 235, 235)
    return (dark, light) if random.random() < 0.6 else (light, dark)


KINDS = {"chinese": (chinese, 0.42), "vietnamese": (vietnamese, 0.22), "container": (container, 0.28), "other": (other, 0.08)}
