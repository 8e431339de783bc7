"""Reads what a note to editors says of its own story: takes it, returns whether the story is killed or withheld.

Such a note speaks to editors and of this story, so neither an address nor a second sign is needed: "Story withdrawn",
"Meldung zurückgezogen, bitte nicht verwenden". "Do not use" alone withholds. What it says of another story ("earlier
story withdrawn"), of a picture or of what was replaced says nothing of this one.
"""

import re
from typing import Literal

from streams.wire.publication.any_of import AnyOf
from streams.wire.publication.kill_sentences import is_reported
from streams.wire.publication.kill_statements import is_instruction
from streams.wire.publication.openings import bare_line, said

Advice = Literal["", "withhold", "kill"]  # what words advise to do with a story

LONGEST_NOTE = 2000
LONGEST_LINE = 300
MOST_LINES = 6

_STORY = (
    r"(?:(?:news )?(?:story|dispatch|item|article|report|copy|text|alert)"
    r"|(?:[\w]{1,12}-|eil|kurz)?(?:meldung|nachricht)|beitrag|artikel"
    r"|depeche|papier|information|texte|alerte"
    r"|noticia|nota|informacion|despacho|teletipo|articulo|texto"
    r"|notizia|articolo|lancio|dispaccio|servizio|testo"
    r"|(?:nieuws)?bericht|materia|informacao"
    r"|artikeln|texten|nyheten|nyhet|notisen|telegrammet|saken|sak|meldingen|melding|artikkelen|nyheden|historien"
    r"|juttu|uutinen|artikkeli|sahke"
    r"|depesza|wiadomosc|informacja|tekst|material|artykuł"
    r"|сообщение|новость|материал|текст|информация|заметка|молния"
    r"|zprava|clanek|sprava)"
)
_THIS = (
    r"(?:the|this|our|die|diese[rs]?|der|unsere?|la|cette|l'|cet|le|notre|ce|el|esta|este|nuestr[ao]|il|lo|questa"
    r"|questo|het|dit|ons|a|o|nossa|denne|detta|den|tama|ta|ten|to|это|данное|эта|данная|этот|наше|tato|tento|nase) ?"
)
_IS = (
    r"(?:is|was|has been|is being|are|ist|wurde|wird|est|a ete|ha sido|queda|esta|es|fue|e|e stat[ao]|viene|foi|fica"
    r"|wordt|werd|er|har|blir|blev|blitt|blivit|została?|jest|on|byla?|je|был[аоы]?|bylo)"
)
_NOW = r"(?:hereby|now|being|hiermit|nun|hierbij|hermed|harmed|ahora|desormais)"
# Said of a story alone; with its noun also what is said of events.
_KILLED = (
    r"(?:withdrawn|killed|spiked|retracted|zuruckgezogen|storniert|annulliert|annulee?|retiree?|anulad[ao]|retirad[ao]"
    r"|annullat[ao]|ritirat[ao]|ingetrokken|teruggetrokken|geannuleerd|makulera[ds]|makulerat"
    r"|trukket(?: tilbake| tilbage)?|tilbagetrukket|tilbakekalt|tillbakadrage[nt]|annulleret?|annullert"
    r"|perutaan|peruttu|peruutettu|mitatoity|anulowan[aey]|wycofan[aey]|аннулирован[аоы]?|отозван[аоы]?|zrusen[ao]?"
    r"|storno|stornovan[ao]|stazen[ao]?)"
)
_GONE = (
    r"(?:cancell?ed|pulled|removed|deleted|unpublished|recalled|gestrichen|geloscht|hinfallig|ungultig|supprimee?|nulle"
    r"|eliminad[ao]|cancelad[ao]|eliminat[ao]|cancellat[ao]|verwijderd|struken|slettet|poistettu|vedetty pois"
    r"|usuniet[aey]|снят[ао]?(?: с ленты)?|удален[ао]?|smazan[ao])"
)
_WHY = (
    r"(?:$| (?:for|due|because|owing|after|as|at|on|over|by|pending|in error|until|from (?:the|our|all|your) (?:wires?"
    r"|services?|sites?|feeds?)|wegen|aus|auf|nach|bis|pour|suite|en raison|a la|por|debido|per|su|op|wegens|vanwege"
    r"|pa|av|pga|grunnet|na|z|ze|po|из-за|по|в связи|kvuli|na zadost)\b)"
)
_STATED = re.compile(rf"(?:{_THIS})?{_STORY} (?:{_IS} )?(?:{_NOW} )?(?:{_KILLED}|{_GONE}){_WHY}")
_ALONE = re.compile(rf"(?:{_IS} )?{_KILLED}$")
_ORDERED = re.compile(
    r"(?:(?:please|kindly) )?(?:kill|withdraw|spike|retract|delete|pull|cancel) (?:this|the|our) (?:story|dispatch|item"
    rf"|article|report|copy|text){_WHY}"
    r"|(?:mandatory |bulletin |story |please )?kill(?: notice| advisory)?$"
    r"|bitte (?:diese |die )?meldung (?:umgehend )?(?:loschen|streichen|zuruckziehen|stornieren)$"
    r"|a annuler$|a supprimer$|da annullare$|te verwijderen$|zu streichen$"
)
_HELD = re.compile(
    r"(?:please )?(?:not to be|must not be|should not be|may not be) (?:used|published|run)$"
    r"|(?:please )?hold(?: (?:this|the)(?: (?:story|item|article))?)?(?: for now| until further notice)?$"
)
_FOLLOWS = re.compile(r"(?:there will|no (?:substitute|replacement)|an? (?:corrected|new|replacement|substitute))\b")
_BACK = re.compile(
    r"\b(?:restor|reinstat|replac|republish|reissu|resen[dt]|remplac|sustitu|reempla|sostitu|substitu|vervang|ersetzt"
    r"|ersatt|erstatt|korvat|zastap|замен|nahraz)"
)
_ENDS = re.compile(r"(?<=\w)[.;:!]+(?:\s|$)|\s[-–—/]+\s|,\s|(?<=\w)[)\]]")
# Without one of these, in plain letters, no note says so.
_STEMS = AnyOf([
    "withdr", "kill", "spik", "retract", "cancel", "pull", "remov", "delet", "unpubl", "recall", "not use",
    "be used", "don't use", "not publish", "be published", "not run", "be run", "don't run", "hold", "zuruck",
    "storn", "annul", "anul", "strich", "streich", "losch", "hinf", "ungult", "verwend", "veroff", "retir", "suppr",
    "null", "utili", "diffus", "elimin", "ritir", "cance", "usar", "usen", "trokken", "verwijder", "gebruik",
    "makul", "trukket", "tilb", "tillb", "strok", "struk", "slett", "bruk", "anvand", "publie", "publiq", "publica",
    "publicer", "publiser", "pubblic", "niepub", "peru", "mitat", "poist", "vede", "kayt", "julka", "wycof", "usun",
    "wykorz", "нулир", "отозв", "снят", "удал", "использ", "публик", "zrus", "staz", "smaz", "pouzi", "benutz",
    "brug",
])  # fmt: skip


def read_note(note: str) -> Advice:
    """What a note to editors advises to do with the story that it stands beside."""
    found: set[Advice] = set()
    for line in note[:LONGEST_NOTE].split("\n")[:MOST_LINES]:
        written = line.strip()[:LONGEST_LINE]
        if not _STEMS.is_in(said(written)):
            continue
        for low in map(said, dict.fromkeys((written, bare_line(written)))):  # "Withdrawn:" may be meant as an address
            if not is_reported(low):
                found.add(_said_of_this_story([clause.strip(" \"'“”*([.") for clause in _ENDS.split(low)]))
    return "kill" if "kill" in found else "withhold" if "withhold" in found else ""


def _said_of_this_story(clauses: list[str]) -> Advice:
    clauses = [clause for clause in clauses if clause]
    if not clauses or any(map(_BACK.search, clauses)):
        return ""
    first, *others = clauses
    held = [bool(_HELD.match(clause)) or (is_instruction(clause) and not _FOLLOWS.match(clause)) for clause in clauses]
    if _STATED.match(first) or _ORDERED.match(first) or (_ALONE.match(first) and (any(held) or not others)):
        return "kill"
    return "withhold" if any(held) else ""
