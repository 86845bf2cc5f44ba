"""Characters: bytes to text whatever the charset says, encoded words, and text made fit for matching or for showing."""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata
from functools import lru_cache

MAX_HEADER = 65_536
"""Characters of one header that are read. RFC 5322 allows 998 a line; a subject longer than this is an attack."""

_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf_7", "undefined", "mbcs"})
"""Python codecs that turn bytes into text but are no charset of a mail (and are slow or obey escapes)."""


@lru_cache(maxsize=128)
def _codec(charset: str) -> str | None:
    try:
        found = codecs.lookup(charset.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if found.name.replace("-", "_") in _NOT_CHARSETS or not getattr(found, "_is_text_encoding", True):
        return None
    # Windows writers label their own superset as Latin-1; browsers and mail programs read it so.
    return "cp1252" if found.name == "iso8859-1" else found.name


def decode_bytes(data: bytes, charset: str | None) -> tuple[str, bool]:
    """`data` as text, and whether the charset that it named fitted. Never raises, never loses the ASCII part."""
    named = _codec(charset) if charset else None
    for codec in (named, "utf-8"):
        if codec:
            try:
                return data.decode(codec), codec == named or charset is None
            except (UnicodeError, ValueError):
                continue
    return data.decode("cp1252", errors="replace"), False


_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]*)\?=(\s*(?==\?))?")


def decode_header(raw: str) -> str:
    """A header's value: encoded words joined (a character may be split over two), 8-bit read, line ends gone."""
    raw = raw[:MAX_HEADER]
    if not raw.isascii():
        raw = decode_bytes(raw.encode("utf-8", "surrogateescape"), None)[0]
    if "=?" in raw:
        raw = _decode_words(raw)
    return " ".join(raw.split())


def _decode_words(raw: str) -> str:
    pieces: list[str] = []
    end = 0
    pending: tuple[str, bytes] | None = None

    def flush() -> None:
        nonlocal pending
        if pending is not None:
            pieces.append(decode_bytes(pending[1], pending[0])[0])
            pending = None

    for found in _ENCODED.finditer(raw):
        between = raw[end : found.start()]
        if between:
            flush()
            pieces.append(between)
        charset = found[1].partition("*")[0].lower()
        data = _word_bytes(found[2], found[3])
        if pending is not None and pending[0] == charset:
            pending = (charset, pending[1] + data)
        else:
            flush()
            pending = (charset, data)
        end = found.end()
    flush()
    pieces.append(raw[end:])
    return "".join(pieces)


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "bB":
        return decode_base64(text.encode("ascii", "ignore"))
    return binascii.a2b_qp(text.encode("ascii", "ignore"), header=True)


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def decode_base64(data: bytes) -> bytes:
    """Base64 as it comes: with line ends, without padding, cut short. Never raises."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        clean = _NOT_BASE64.sub(b"", data)
        rest = len(clean) % 4
        if rest == 1:
            clean = clean[:-1]
        elif rest:
            clean += b"=" * (4 - rest)
        try:
            return binascii.a2b_base64(clean)
        except binascii.Error:
            return b""


INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that change what is seen without being seen: bidi controls, zero-width ones, tags. The joiners U+200C
and U+200D are letters of Persian, of Indian scripts and of emoji, and stay."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def shown(text: str) -> str:
    """`text` with every invisible or direction-changing character written out, like `[U+202E]`: shown, not obeyed."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = INVISIBLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    return _CONTROLS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


_SAME = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ´`‛′", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **{chr(0x0660 + digit): str(digit) for digit in range(10)},
        **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
        "٫": ".",
        "٬": ",",
    }
)
_SPACES = re.compile(r"[^\S\n]+")
_HARD = "\N{PILCROW SIGN}"


def flat(text: str) -> str:
    """`text` for matching: compatibility forms, quotes, dashes and digits made one, invisible ones gone, lower case,
    every run of white space one space."""
    return " ".join(fold(text).split())


def flat_with_places(text: str) -> tuple[str, list[int]]:
    """`text` flattened letter by letter, and for each flat letter where it stands in `text`."""
    whole = fold(text)
    if len(whole) == len(text) and "  " not in whole and whole.isprintable() and whole == whole.strip():
        return whole, list(range(len(text)))
    letters: list[str] = []
    places: list[int] = []
    for index, letter in enumerate(text):
        for found in fold(letter):
            if found.isspace():
                if not letters or letters[-1] == " ":
                    continue
                found = " "
            letters.append(found)
            places.append(index)
    return "".join(letters), places


def fold(text: str) -> str:
    """As `flat`, with white space left as it is."""
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_SAME)
    return text.lower()


# "bis zum 17. August" is one sentence, and so are "by Nov. 12", "kl. 18" and "6 p.m. on Friday".
_ABBREVIATED = r"(?:(?<=\s[^\W\d_]{2}\.)|(?<=\s[^\W\d_]{3}\.)|(?<=\ssept\.)|(?<=\sjanv\.)|(?<=\sjuil\.)|(?<=\sgodz\.))"
_SENTENCE = re.compile(
    r"(?<=[.!?。！？])(?<!\s\d\.)(?<!\s\d\d\.)"
    rf"(?!{_ABBREVIATED}\s+(?:(?:à|at|um|alle|às|a las?|om|kl\.?|ore|the|den) )?\d)"
    r"(?!(?<=[ap]\.m\.)\s+(?:[a-z]{2,4} )?(?:on|today|tomorrow)\b)\s+|¶"
)
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
MAX_SENTENCE = 4_000
"""Letters of a sentence; a longer one is cut, so that no pattern runs over a whole mail."""


def sentences(text: str, *, hard: bool) -> list[str]:
    """The flat sentences of the folded `text`. `hard`: each line end is the writer's own; else only a blank line ends
    a sentence."""
    text = text.replace("\n", _HARD) if hard else _BLANK.sub(_HARD, text)
    found = (" ".join(part.split()) for part in _SENTENCE.split(text))
    return [line[at : at + MAX_SENTENCE] for line in found for at in range(0, len(line), MAX_SENTENCE)]
