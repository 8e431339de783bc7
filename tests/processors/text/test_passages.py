import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.text.passages import Passage, after_dateline, chunks, headline, paragraphs, sentences


def texts_of(text, passages):
    return [text[start:end] for start, end in passages]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        ("The U.S. Senate met. Mr. Smith spoke.", ["The U.S. Senate met.", "Mr. Smith spoke."]),
        ("He moved to the U.S. The plan failed.", ["He moved to the U.S.", "The plan failed."]),
        ('"Why?" she asked. "No!" he said.', ['"Why?" she asked.', '"No!" he said.']),
        ("It rose 3.5 percent. Shares of Acme Inc. fell.", ["It rose 3.5 percent.", "Shares of Acme Inc. fell."]),
        ("He didn't. 5 of them left.", ["He didn't.", "5 of them left."]),
        ("No. 5 won. J. Smith lost.", ["No. 5 won.", "J. Smith lost."]),
        ("习近平说。普京支持。", ["习近平说。", "普京支持。"]),
        ("", []),
        ("  \n\n ", []),
    ],
)
def test_sentences(text, expected):
    assert texts_of(text, sentences(text)) == expected


def test_wrapped_lines_are_one_paragraph_and_indented_ones_begin_another():
    text = "    Showers continued in\nthe cocoa zone.\n    The dry period\nis over."
    assert len(paragraphs(text)) == 2
    assert texts_of(text, sentences(text)) == ["Showers continued in\nthe cocoa zone.", "The dry period\nis over."]


def test_long_lines_are_paragraphs_of_their_own():
    line = "A long line of unwrapped copy that goes on and on " * 4
    assert len(paragraphs(f"{line}\n{line}")) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Putin backs Xi\n\nMOSCOW - He did.", "Putin backs Xi"),
        ("One sentence that ends.\n\nAnother.", None),
        ("Only one paragraph", None),
        ("Two\nlines\n\nbody", None),
    ],
)
def test_headline(text, expected):
    found = headline(text)
    assert (text[found.start : found.end] if found else None) == expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("MOSCOW (Reuters) - Putin spoke.", "Putin spoke."),
        ("MOSCOW, Feb 4 - Putin spoke.", "Putin spoke."),
        ("NEW YORK, Feb. 14 (AP) — He spoke.", "He spoke."),
        ("LONDON/PARIS -- They met.", "They met."),
        ("Putin spoke - briefly.", "Putin spoke - briefly."),
        ("US officials spoke.", "US officials spoke."),
    ],
)
def test_after_dateline(text, rest):
    start, end = after_dateline(text, Passage(0, len(text)))
    assert text[start:end] == rest


@given(st.text(alphabet=st.sampled_from("ab. \n\t\"'?!ÅZ。5"), max_size=300), st.integers(5, 50))
def test_passages_are_ordered_apart_and_leave_out_only_space(text, longest):
    for passages in (paragraphs(text), sentences(text, longest), chunks(text, longest)):
        end = 0
        for passage in passages:
            assert end <= passage.start < passage.end <= len(text)
            assert not text[end : passage.start].strip()
            end = passage.end
        assert not text[end:].strip()
    assert all(p.end - p.start <= longest for p in sentences(text, longest))
