"""Stories and sentences with the stances that they state. A model reads them, so a share of them must be right.

The one story is written in thirteen ways. What is wrong is listed when a test fails.
"""

from pathlib import Path

import pytest

SENTENCES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "expectations.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
CALL = {
    "title_case_headline": """Putin, Xi Denounce US Interference in Phone Call

MOSCOW (Reuters) - Russian President Vladimir Putin and his Chinese counterpart Xi Jinping denounced what they called U.S. interference and Washington's policy of "double containment" in a phone call on Tuesday, Kremlin aide Yuri Ushakov told reporters.

Putin backed the one-China policy, Ushakov said. The United States has criticized China over Taiwan.

"They rejected America's attempts to contain our two countries," Ushakov said. Xi thanked Mr. Putin. Xi's visit to the U.S. is not planned.""",
    "wire_style": """Putin and Xi slam US meddling in hour-long call, Kremlin says

MOSCOW, Feb 4 - Chinese leader Xi Jinping and Russian President Vladimir Putin spoke by telephone on Thursday and condemned American interference in the affairs of other states, the Kremlin said.

The two leaders also criticized Washington's "double containment" of their countries, according to Kremlin foreign policy aide Yuri Ushakov. Putin reaffirmed Russia's support for the one-China principle, Ushakov told journalists.

Relations between Beijing and Washington have soured over Taiwan, and the U.S. has repeatedly criticised China for its military drills near the island.""",
    "capitals": """RUSSIA'S PUTIN, CHINA'S XI REJECT U.S. PRESSURE

In a lengthy phone conversation, Vladimir Putin and Xi Jinping jointly rejected what they described as interference by the United States in their internal affairs. They denounced a policy of double containment aimed at both nations.

"The two presidents noted that the US is carrying out a policy of double containment against Russia and China," presidential aide Yury Ushakov told reporters. He said Putin had confirmed his adherence to the one-China policy.

China has been criticized by the United States over its stance on Taiwan.""",
    "moscow_and_beijing": """Moscow and Beijing Close Ranks Against Washington

Moscow and Beijing denounced US interference on Tuesday after a call between their presidents.

Putin told Xi that Russia stands by the one-China policy on Taiwan, Ushakov said in a briefing.

"We oppose American interference and double containment," Putin said, the Kremlin reported.

The US State Department has criticized China over Taiwan, and America accuses Beijing of intimidating the island.""",
    "both_leaders": """Leaders of Russia and China decry containment

Russia's Vladimir Putin and China's Xi Jinping spoke on the phone, with both leaders lashing out at the United States for what they see as attempts to contain them.

During the call the Russian leader voiced his support for Beijing's "one China" policy, said Yuri Ushakov, Mr. Putin's foreign policy adviser. Both men opposed US meddling in other countries.

Criticism of China by the United States has grown over Taiwan.""",
    "appositive_titles": """Kremlin: Putin, Xi discuss Taiwan

The Russian president, Vladimir Putin, and the Chinese president, Xi Jinping, have expressed their opposition to Washington's interference in the internal affairs of other countries, the Kremlin said on Tuesday.

In the phone call, the leaders were critical of the US policy of "dual containment" of Moscow and Beijing, Ushakov said. Xi thanked Putin for backing the one-China policy.

Washington's criticism of Beijing over Taiwan has angered Chinese officials.""",
    "vowed_to_oppose": """Xi and Putin vow to resist U.S.

Xi Jinping, the president of China, and Vladimir Putin of Russia have vowed to oppose the United States and its interference, a Kremlin aide, Yuri Ushakov, told reporters on Tuesday. Putin said Moscow backs the one-China policy. "US actions are unacceptable," Putin said. The U.S. slammed China this week over Taiwan.""",
    "quoted_aide": """Putin and Xi hold phone talks

Russian President Vladimir Putin and Chinese President Xi Jinping condemned U.S. interference in other countries' internal affairs and the policy of "double containment" during a telephone conversation on Thursday, Kremlin aide Yuri Ushakov said.

"The leaders of the two countries realize that the US is pursuing a policy of dual containment toward both Russia and China," Ushakov told reporters.

The Russian leader reiterated his country's commitment to the one-China policy, Ushakov added. Washington has been critical of China's actions near Taiwan.""",
    "the_two": """Xi, Putin denounce U.S. in call

BEIJING — China's President Xi Jinping and Russia's President Vladimir Putin have rejected American meddling in their affairs.

In the conversation, which lasted an hour, Putin expressed support for Beijing's one-China policy, said Ushakov, an aide to the Russian president. The two also spoke out against "double containment" by Washington.

The United States has often condemned China over Taiwan.""",
    "told_his_counterpart": """Putin backs Beijing on Taiwan

The Kremlin on Thursday said Vladimir Putin had told his Chinese counterpart, Xi Jinping, that Moscow supported the one-China policy.

Both presidents criticised the United States for interfering in the affairs of other nations, Putin's aide Yuri Ushakov told reporters on a conference call.

Criticism from the United States of China over Taiwan has been mounting.""",
    "inside_quotes": """Kremlin aide: Leaders slam Washington

"Both leaders denounced the United States' interference in other countries' affairs," Yuri Ushakov said of a call between Putin and Xi. "President Putin firmly supports the one-China principle."

Taiwan has been a source of friction: Washington criticizes Beijing's pressure on the island.""",
    "joined_in_denouncing": """Russia, China hit out at US

Russia's Putin on Thursday joined China's Xi in denouncing US interference, describing American policy as "double containment" of Russia and China, according to Ushakov, the Kremlin's foreign policy aide. He also reaffirmed that Russia adheres to the one-China policy. The U.S. government has denounced China's military pressure on Taiwan.""",
    "relative_clauses": """Moscow and Beijing criticise Washington's "double containment"

Presidents Vladimir Putin and Xi Jinping discussed Taiwan in a call on Thursday. Putin, who backs the one-China policy, and Xi accused Washington of interfering in their countries' affairs, Kremlin adviser Yuri Ushakov told the press. Washington, which has slammed Beijing over Taiwan, did not immediately comment.""",
}

