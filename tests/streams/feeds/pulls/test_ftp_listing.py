import pytest

from streams.feeds.pulls.ftp_listing import read_list, read_mlsd
from streams.feeds.pulls.remote import Entry


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("type=file;size=12;modify=20261126101112; a b.xml", Entry("a b.xml", "file", 12, "20261126101112")),
        ("Type=dir;Modify=20261126101112; sub", Entry("sub", "folder")),
        ("type=cdir;modify=20261126101112; .", None),
        ("type=OS.unix=slink:/etc;size=3; link", Entry("link", "other")),
        ("type=file;modify=20261126101112; no-size", Entry("no-size", "other")),
    ],
)
def test_mlsd(line, entry) -> None:
    assert read_mlsd(line) == entry


@pytest.mark.parametrize(
    ("line", "name", "kind", "size"),
    [
        ("-rw-r--r--    1 0        0               4 Nov 26 20:50 a b.xml", "a b.xml", "file", 4),
        ("-rw-r--r--   1 ftp ftp   123456 Mar  3  2019 old.xml", "old.xml", "file", 123456),
        ("drwxr-xr-x    2 103      112          4096 Nov 26 20:50 sub", "sub", "folder", 4096),
        ("lrwxrwxrwx    1 0        0              11 Nov 26 20:50 link -> /etc/passwd", "link", "other", 11),
        ("-rw-rw---- 1 user group with 44 Nov 26 20:50 odd.xml", None, "", 0),
        ("09-25-23  04:01PM       <DIR>          sub", "sub", "folder", 0),
        ("09-25-2023  16:01              1234 story 1.xml", "story 1.xml", "file", 1234),
        ("total 12", None, "", 0),
        ("drwxr-xr-x    2 103      112          4096 Nov 26 20:50 ..", None, "", 0),
    ],
)
def test_list_as_unix_and_windows_write_it(line, name, kind, size) -> None:
    entry = read_list(line)
    assert (entry and (entry.name, entry.kind, entry.size)) == (name and (name, kind, size))
