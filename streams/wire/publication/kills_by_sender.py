"""Judges sentences that say who withdraws a story ("L'AFP retire sa dépêche"): takes opening lines, returns an advice.

Newspapers print such sentences of others, so it counts only of who sends the item, or where it says which one was sent,
and how. Agencies also report of themselves ("The AP retracted its story and fired …"): what is told in the past tense
or at length, and addresses nobody, withholds.
"""

from collections.abc import Sequence

from streams.wire.publication.kill_notes import Advice
from streams.wire.publication.kill_sentences import is_reported, sentences
from streams.wire.publication.openings import Opening
from streams.wire.publication.senders import is_sender

_PATTERN = sentences(
    r"""
(?:(?P<told>retracted|withdrew|killed|removed|deleted|cancell?ed)
|(?:has |have |hereby |is |now )*(?:retract(?:ed|s|ing)|withdr(?:awn?|ew|aws|awing)|kill(?:ed|s|ing)
|(?:remov|delet)(?:ed|es|ing)|cancel(?:l?ed|s|l?ing))) (?P<object>its|our|the|this|an?)[ ]
(?:(?!of |from |for |in |who |that |about |on |to |with |by |and )
[\w“”….',-]+ ){0,4}?(?:(?:STORY|article|copy)\b(?!')(?P<which>\W{1,3}(?:slugged
|keyworded|datelined|bc-slug
|(?:moved|transmitted|sent|filed) (?:\w+ ){0,2}?(?:at )?\d)\b)?
|THING\b(?P<named>\W{1,3}(?:slugged|keyworded|datelined|bc-slug
|(?:moved|transmitted|sent|filed) (?:\w+ ){0,2}?(?:at )?\d)\b|(?P<quoted> (?:headlined |titled |entitled )?“…”)))

(?:zieht|(?P<zog>zog)) (?:hiermit )?(?:(?:ihre|seine|die|eine) )?(?:MELDUNG|text|bericht)\bGAP\bzuruck\b

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


def advice_of_sender(openings: Sequence[Opening], senders: tuple[str, ...], *, noticed: bool, is_long: bool) -> Advice:
    """What the first sentences of lines advise. ``noticed`` says that this is a notice, ``is_long`` that it is none."""
    advice: Advice = ""
    for opening in openings:
        known = senders if any(senders) else (opening.agency,)
        for sentence in opening.sentences[:2]:
            match = _PATTERN.match(sentence)
            if not match or is_reported(sentence):
                continue
            if noticed or match["which"] or (match["named"] and not match["quoted"]):
                return "kill"
            unsure = not any(known) and match["object"] in ("a", "an")
            if unsure or not is_sender(match["who"], known):
                continue
            if opening.addressed or not (is_long or match["told"] or match["zog"]):
                return "kill"
            advice = "withhold"
    return advice
