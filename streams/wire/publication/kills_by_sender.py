"""Finds who a sentence says withdraws a story ("L'AFP retire sa dépêche"): takes it in plain letters, returns a match.

Newspapers print such sentences of others, so the caller asks whether ``who`` is who sends the item. ``which`` and
``named`` say which one was sent, and how; ``object`` is the word before the story.
"""

import re

from streams.wire.publication.kill_sentences import sentences

_PATTERN = sentences(
    r"""
(?:has |have |hereby |is |now )*(?:retract(?:ed|s|ing)|withdr(?:awn?|ew|aws|awing)|kill(?:ed|s|ing)
|(?:remov|delet)(?:ed|es|ing)|cancel(?:l?ed|s|l?ing)) (?P<object>its|our|the|this|an?)[ ]
(?:(?!of |from |for |in |who |that |about |on |to |with |by |and )
[\w“”….',-]+ ){0,4}?(?:(?:STORY|article|copy)\b(?!')(?P<which>\W{1,3}(?:slugged
|keyworded|datelined|bc-slug
|(?:moved|transmitted|sent|filed) (?:\w+ ){0,2}?(?:at )?\d)\b)?
|THING\b(?P<named>\W{1,3}(?:slugged|keyworded|datelined|bc-slug
|(?:moved|transmitted|sent|filed) (?:\w+ ){0,2}?(?:at )?\d)\b|(?P<quoted> (?:headlined |titled |entitled )?“…”)))

(?:zieht|zog) (?:hiermit )?(?:(?:ihre|seine|die|eine) )?(?:MELDUNG|text|bericht)\bGAP\bzuruck\b

hat (?:ihre|seine|die|eine) MELDUNG\bGAP\b(?:zuruckgezogen|annulliert|storniert)\b

(?:annulliert|storniert|streicht) (?:ihre|seine|die) MELDUNG\b

(?:retire|annule|supprime|a (?:retire|annule|supprime)) (?:sa|son|la|l'|cette) ?
(?:depeche|article|information|papier)\b

(?:anula|retira|elimina|ha (?:anulado|retirado|eliminado)) (?:su|la|esta|el|este)[ ]
(?:noticia|informacion|nota|despacho|teletipo)\b

(?:annulla|ritira|ha (?:annullato|ritirato)) (?:la|il|questa)(?: sua| suo)? (?:notizia|dispaccio|lancio|flash)\b

(?:anula|retira|cancela|anulou|retirou|cancelou) (?:a|o|esta)(?: sua| seu)?[ ]
(?:noticia|nota|informacao|materia|despacho)\b

trekt (?:het|zijn|haar|dit|een) BERICHT\bGAP\b(?:in|terug)\b

heeft (?:het|zijn|haar|dit|een) BERICHT\bGAP\b(?:ingetrokken|teruggetrokken)\b

(?:makulerar|stryker|annullerar|drar tillbaka|har (?:makulerat|dragit tillbaka)|tr[eæ]kker|annullerer|sletter
|makulerer|trekker tilbake|tr[eæ]kker tilbage|har (?:trukket|annulleret?|slettet)(?: tilbake| tilbage)?)[ ]
(?:sin |sitt |sit |tidigare |tidligere )?(?:TEXTEN|text|melding|saken)\b

(?:anuluje|wycofuje|anulowała?|wycofała?) (?:swoja |swoj |te |ten |swoje )?FEWDEPESZA\b

(?:аннулирует|отзывает|аннулировал[аи]?|отозвал[аи]?|снимает) (?:свое |свои |свою |это |эту |данное )?FEWSOOBSHCHENIE\b

(?:rusi|stornuje|stahuje|zrusil[ao]?|stahl[ao]?|stornoval[ao]?) (?:svou |svuj |tuto |tento )?FEWZPRAVA\b

(?:peruu|peruuttaa|perui|on perunut|vetaa pois|poistaa) FEWJUTTU\b
""",
    before=r"^\W{0,6}(?P<who>(?:[ldn]')?\w[\w&.'/-]*(?: [\w&.'/-]+){0,7}?) (?:",
    after=")",
)


def by_somebody(sentence: str) -> "re.Match[str] | None":
    """The match of a sentence in which somebody withdraws a story: its groups are who, object, which and named."""
    return _PATTERN.match(sentence)
