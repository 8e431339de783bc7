"""What a file of profiles may say, and what its errors name."""

import pytest

from streams.sources.tables import BadSourcesError, profiles_of, read_document
from streams.wire.profile import NO_PROFILE, Profile, Profiles

SHIPPED = """
[source.nordic]
display_name = "Nordic Wire"
names = ["Nordic", "nw"]
colour = "#004080"
zone = "Europe/Oslo"
language = "no"
empty_embargo = "none"
copyright_holder = "Nordic Wire AS"
[source.nordic.kinds]
correction = ["Rettelse"]
new = ["Hast"]
"""


def read(text: str, shipped: str = SHIPPED) -> Profiles:
    return Profiles(profiles_of(read_document(shipped, "shipped"), read_document(text, "sources.toml")))


def wrong(text: str) -> str:
    with pytest.raises(BadSourcesError) as caught:
        read(text)
    return str(caught.value)


def test_every_key_is_read() -> None:
    profile = read("""
[source.afp]
display_name = "Agence France-Presse"
colour = "#005Ea8"
names = ["AFP", "Agence France-Presse"]
feeds = ["rss:afp"]
folders = ["/srv/afp/"]
keys = ["afp-key"]
source = "afp"
zone = "Europe/Paris"
language = "fr"
charset = "windows-1252"
format = "ninjs"
id = "guid"
id_shape = "{}-v*"
empty_embargo = "withhold"
usage_terms = "For subscribers."
copyright_holder = "AFP"
copyright_notice = "© AFP"
credit = "AFP"
silence = "45m"

[source.afp.placeholders]
byline = ["DESK"]

[source.afp.kinds]
correction = ["Rectificatif"]
""").of_source("agence  france-presse")
    assert profile == Profile(
        "afp", "Agence France-Presse", "#005Ea8", ("AFP", "Agence France-Presse"), ("rss:afp",), ("/srv/afp",),
        ("afp-key",), "afp", "Europe/Paris", "Europe/Paris", "fr", "windows-1252", "ninjs", "guid", "{}-v*",
        "withhold", {"byline": ("desk",)}, {"rectificatif": "correction"}, "For subscribers.", "AFP", "© AFP", "AFP",
        2700.0, is_named=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[source.a]\nzone = "Mars/Base"', "sources.toml, line 2: source.a.zone: 'Mars/Base' is no time zone"),
        ('[source.a]\n\nzne = "x"', "sources.toml, line 3: source.a.zne: is not known"),
        ("[source.a]\nzone = 3", "line 2: source.a.zone: Expected `str | null`, got `int`"),
        ('[source.a]\ncolour = "red"', "line 2: source.a.colour: 'red' is no colour; write it as #rrggbb"),
        ('[source.a]\ncolour = "#fff;}x"', "line 2: source.a.colour"),
        ('[source.a]\ncharset = "klingon"', "line 2: source.a.charset"),
        ('[source.a]\ncharset = "base64"', "line 2: source.a.charset"),
        ('[source.a]\nformat = "word"', "line 2: source.a.format: 'word' is none of"),
        ('[source.a]\nempty_embargo = "publish"', "line 2: source.a.empty_embargo: 'publish' is none of none, withhold"),
        ('[source.a]\nid_shape = "*{}"', "line 2: source.a.id_shape"),
        ('[source.a]\nsilence = "soon"', "line 2: source.a.silence"),
        ('[source.a]\nsource = "b"', "line 2: source.a.source: needs feeds, folders or keys"),
        ('[source.a]\nfolders = ["afp"]', "line 2: source.a.folders: 'afp' is not an absolute path"),
        ('[source.a]\nfolders = ["/srv/../etc"]', "line 2: source.a.folders"),
        ('[source.a]\ndisplay_name = "a\\u202eb"', "line 2: source.a.display_name"),
        ('[source.a]\nlike = "southern"', "line 2: source.a.like: 'southern' is not shipped; there are nordic"),
        (
            '[source.a]\nlanguage = "de"\n[source.a.placeholders]\nlanguage = ["x"]\nembargoed = ["x"]',
            "line 5: source.a.placeholders.embargoed: is none of headline",
        ),
        (
            '[source.a.kinds]\nkill = ["Stop"]\nnew = ["stop"]',
            "line 3: source.a.kinds.new: 'stop' means kill as well",
        ),
        ('[source.a]\nkinds.killed = ["x"]', "line 2: source.a.kinds.killed: is none of new"),
        ('[source.a]\nkeys = ["k"]\n[source.b]\nkeys = ["k"]', "line 4: source.b.keys: 'k' is that of source 'a' as well"),
        ('[source.a]\n[source.b]\nnames = ["A"]', "line 3: source.b.names: 'a' is that of source 'a' as well"),
        ("[source.a\n", "sources.toml, line 1: Expected ']' at the end of a table declaration (column"),
        ("[source.a]\nnames = ['x'", "sources.toml, line 2: Unclosed array (at the end)"),
        ("[sources.a]\n", "sources.toml, line 1: 'sources' is not known; write [source.NAME]"),
        ('source = "a"', "sources.toml, line 1: source: write tables"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_and_key(text: str, said: str) -> None:
    assert said in wrong(text)


def test_what_the_file_does_not_name_is_used_only_where_that_is_safe() -> None:
    profile = read("").of_source("NW")
    assert (profile.display_name, profile.colour, profile.language) == ("Nordic Wire", "#004080", "no")
    assert profile.copyright_holder == "Nordic Wire AS"
    assert (profile.zone, profile.embargo_zone, profile.empty_embargo) == ("", "", "")
    assert profile.kinds == {"rettelse": "correction"}


def test_a_table_overrides_the_shipped_one_key_by_key() -> None:
    profile = read('[source.nordic]\ncolour = "#112233"\n[source.nordic.kinds]\nupdate = ["Ny"]').of_source("nordic")
    assert (profile.display_name, profile.colour, profile.empty_embargo) == ("Nordic Wire", "#112233", "none")
    assert profile.kinds == {"rettelse": "correction", "hast": "new", "ny": "update"}


def test_embargoes_use_no_zone_but_one_that_the_operator_wrote() -> None:
    assert read("[source.nordic]").of_source("nordic").zone == "Europe/Oslo"
    assert read("[source.nordic]").of_source("nordic").embargo_zone == ""
    assert read('[source.nordic]\nzone = "Europe/Rome"').of_source("nordic").embargo_zone == "Europe/Rome"


def test_a_table_can_be_like_a_shipped_one_under_another_name() -> None:
    profiles = read('[source.north-desk]\nlike = "nordic"\nlanguage = "se"')
    assert profiles.of_source("north-desk").zone == "Europe/Oslo"
    assert profiles.of_source("nw").language == "no"  # the shipped names stay with the shipped profile


def test_a_name_that_the_file_gives_to_another_source_is_no_longer_the_shipped_one() -> None:
    profiles = read('[source.newsweek]\nnames = ["NW"]')
    assert profiles.of_source("nw").name == "newsweek"
    assert profiles.of_source("nordic").name == "nordic"


def bound() -> Profiles:
    return read("""
[source.afp]
feeds = ["rss:afp"]
folders = ["/srv/in/afp", "/srv/alone"]
keys = ["afp"]
[source.sport]
folders = ["/srv/in/afp/sport"]
[source.open]
names = ["Open Wire"]
""")


@pytest.mark.parametrize(
    ("feed", "name", "found"),
    [
        ("rss:afp", "", "afp"),
        ("http:afp", "http/afp/1", "afp"),
        ("watch:/srv/in", "/srv/in/afp/1.xml", "afp"),
        ("watch:/srv/in", "/srv/in/afp/sport/1.xml:3", "sport"),
        ("watch:/srv/in/afp/sport/deep", "", "sport"),
        ("watch:/srv/alone", "/srv/alone/x", "afp"),
        ("watch:/srv/in", "/srv/in/afpx/1.xml", None),
        ("watch:/srv/in", "/srv/in/1.xml", None),
        ("watch:/srv/in", "x" * 500, ""),  # the path has lost its beginning: it gets no profile at all
        ("watch:/srv/elsewhere", "x" * 500, None),
        ("rss:other", "/srv/in/afp/1.xml", None),
        ("http:other", "", None),
        ("", "", None),
    ],
)
def test_a_feed_a_folder_and_a_key_are_bound(feed: str, name: str, found: str | None) -> None:
    profile = bound().bound(feed, name)
    assert (profile and profile.name) == found


def test_no_sender_chooses_the_profile_of_another() -> None:
    profiles = bound()
    # A bound feed has its own, whatever the message or its items say.
    assert profiles.of_message("http:afp", "open").name == "afp"  # type: ignore[union-attr]
    # Another feed that writes the name of a bound profile gets none.
    assert profiles.of_message("http:blog", "afp") is NO_PROFILE
    assert profiles.stated("AFP", "http:blog") is NO_PROFILE
    # Where the feed has a source, items do not choose; where it has none, they state their provider.
    assert profiles.of_message("http:blog", "blog") is NO_PROFILE
    assert profiles.of_message("http:blog", "") is None
    assert profiles.stated("OPEN WIRE", "http:blog").name == "open"
    # What an operator feeds by hand comes through no feed: its source is what was asked for.
    assert profiles.of_message("", "afp").name == "afp"  # type: ignore[union-attr]


def test_a_feed_finds_its_profile_by_name_or_source() -> None:
    assert bound().of_feed("watch:/srv/alone").name == "afp"
    assert bound().of_feed("rss:x", "open").name == "open"
    assert bound().of_feed("rss:x") is NO_PROFILE
