"""Recognizes binary files by their first bytes: takes bytes, returns the file format and the kind of item."""

import re
from typing import NamedTuple

OTHER_FILES = "reference"


class BinaryFile(NamedTuple):
    """The name of a file format, and the kind of item that such a file is."""

    name: str
    kind: str


_BEGINNINGS: tuple[tuple[str, str, bytes], ...] = (
    ("HEIF or AVIF", "picture", rb".{4}ftyp(?:hei[cfsx]|hev[cx]|mif1|msf1|avi[fs])"),
    ("MPEG-4 audio", "audio", rb".{4}ftypM4[AB] "),
    ("MP4 or QuickTime", "video", rb".{4}(?:ftyp|styp|sidx|moov|mdat|moof|free|wide|skip|pnot)"),
    ("Matroska or WebM", "video", rb"\x1aE\xdf\xa3"),
    ("AVI", "video", rb"RIFF.{4}AVI "),
    ("MPEG", "video", rb"\x00{2,3}\x01[\xb3\xba\x09\x27\x67\x40\x46]"),
    ("MPEG transport stream", "video", rb"G.{187}G.{187}G"),
    ("Flash", "video", rb"FLV\x01"),
    ("Windows Media", "video", rb"0&\xb2u\x8ef\xcf\x11"),
    ("MXF", "video", rb"\x06\x0e\+4\x02\x05\x01\x01"),
    ("WAVE", "audio", rb"RIFF.{4}WAVE"),
    ("MP3", "audio", rb"ID3[\x02-\x04]\x00|\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xee]"),
    ("Ogg", "audio", rb"OggS\x00"),
    ("FLAC", "audio", rb"fLaC\x00"),
    ("AIFF", "audio", rb"FORM.{4}AIF[FC]"),
    ("AAC", "audio", rb"\xff[\xf0\xf1\xf8\xf9][\x40-\x6f].[\x00-\xff]{2}"),
    ("WebP", "picture", rb"RIFF.{4}WEBP"),
    ("JPEG", "picture", rb"\xff\xd8\xff"),
    ("PNG", "picture", rb"\x89PNG\r\n\x1a\n"),
    ("GIF", "picture", rb"GIF8[79]a"),
    ("TIFF", "picture", rb"II\*\x00|MM\x00\*"),
    ("BMP", "picture", rb"BM.{4}\x00\x00\x00\x00"),
    ("Photoshop", "picture", rb"8BPS\x00[\x01\x02]"),
    ("PDF", OTHER_FILES, rb"%PDF-\d"),
    ("ZIP", OTHER_FILES, rb"PK\x03\x04"),
    ("gzip", OTHER_FILES, rb"\x1f\x8b\x08"),
    ("Office", OTHER_FILES, rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
)
_PATTERNS = [(BinaryFile(name, kind), re.compile(pattern, re.DOTALL)) for name, kind, pattern in _BEGINNINGS]


def binary_file(data: bytes) -> BinaryFile | None:
    """What a file is that begins as no text does, ``None`` where it may be text."""
    if data.startswith(b"{\\rtf"):
        return BinaryFile("RTF", OTHER_FILES)
    if data[:1] in (b"<", b"{", b"["):  # nearly all
        return None
    return next((found for found, pattern in _PATTERNS if pattern.match(data)), None)
