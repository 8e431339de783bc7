"""Names of encodings: takes bytes and the name that they state, returns text. Names mean what browsers take them for.

Source: WHATWG Encoding. What calls itself GB 2312 or EUC-KR holds characters of its larger successor, and Latin-1 holds
Windows-1252's quotes and dashes. Only encodings of text are known here, since Python has codecs of other kinds.
"""

import codecs
import re

from streams.errors import Rejected
from streams.wire.decoding import REPLACEMENT, from_utf8

_SAFE = re.compile(
    r"(?:utf_?-?(?:8|16|32)|us-?ascii|ascii|ansi_x3|iso|csiso|latin|l[1-9]$|windows|x-cp|cp|ibm|dos|koi|cskoi|mac|x-mac"
    r"|gb|x-gbk|csgb|chinese|hz|big5|cn-big5|csbig5|x-x-big5|shift|sjis|x-sjis|csshift|ms|euc|x-euc|cseuc|ks|csks|korean"
    r"|tis|hebrew|greek|arabic|cyrillic)",
    re.IGNORECASE,
)
_SUCCESSORS = {
    "windows-1252": (
        "iso-8859-1 iso8859-1 iso88591 iso-8859-1-1987 latin-1 latin1 l1 us-ascii ascii ansi-x3.4-1968 cp819 ibm819 "
        "csisolatin1 iso-ir-100 x-cp1252"
    ),
    "gb18030": "gb2312 gb-2312 gb2312-80 gb-2312-80 gbk x-gbk cp936 ms936 windows-936 chinese csgb2312 csiso58gb231280 "
    "iso-ir-58 euc-cn euccn",
    "big5hkscs": "big5 big-5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950 windows-950",
    "cp949": "euc-kr euckr cseuckr ks-c-5601 ks-c-5601-1987 ks-c-5601-1989 ksc5601 ksc-5601 csksc56011987 korean "
    "iso-ir-149 windows-949 uhc",
    "cp932": "shift-jis shiftjis sjis x-sjis ms-kanji ms932 csshiftjis windows-31j cswindows31j",
    "euc_jp": "x-euc-jp eucjp cseucpkdfmtjapanese",
    "cp1254": "iso-8859-9 iso8859-9 iso88599 iso-8859-9-1989 latin5 latin-5 l5 csisolatin5 iso-ir-148 x-cp1254",
    "cp874": "iso-8859-11 iso8859-11 iso885911 tis-620 tis620 dos-874 windows-874",
    "cp866": "ibm866 dos-866 csibm866",
    "iso8859_8": "iso-8859-8-i logical csiso88598i visual csiso88598e iso-8859-8-e",
    "koi8_r": "koi koi8 cskoi8r",
    "koi8_u": "koi8-ru",
    "mac_roman": "macintosh x-mac-roman csmacintosh mac",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
} | {f"cp125{n}": f"x-cp125{n}" for n in (0, 1, 3, 5, 6, 7, 8)}
_CODECS = {name: codec for codec, names in _SUCCESSORS.items() for name in names.split()}
_OF_TWO_BYTES = frozenset(["gb18030", "big5hkscs", "cp949", "cp932", "euc_jp"])
FEWEST_GOOD = 20  # characters beyond ASCII for each that cannot be read; with fewer, a text is of another encoding
MOST_ASCII = 500  # characters in all for each, where nearly everything is ASCII


def codec_of(name: str) -> str:
    """Python's codec for the name of an encoding, "" where there is none for it."""
    codec = _CODECS.get(name.lower().replace("_", "-").replace(":", "-"), name)
    try:
        return codec if _SAFE.match(codec) and codecs.lookup(codec) else ""
    except LookupError:
        return ""


def decoded(data: bytes, name: str, what: str, notes: list[str]) -> str:
    """The text of bytes in the encoding of that name. A few that are none of its characters are replaced and noted.

    Raises ``Rejected``, saying ``what`` it is, for an encoding that is not known, or of which the text is not.
    """
    codec = codec_of(name)
    if not codec:
        raise Rejected(f"{what}: encoding {name!r} is not known")
    try:
        return _text(data, codec, "strict")
    except (UnicodeError, LookupError) as error:
        text = _with_replacements(data, codec, error, f"{what}: not {name} as declared")
    if codec != "windows-1252":  # which has a few bytes without a character, and nothing else to be taken for
        notes.append(f"{what}: {text.count(REPLACEMENT)} characters that are no {name}, each replaced")
    return text


def believed(data: bytes, name: str, what: str, notes: list[str]) -> str:
    """The text of bytes that say their encoding, as mails do, where it may be wrong or unknown; that is noted.

    An encoding of single bytes hardly ever looks like UTF-8, so what does is UTF-8. Nothing is ever refused.
    """
    codec = codec_of(name)
    try:
        if codec not in _OF_TWO_BYTES and not data.isascii():
            text = data.decode()
            if codecs.lookup(codec or "ascii").name != "utf-8":
                notes.append(f"{what}: {name[:40]} as declared, but UTF-8")
            return text
        return decoded(data, name, what, notes) if codec else data.decode()
    except (UnicodeDecodeError, Rejected):
        pass
    try:
        return decoded(data, name, what, notes) if codec not in ("", "utf-8") else from_utf8(data, notes, what)
    except Rejected:
        notes.append(f"{what}: not {name[:40]} as declared, what cannot be read is replaced")
        return data.decode(codec or "utf-8", "replace")


def _text(data: bytes, codec: str, errors: str) -> str:
    """The text of bytes. The end of a section is never taken for the second half of a character that was cut off."""
    if codec not in _OF_TWO_BYTES:
        return data.decode(codec, errors)
    return "]]>".join(piece.decode(codec, errors) for piece in data.split(b"]]>"))


def _with_replacements(data: bytes, codec: str, error: Exception, reason: str) -> str:
    text = _text(data, codec, "replace") if isinstance(error, UnicodeDecodeError) else ""
    broken = text.count(REPLACEMENT)
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    is_it = codec == "windows-1252" or good >= FEWEST_GOOD * broken or len(text) >= MOST_ASCII * broken
    if not text or not is_it:
        raise Rejected(f"{reason}: {str(error)[:120]}") from error
    return text
