"""Random identifiers in the forms that the grammars of the recogniser know, and the other texts that stand beside them."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SUFFIXES = "挂学警港澳领"
VN_SERIES = "ABCDEFGHKLMNPSTUVXYZ"
VN_PROVINCES = [
    *"11 12 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 43 47 48 49".split(),
    *"50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83".split(),
    *"84 85 86 88 89 90 92 93 94 95 97 98 99".split(),
]
WORDS = "MAX GROSS TARE NET PAYLOAD CUBE KG KGS LBS CU M FT CAP HIGH SUPER HEAVY CAUTION 22G1 42G1 45G1 L5G1 22T6 2210 TOYOTA HONDA FORD".split()


def pick(random, items, count=1):
    return "".join(items[int(random.integers(len(items)))] for _ in range(count))


def chinese_head(random):
    letter = "O" if random.random() < 0.01 else pick(random, PLATE_LETTERS)
    return pick(random, PROVINCES) + letter


def chinese_serial(random, suffix=None):
    if suffix is not None:
        return pick(random, DIGITS, 4) + suffix
    if random.random() < 0.5:
        return pick(random, DIGITS, 5)
    # Letters stand at any place, at most two of them: the rule of GA 36-2018.
    serial = list(pick(random, DIGITS, 5))
    for _ in range(int(random.integers(1, 3))):
        serial[int(random.integers(5))] = pick(random, PLATE_LETTERS)
    return "".join(serial)


def new_energy_serial(random):
    kind = pick(random, "DF")
    if random.random() < 0.15:
        return pick(random, DIGITS, 5) + kind
    second = pick(random, PLATE_LETTERS) if random.random() < 0.4 else pick(random, DIGITS)
    return kind + second + pick(random, DIGITS, 4)


def vietnamese_head(random):
    """Province and series as the text on the plate and as it is read: the dash is not read."""
    province, draw = pick(random, VN_PROVINCES), random.random()
    if draw < 0.45:
        return province + pick(random, VN_SERIES), ""
    if draw < 0.8:
        return province, pick(random, VN_SERIES) + pick(random, DIGITS)
    if draw < 0.9:
        return province, pick(random, VN_SERIES, 2)
    return province + pick(random, ["R", "R", "RM", "LD", "KT", "DA"]), ""


def container_serial(random):
    return pick(random, DIGITS, 6)


def owner_code(random):
    known = "MSCU MSKU MRKU TCLU TGHU TRHU CMAU CSNU CBHU EISU EMCU EGHU HLXU HLBU OOLU OOCU SUDU TEMU TCNU FCIU GESU BMOU WHLU YMLU ZCSU KKFU NYKU APZU SEGU DFSU".split()
    if random.random() < 0.25:
        return known[int(random.integers(len(known)))]
    return pick(random, LETTERS, 3) + ("U" if random.random() < 0.93 else pick(random, "JZ"))


def check_digit(first_ten):
    """ISO 6346, annex A."""
    total = 0
    for place, character in enumerate(first_ten):
        ordinal = ord(character) - 65
        value = int(character) if character.isdigit() else 10 + ordinal + (ordinal + 9) // 10
        total += value * 2**place
    return str(total % 11 % 10)


def other_text(random):
    if random.random() < 0.5:
        return pick(random, DIGITS, int(random.integers(2, 7)))
    return WORDS[int(random.integers(len(WORDS)))] + (pick(random, DIGITS, 2) if random.random() < 0.2 else "")
