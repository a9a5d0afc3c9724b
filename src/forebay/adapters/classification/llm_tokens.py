"""How many tokens a text may have, without any model's own tokenizer."""

# Sixths of a token for a character. Never less than the tokenizer of Llama 2 gave, which splits numbers and emoji most,
# for code, tables, digits and prose in eight languages; two fifths more for English.
_LETTER, _SIGN, _TWO_BYTES, _THREE_BYTES, _FOUR_BYTES = 2, 7, 7, 9, 24

_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ "
_SIGNS = bytes(set(range(0x80)) - set(_LETTERS))
_LEADS = ((_LETTERS, _LETTER), (_SIGNS, _SIGN), (bytes(range(0xC0, 0xE0)), _TWO_BYTES))
_LONG_LEADS = ((bytes(range(0xE0, 0xF0)), _THREE_BYTES), (bytes(range(0xF0, 0xF8)), _FOUR_BYTES))


def tokens_of(text: str) -> int:
    """A cautious estimate, additive over pieces of the text: three letters a token, every other sign one or more."""
    data = text.encode("utf-8", "replace")
    sixths = sum(cost * (len(data) - len(data.translate(None, delete=kind))) for kind, cost in (*_LEADS, *_LONG_LEADS))
    return -(-sixths // 6)


def beginning(text: str, *, tokens: int) -> str:
    """As much of the text's beginning as has at most so many tokens."""
    if tokens <= 0:
        return ""
    text = text[: 3 * tokens]  # no character costs less than a third of a token
    fits, too_many = 0, len(text) + 1
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if tokens_of(text[:middle]) <= tokens:
            fits = middle
        else:
            too_many = middle
    return text[:fits]
