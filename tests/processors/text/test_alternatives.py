import re

from hypothesis import given
from hypothesis import strategies as st

from processors.text.alternatives import any_of

WORDS = st.lists(st.text("abA. -", min_size=1, max_size=5), min_size=1, max_size=8)


@given(WORDS, st.text("abA. -", max_size=40))
def test_it_finds_what_the_words_side_by_side_find(words, text):
    plain = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    for before, after in (("", ""), (r"(?<!\w)", r"(?!\w)")):
        expected = re.findall(f"{before}(?:{plain}){after}", text)
        assert re.findall(f"{before}{any_of(words)}{after}", text) == expected