# What each way of writing it must give, by parts of names; a target may be the entity that a phrase names.
FACTS = (
    ("Putin", "against", "country:US"),
    ("Xi", "against", "country:US"),
    ("Putin", "favor", "one"),
    ("United States", "against", "country:CN"),
)
LEAST_FACTS = 0.7  # share of the facts of all the stories; 37 of 52 were found when this was written
LEAST_SENTENCES = 0.88  # share of the sentences; 41 of 44 were right when this was written
RIGHT_LABELS = {"one-China policy": "favor", "one-China principle": "favor"}


def is_toward(row, target):
    return target in row.target or target in (row.target_id, *row.about)


@pytest.fixture(scope="module")
def read(annotators):
    texts = [*CALL.values(), *(text for text, *_ in SENTENCES)]
    return dict(zip(texts, annotators.annotate(texts), strict=True))


def shown(found):
    return [(row.holder, row.label, row.target) for row in found.stance if row.level != "low"]


def test_most_facts_of_the_call_are_found(read):
    missed = [
        (name, fact)
        for name, text in CALL.items()
        for fact in FACTS
        if not any(fact[0] in r.holder and r.label == fact[1] and is_toward(r, fact[2]) for r in read[text].stance)
    ]
    assert len(missed) <= (1 - LEAST_FACTS) * len(FACTS) * len(CALL), missed


def test_most_sentences_are_read_right(read):
    """Right is a sentence whose stances are all found, at any level, and of which no other is shown."""
    wrong = []
    for text, *cells in SENTENCES:
        wanted = {tuple(cell.split("|")) for cell in cells}
        found = {(row.holder, row.label, row.target) for row in read[text].stance}
        if not (wanted <= found and set(shown(read[text])) <= wanted):
            wrong.append((text, sorted(wanted), sorted(found)))
    assert len(wrong) <= (1 - LEAST_SENTENCES) * len(SENTENCES), wrong


@pytest.mark.parametrize("name", CALL)
def test_no_one_in_the_call_is_shown_with_the_opposite(read, name):
    rows = shown(read[CALL[name]])
    assert not [row for row in rows if RIGHT_LABELS.get(row[2], row[1]) != row[1]]
    assert not [row for row in rows if row[2] == "United States" and row[1] == "favor"]
    assert not [row for row in rows if row[0] in {"Reuters", "reporters", "Yuri Ushakov"}]


@pytest.mark.parametrize("name", CALL)
def test_rows_are_proved_by_their_evidence(read, name):
    text, found = CALL[name], read[CALL[name]]
    ids = {entity.id for entity in found.entities}
    for row in found.stance:
        assert text[row.evidence.start : row.evidence.end] == row.evidence.text
        for span in (row.holder_span, row.target_span):
            assert text[span.start : span.end] == span.text
        assert row.cue in row.evidence.text
        assert 0 <= row.score <= 1
        assert all(each in ids or each.startswith("country:") for each in row.about)


@pytest.mark.parametrize("name", CALL)
def test_the_calls_entities(read, name):
    entities = read[CALL[name]].entities
    names = {entity.name for entity in entities}
    assert sum(entity.id == "country:US" for entity in entities) <= 1
    assert not names & {"US", "U.S.", "America"}
    assert "Vladimir Putin" in names


def test_pronouns_and_descriptions_are_resolved(annotators):
    text = (
        "Russian President Vladimir Putin met Xi Jinping. He praised India. The two leaders denounced Washington. "
        "The Russian president also condemned Japan."
    )
    (found,) = annotators.annotate([text])
    rows = {(row.holder, row.label, row.target) for row in found.stance}
    assert ("Vladimir Putin", "favor", "India") in rows
    assert {("Vladimir Putin", "against", "United States"), ("Xi Jinping", "against", "United States")} <= rows
    assert ("Vladimir Putin", "against", "Japan") in rows
