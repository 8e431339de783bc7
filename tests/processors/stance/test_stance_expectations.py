"""An executable table of what is found in stories and sentences, many of them told in several ways.

What is known to go wrong is in the table too, marked as such: a change that cures it must say so.
"""

import pytest

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

# What each telling must give; the stories leave out some of it.
PUTIN_AGAINST, XI_AGAINST = ("Putin", "against", "United States"), ("Xi", "against", "United States")
ONE_CHINA, US_AGAINST_CHINA = ("Putin", "favor", "one"), ("United States", "against", "China")
MISSED = {
    ("moscow_and_beijing", XI_AGAINST): "the story has Moscow and Beijing denounce, not Xi",
    ("moscow_and_beijing", ONE_CHINA): "Putin says that Russia stands by it, and the story never says he is Russian",
    ("told_his_counterpart", ONE_CHINA): "Putin says that Moscow supports it, and the story never says he is Russian",
    (
        "told_his_counterpart",
        US_AGAINST_CHINA,
    ): "'criticism from the United States of China' is parsed as 'States of China'",
    ("joined_in_denouncing", ONE_CHINA): "'he' affirms that Russia adheres to it: whose side 'he' is on is not asked",
    ("relative_clauses", PUTIN_AGAINST): "'Putin, who …, and Xi accused' is parsed without Putin as a subject",
}


def call_cases():
    for name in CALL:
        for wanted in (PUTIN_AGAINST, XI_AGAINST, ONE_CHINA, US_AGAINST_CHINA):
            why = MISSED.get((name, wanted))
            marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
            yield pytest.param(name, wanted, marks=marks, id=f"{name}-{'-'.join(wanted).replace(' ', '_')}")


@pytest.fixture(scope="module")
def told(annotators):
    return dict(zip(CALL, annotators.annotate(list(CALL.values())), strict=True))


@pytest.mark.parametrize(("name", "wanted"), call_cases())
def test_the_call(told, name, wanted):
    holder, label, target = wanted
    rows = [r for r in told[name].stance if holder in r.holder and r.label == label and target in r.target]
    assert rows, [(r.holder, r.label, r.target) for r in told[name].stance]
    for row in rows:
        assert CALL[name][row.evidence.start : row.evidence.end] == row.evidence.text
        assert row.cue in row.evidence.text


@pytest.mark.parametrize("name", CALL)
def test_no_one_in_the_call_holds_the_opposite(told, name):
    rows = {(row.holder.split()[-1], row.label, row.target) for row in told[name].stance}
    wrong = {
        ("Putin", "against", "one-China policy"),
        ("Putin", "favor", "United States"),
        ("States", "favor", "China"),
    }
    assert not rows & (wrong | {("Jinping", "favor", "United States"), ("China", "against", "one-China policy")})
    assert not any("Ushakov" in holder and label == "against" for holder, label, _ in rows)
    assert not any(holder in {"Reuters", "reporters"} for holder, _, _ in rows)


@pytest.mark.parametrize("name", CALL)
def test_the_calls_entities(told, name):
    entities = told[name].entities
    names = {entity.name for entity in entities}
    for person in ("Putin", "Xi", "Ushakov"):
        if person in CALL[name]:
            assert sum(person in each.split() for each in names) == 1, names
    assert "United States" in names or "Washington" in names
    assert sum(entity.id == "country:US" for entity in entities) <= 1
    assert not names & {"US", "U.S.", "America"}
    assert "Taiwan" in names or "Taiwan" not in CALL[name]


