"""The limits on how much of a text is annotated, and the note for articles that are annotated in part."""

from processors.text.bounds import BoundedText, TextBounds
from streams.settings import Settings


def bounds_of(settings: Settings) -> TextBounds:
    """How much of a text is annotated."""
    return TextBounds(settings.annotated_characters, settings.annotated_sentences, settings.annotated_tokens)


def truncation_note(text: str, part: BoundedText, bounds: TextBounds) -> str:
    """The note for an article that is annotated only in part; "" if it is annotated completely."""
    if not part.exceeded:
        return ""
    most = getattr(bounds, part.exceeded)
    return (
        f"annotations: of the first {len(part.text)} of {len(text)} characters, since the text has more than {most} "
        f"{part.exceeded} (NEWSWIRE_ANNOTATED_{part.exceeded.upper()})"
    )
