"""SportsML inside NewsML-G2: takes its element, returns its text. Source: IPTC SportsML-G2 3.0.

Prose comes first; then each team with its score and its players, by their full names. Statistics are left out.
"""

from streams.wire.markup import element_text
from streams.wire.xmls import Element, attribute, child, children, descendants, inner_text, name_of

PROSE = ("p", "sports-title", "description")


def sports_text(content: Element) -> str:
    """The text of a ``sports-content`` element, as paragraphs separated by blank lines."""
    paragraphs = [element_text(e) for e in content.iter(*(f"{{*}}{name}" for name in PROSE)) if not _within_prose(e)]
    for team in descendants(content, "team"):
        stats = child(team, "team-stats")
        line = f"{_full_name(child(team, 'team-metadata'))} {attribute(stats, 'score')}".strip()
        players = [_full_name(child(player, "player-metadata")) for player in descendants(team, "player")]
        paragraphs.append("\n".join(filter(None, (line, ", ".join(name for name in players if name)))))
    return "\n\n".join(text for text in paragraphs if text)


def _within_prose(element: Element) -> bool:
    return any(name_of(parent) in PROSE for parent in element.iterancestors())


def _full_name(metadata: Element | None) -> str:
    names = children(metadata, "name")
    full = next((n for n in names if attribute(n, "role").endswith("full")), names[0] if names else None)
    return inner_text(full) or attribute(full, "full")
