"""Free fonts of Debian that come near the stamped and painted ones, and single characters drawn with them."""

from functools import lru_cache
from glob import glob

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

PACKAGES = "fonts-dejavu-extra fonts-freefont-ttf fonts-liberation2 fonts-noto-cjk fonts-roboto-unhinted fonts-urw-base35 fonts-wqy-microhei fonts-wqy-zenhei"
FOLDER = "/usr/share/fonts"
LATIN_NAMES = [
    "truetype/dejavu/DejaVuSansCondensed-Bold.ttf",
    "truetype/dejavu/DejaVuSansCondensed.ttf",
    "truetype/dejavu/DejaVuSansMono-Bold.ttf",
    "truetype/freefont/FreeSansBold.ttf",
    "truetype/liberation2/LiberationSans-Bold.ttf",
    "truetype/liberation2/LiberationSans-Regular.ttf",
    "truetype/roboto/unhinted/RobotoCondensed-Bold.ttf",
    "truetype/roboto/unhinted/RobotoCondensed-Medium.ttf",
    "truetype/roboto/unhinted/RobotoCondensed-Regular.ttf",
    "truetype/roboto/unhinted/RobotoTTF/Roboto-Bold.ttf",
    "truetype/roboto/unhinted/RobotoTTF/Roboto-Medium.ttf",
    "opentype/urw-base35/NimbusSansNarrow-Bold.otf",
    "opentype/urw-base35/NimbusSans-Bold.otf",
    "opentype/urw-base35/NimbusSans-Regular.otf",
]
HAN_NAMES = [
    "truetype/wqy/wqy-zenhei.ttc",
    "truetype/wqy/wqy-microhei.ttc",
    "opentype/noto/NotoSansCJK-Bold.ttc",
    "opentype/noto/NotoSansCJK-Regular.ttc",
]
LATIN = [f"{FOLDER}/{name}" for name in LATIN_NAMES]
HAN = [f"{FOLDER}/{name}" for name in HAN_NAMES]
SIMPLIFIED = 2
"""The noto collections begin with Japanese and Korean forms."""

missing = [path for path in LATIN + HAN if not glob(path)]
if missing:
    raise SystemExit(f"fonts are missing ({missing[0]}); apt-get install --no-install-recommends {PACKAGES}")


@lru_cache(maxsize=None)
def font(path):
    return ImageFont.truetype(path, 96, index=SIMPLIFIED if "noto" in path else 0)


@lru_cache(maxsize=6000)
def ink(character, path):
    """The character alone, cut to its ink: 0..1, in the font's own proportions."""
    picture = Image.new("L", (192, 192))
    ImageDraw.Draw(picture).text((40, 30), character, font=font(path), fill=255)
    pixels = np.asarray(picture, dtype=np.float32) / 255
    rows, columns = np.nonzero(pixels.max(1) > 0.3)[0], np.nonzero(pixels.max(0) > 0.3)[0]
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def drawn(character, path, width, height, weight=0):
    """The character stretched to a size in pixels. `weight` makes its strokes thicker (above 0) or thinner."""
    glyph = cv2.resize(ink(character, path), (max(2, width), max(4, height)), interpolation=cv2.INTER_AREA)
    if weight == 0:
        return glyph
    kernel = np.ones((1 + abs(weight), 1 + abs(weight)), np.uint8)
    return cv2.dilate(glyph, kernel) if weight > 0 else cv2.erode(glyph, kernel)
