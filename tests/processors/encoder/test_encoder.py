import itertools
import re
import shutil

import numpy as np
import pytest

pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

from processors.encoder import encoder, heads, pieces

XI = "President Xi Jinping of China praised Vladimir Putin in Moscow on Monday, the U.S. State Department said."
TEXTS = [
    XI,
    "Oil fell.",
    "ANGELA MERKEL VISITS PARIS",
    "Ghana\u2019s caf\u00e9 owners \u2014 \u201cfurious\u201d \u2014 sued Nestl\u00e9 S.A. in Z\u00fcrich \U0001f30d.",
    " ",
]


@pytest.fixture(scope="module")
def model():
    if not (encoder.MODELS / "manifest.json").is_file():
        pytest.skip("no model in processors/models")
    return encoder.load()


def test_offsets_slice_back(model):
    for text, encoded in zip(TEXTS, model.encode(TEXTS), strict=True):
        assert encoded.text == text
        assert len(encoded.offsets) == len(encoded.hidden)
        assert encoded.hidden.dtype == np.float32
        starts = [start for start, end in encoded.offsets if end > start]
        assert starts == sorted(starts)
        for mention in encoded.mentions:
            name = text[mention.start : mention.end]
            assert name == name.strip() != ""
            assert 0 <= mention.confidence <= 1 + 1e-6


def test_people_places_and_bodies_are_found(model):
    found = {(XI[m.start : m.end], m.type) for m in model.encode([XI])[0].mentions}
    assert {("Xi Jinping", "PERSON"), ("Vladimir Putin", "PERSON"), ("China", "GPE")} <= found


def test_no_texts_give_nothing_and_an_empty_text_no_mentions(model):
    assert model.encode([]) == []
    assert model.encode([""])[0].mentions == ()


def test_the_same_text_gives_the_same_states(model):
    first, again = model.encode([XI])[0], model.encode([XI])[0]
    assert np.array_equal(first.hidden, again.hidden)
    assert first.mentions == again.mentions


def test_company_in_the_batch_changes_nothing(model):
    alone = [model.encode([text])[0] for text in TEXTS]
    together = model.encode(TEXTS * 5)
    for one, other in zip(alone * 5, together, strict=True):
        assert np.allclose(one.hidden, other.hidden, atol=1e-3)
        assert [m[:3] for m in one.mentions] == [m[:3] for m in other.mentions]


def test_long_texts_are_read_in_windows(model):
    text = " ".join(f"{XI} It was day {number}." for number in range(30))
    encoded = model.encode([text])[0]
    assert len(encoded.hidden) > 3 * pieces.WINDOW
    assert not np.any(np.all(encoded.hidden == 0, axis=1))
    for place in (m.start() for m in re.finditer("China", text)):
        assert (place, place + 5, "GPE") in {m[:3] for m in encoded.mentions}


@pytest.mark.parametrize("length", [0, 1, pieces.WINDOW, pieces.WINDOW + 1, 1000])
def test_windows_cover_every_position_once(length):
    parts = [pieces.kept(start, end, length) for start, end in pieces.cut(length)]
    assert [i for start, end in parts for i in range(start, end)] == list(range(length))


def test_target_sentiment_is_a_distribution_for_each_span(model):
    encoded = model.encode([XI])[0]
    spans = [(10, 20), (30, 35)]
    chances = model.target_sentiment(encoded, spans)
    assert [sum(c) for c in chances] == pytest.approx([1, 1], abs=1e-5)
    assert model.target_sentiment(encoded, []) == []


def test_sentiment_tells_praise_from_blame(model):
    good, bad = model.encode(
        [
            "Everyone praised Anna Berg for her brave and brilliant work.",
            "Police say Anna Berg is a corrupt and cruel liar.",
        ]
    )
    (positive,) = model.target_sentiment(good, [(17, 26)])
    (negative,) = model.target_sentiment(bad, [(11, 20)])
    assert positive[2] > positive[0]
    assert negative[0] > negative[2]
    better, worse = model.sentence_sentiments([good, bad])
    assert better > worse


def test_chosen_targets_are_weighed_each_for_itself(model):
    good, bad = model.encode(
        ["Everyone praised Anna Berg.", "Anna Berg, a cruel liar, robbed Bo Ek, who is liked by all."]
    )
    asked = [(good, [(17, 26)]), (bad, [(0, 9), (32, 37)])]
    (praised,), (blamed, robbed) = model.opinions(asked)
    assert praised[2] == max(praised)
    assert blamed[0] == max(blamed)
    assert sum(robbed) == pytest.approx(1, abs=1e-5)
    assert model.opinions([(bad, [(32, 37)]), (good, [])]) == [[pytest.approx(robbed, abs=1e-5)], []]


def test_exchanging_a_pair_exchanges_its_directions(model):
    encoded = model.encode(["Berlin sharply condemned Moscow over the attack."])[0]
    berlin, moscow = (0, 6), (25, 31)
    (there,), (back,) = (
        model.pair_stance(encoded, [berlin], [moscow]),
        model.pair_stance(encoded, [moscow], [berlin]),
    )
    assert sum(there) == pytest.approx(1, abs=1e-5)
    assert there == pytest.approx([back[0], back[2], back[1], back[4], back[3]], abs=1e-5)
    assert there[3] == max(there[1:])


def test_other_weights_than_the_manifest_names_are_refused(model, tmp_path):
    shutil.copytree(encoder.MODELS, tmp_path / "models")
    (tmp_path / "models" / "newsreader.heads.npz").write_bytes(b"other")
    with pytest.raises(encoder.BadWeightsError, match=r"newsreader\.heads\.npz is not the file"):
        encoder.load(tmp_path / "models")
    (tmp_path / "models" / "newsreader.heads.npz").unlink()
    with pytest.raises(encoder.BadWeightsError, match="missing"):
        encoder.load(tmp_path / "models")


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    with pytest.raises(encoder.BadWeightsError, match=r"no manifest\.json"):
        encoder.load(tmp_path)


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("oil", pieces.LOWER),
        ("Paris", pieces.TITLE),
        ("EU", pieces.UPPER),
        ("A", pieces.INITIAL),
        ("McCain", pieces.MIXED),
        ("G7", pieces.NUMBER),
        ("\u2014", pieces.SYMBOL),
        ("\u4e2d", pieces.LOWER),
    ],
)
def test_shapes(word, shape):
    assert pieces.shape_of(word) == shape


def test_the_chosen_tags_are_the_likeliest_lawful_ones():
    rng = np.random.default_rng(1)
    table = heads.allowed(5)
    for _ in range(40):
        logits = rng.normal(size=(4, 5)).astype(np.float32) * 2
        tags, chances = heads.best_tags(logits)
        lawful = [
            path
            for path in itertools.product(range(5), repeat=4)
            if all(table[a, b] for a, b in itertools.pairwise((0, *path)))
        ]
        best = max(lawful, key=lambda path: sum(np.log(chances[i, t]) for i, t in enumerate(path)))
        assert tuple(tags) == best