NOTHING: tuple[tuple[str, str, str], ...] = ()
SENTENCES = [
    # passives
    ("China has been criticized by the United States over its treatment of Uyghurs.", [("United States", "against", "China")]),
    ("Iran was condemned by Britain, France and Germany.", [(c, "against", "Iran") for c in ("United Kingdom", "France", "Germany")]),
    ("Biden's decision was denounced by both Putin and Xi.", [("Vladimir Putin", "against", "Joe Biden"), ("Xi Jinping", "against", "Joe Biden")]),
    # negations: support denied is opposition, opposition denied is nothing
    ("Germany did not support the sanctions.", [("Germany", "against", "sanctions")]),
    ("India refused to back the resolution against Russia.", [("India", "against", "resolution")]),
    ("Poland has never supported Nord Stream 2.", [("Poland", "against", "Nord Stream 2")]),
    ("Putin does not oppose the one-China policy.", NOTHING),
    ("Netanyahu denied criticizing Biden.", NOTHING),
    ("Johnson stopped short of condemning Trump.", NOTHING),
    ("Trump denied that he supports Putin.", NOTHING),
    ("Xi denied that China supports Russia's war.", NOTHING),
    ("Macron rejected claims that he opposes Turkey.", [("Emmanuel Macron", "against", "claims")]),
    ("No European country backed the US proposal.", NOTHING),
    # neither questions, conditions nor possibilities
    ("Does Macron support Ukraine?", NOTHING),
    ("If elected, Trump could sanction Iran.", NOTHING),
    # two holders, two targets
    ("Germany and France, but not Italy, condemned Iran.", [("Germany", "against", "Iran"), ("France", "against", "Iran")]),
    ("Tokyo and Seoul condemned North Korea's missile launch.", [("Japan", "against", "North Korea"), ("South Korea", "against", "North Korea")]),
    ("Xi joined Putin in denouncing the United States.", [("Xi Jinping", "against", "United States"), ("Vladimir Putin", "against", "United States")]),
    ("Trump, who has criticized NATO, praised Putin.", [("Donald Trump", "against", "NATO"), ("Donald Trump", "favor", "Vladimir Putin")]),
    # reported speech: the speaker or the subject, never the agency
    ("Reuters reported that Macron had rejected the proposal.", [("Emmanuel Macron", "against", "proposal")]),
    ("Ushakov told reporters that Putin and Xi had denounced US interference.", [("Vladimir Putin", "against", "United States"), ("Xi Jinping", "against", "United States")]),
    ("Beijing said the US arms sale was a provocation.", [("China", "against", "United States")]),
    ('"The tariffs are illegal," Trudeau said of the trade policy.', [("Justin Trudeau", "against", "tariffs")]),
    ('"We oppose American interference," Putin said.', [("Vladimir Putin", "against", "United States")]),
    # quotes inside quotes: nobody's but the inner speaker's
    ("Putin said Zelensky had told him: “Biden hates us.”", NOTHING),
    # sarcasm is left neutral
    ("Oh, how wonderful, another tax, Macron sighed.", NOTHING),
    # judgments
    ('Erdogan called Netanyahu a "terrorist".', [("Recep Tayyip Erdogan", "against", "Benjamin Netanyahu")]),
    # nouns
    ("Modi's support for Israel drew criticism from Pakistan.", [("Narendra Modi", "favor", "Israel"), ("Pakistan", "against", "Narendra Modi")]),
    ("US opposition to the pipeline angered Germany.", [("United States", "against", "pipeline")]),
    ("Biden pledged support for Ukraine.", [("Joe Biden", "favor", "Ukraine")]),
    ("The European Union imposed sanctions on Belarus.", [("European Union", "against", "Belarus")]),
    ("Hungary withdrew its support for Ukraine.", [("Hungary", "against", "Ukraine")]),
    ("China came under fire from the United States over Taiwan.", [("United States", "against", "China")]),
    ("Xi thanked Putin for backing the one-China policy.", [("Xi Jinping", "favor", "Vladimir Putin"), ("Vladimir Putin", "favor", "one-China policy")]),
    # adjectives and particles
    ("Senator Bernie Sanders is opposed to the Keystone pipeline.", [("Bernie Sanders", "against", "Keystone pipeline")]),
    ("The US has been critical of China over Taiwan.", [("United States", "against", "China")]),
    ("Venezuela's Maduro lashed out at Washington.", [("Nicolas Maduro", "against", "United States")]),
    # a stance toward a policy, and control
    ("Biden vowed to oppose the bill.", [("Joe Biden", "against", "bill")]),
    ("Merkel said she supports Macron's plan.", [("Angela Merkel", "favor", "Macron's plan")]),
    ("Zelensky urged Germany to support Ukraine.", [("Volodymyr Zelensky", "favor", "Ukraine")]),
    # headlines
    ("Putin, Xi blast US in phone call", [("Vladimir Putin", "against", "United States"), ("Xi Jinping", "against", "United States")]),
]  # fmt: skip
SENTENCES_MISSED = [
    (
        "Putin said Moscow backs the plan.",
        ("Vladimir Putin", "favor", "plan"),
        "nothing here says that Putin is Russian",
    ),
    (
        "What a great friend Trump is, Macron said, rolling his eyes.",
        ("Emmanuel Macron", "against", "Donald Trump"),
        "sarcasm",
    ),
    (
        "Trump called the Iran nuclear deal a disaster.",
        ("Donald Trump", "against", "Iran nuclear deal"),
        "the parse takes the deal for no object of 'called'",
    ),
]


@pytest.fixture(scope="module")
def stated(annotators):
    texts = [text for text, *_ in (*SENTENCES, *SENTENCES_MISSED)]
    return dict(zip(texts, annotators.annotate(texts), strict=True))


@pytest.mark.parametrize(("text", "wanted"), SENTENCES)
def test_sentence(stated, text, wanted):
    rows = {(row.holder, row.label, row.target) for row in stated[text].stance}
    assert set(wanted) <= rows
    assert bool(rows) == bool(wanted)
    holders, pairs = {holder for holder, _, _ in wanted}, {(h, t): label for h, label, t in wanted}
    assert {holder for holder, _, _ in rows} <= holders
    assert all(pairs.get((holder, target), label) == label for holder, label, target in rows)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [pytest.param(t, w, marks=pytest.mark.xfail(reason=why, strict=True)) for t, w, why in SENTENCES_MISSED],
)
def test_sentence_known_to_be_missed(stated, text, wanted):
    assert wanted in {(row.holder, row.label, row.target) for row in stated[text].stance}


def test_a_speaker_shares_what_his_own_country_is_said_to_hold(annotators):
    ours, theirs = annotators.annotate([
        "Russian President Vladimir Putin said Moscow backs the one-China policy.",
        "US Secretary of State Antony Blinken said Moscow backs the one-China policy.",
    ])  # fmt: skip
    assert {row.holder for row in ours.stance} == {"Russia", "Vladimir Putin"}
    assert {row.holder for row in theirs.stance} == {"Russia"}


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
