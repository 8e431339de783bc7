"""Whether a capital is named as its government. Takes a text and mentions, says so only where the words leave no doubt.

"Moscow said", "Beijing's policy", "sanctions on Tehran", "Washington and Beijing agreed" mean governments; "in Moscow",
"Moscow residents" and "from Beijing" mean the place.
"""

# ruff: noqa: E501 - a pattern reads best on one line

import re
from collections.abc import Iterable

from processors.vocabulary.names import Mention

FAR = 60  # characters before and after a mention that are looked at

_AT = re.compile(
    r"\b(?:in|at|near|outside|inside|around|across|throughout|downtown|central|visit(?:ed|ing|s)?|leave|left|reached|"
    r"arrived|flew|fly|flight|city of|capital,?|capital of|streets of|north|south|east|west|of|from|to|toward)\s+$"
)
_VERB = (
    r"(?:says?|said|has (?:said|warned|accused|agreed|denied|called|rejected|threatened|urged|vowed|offered|refused|"
    r"imposed|announced|demanded|backed|supported|condemned|pledged|sought|insisted|claimed|made|long|repeatedly|yet)|"
    r"(?:will|would|could|may|might|must|should|did) (?:not )?(?:also )?(?:respond|retaliate|impose|lift|support|back|accept|"
    r"agree|consider|take|continue|give|offer|send|allow|recogni[sz]e|seek|act|use|need|want|have to|do)|wants?|wanted|seeks|"
    r"sought|denie[sd]|accuse[sd]|warn(?:s|ed)|urge[sd]|backs|backed|reject(?:s|ed)|insist(?:s|ed)|claim(?:s|ed)|vow(?:s|ed)|"
    r"threaten(?:s|ed)|demand(?:s|ed)|condemn(?:s|ed)|denounce[sd]|agree[sd]|refuse[sd]|support(?:s|ed)|oppose[sd]|"
    r"consider(?:s|ed)|impose[sd]|annex(?:es|ed)|recogni[sz]e[sd]|respond(?:s|ed)|retaliate[sd]|pledge[sd]|plan(?:s|ned) to|"
    r"view(?:s|ed)|see[sn]? |regard(?:s|ed)|expel(?:s|led)|lodged|signal(?:l?ed|s)|criticized|criticised|blame[sd]|"
    r"fears|hopes|believes|feels|maintains|hit back|hits back|is (?:seeking|trying|ready|willing|prepared|demanding|"
    r"considering|pushing)|was (?:ready|willing|prepared))"
)
_ACTS = re.compile(
    rf"(?:,? (?:also|now|still|again|never|has never|had|have|repeatedly|officially|formally|later|quickly))? ?{_VERB}\b"
)
_OWNS = re.compile(
    r"['’]s? (?:\w+ ){0,2}?(?:policy|policies|government|stance|position|claims?|ambassador|envoy|interests?|allies|ally|"
    r"demands?|decision|response|support|leaders?|leadership|relations?|ties|influence|intentions?|actions?|role|threats?|"
    r"nuclear|military|foreign|efforts?|refusal|proposal|plans?|ambitions|aggression|invasion|annexation|behaviou?r)\b"
)
_PARTNER = re.compile(
    r"\b(?:relations|ties|talks|deal|dialogue|negotiations|agreement|alliance|contacts|war|trade|tensions|cooperation|rift|"
    r"dispute|row|standoff|detente|partnership|patience)(?: \w+)? (?:with|between)(?: [A-Z]\w+ and)? $|"
    r"\b(?:sanctions|pressure|tariffs|embargo|blame|restrictions)(?: \w+)? (?:on|against|upon) $|"
    r"\b(?:accus(?:ed?|es|ing)|urg(?:ed?|es|ing)|warn(?:ed|s|ing)?|tell(?:s|ing)?|told|call(?:ed|s|ing) on|press(?:ed|ing)|"
    r"blam(?:ed?|es|ing)|criticiz(?:ed?|es|ing)|condemn(?:ed|s|ing)?|prompt(?:ed|ing)|push(?:ed|ing)?|force[ds]?|allow(?:ed|s)?|"
    r"back(?:ed|ing) by|imposed by|supported by|against|lobb(?:ied|ying)|ask(?:ed|s|ing)?) $"
)
_JOINED = re.compile(r" and [A-Z][\w.]* ")


def acts(text: str, mentions: Iterable[Mention]) -> bool:
    """Is the place named as a government by at least one of its mentions?"""
    return any(_acts_here(text, mention) for mention in mentions)


def _acts_here(text: str, mention: Mention) -> bool:
    before, after = text[max(0, mention.start - FAR) : mention.start], text[mention.end : mention.end + FAR]
    if _PARTNER.search(before) or _OWNS.match(after):
        return True
    if _AT.search(before):
        return False
    # "Washington and Beijing have agreed": what the second does the first does too.
    joined = _JOINED.match(after)
    return bool(_ACTS.match(after.lstrip(" "))) or bool(joined and _ACTS.match(after[joined.end() :]))
