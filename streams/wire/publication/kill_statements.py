"""The sentences that confirm a kill, in fourteen languages: takes a sentence in plain letters, returns what it is.

A statement about a story ("La dépêche «…» est retirée") and an instruction ("Do not use.") kill only together with each
other or with another sign. Wares and papers are withdrawn too ("item", "report", "article", "version"), so these nouns
count only where the sentence says which was sent. What somebody is reported to have said is neither.
"""

import re

from streams.wire.publication.kill_sentences import is_reported, sentences

# Said of a story, and to be confirmed by another sign. Wares are withdrawn too, so they must be named by what was sent.
_STATEMENT = sentences(
    r"""
STORY (?:is )?(?:killed|withdrawn|retracted)(?=\W*$| (?:due|because|for|on legal)\b)

(?:[\w'.-]+ ){0,3}?STORY\W{1,3}SENTCLAUSE{0,160}?\b(?:is|was|has been|should be|must be)
 (?:wrong|incorrect|(?:hereby )?(?:withdrawn|killed|retracted))\b

(?:the|this|our) CLAUSE{0,120}?\b(?:STORY|THING\W{1,3}SENT\b)CLAUSE{0,160}?\b(?:is|was|has been|should be|must be)
 (?:wrong|incorrect|false|untrue|erroneous|inaccurate|(?:hereby )?(?:withdrawn|killed|retracted|cancell?ed|removed
|deleted|spiked)|(?:sent|moved|transmitted|issued|filed|published|released|distributed) (?:\w+ )?(?:in error
|by mistake)|(?:mistakenly|erroneously|inadvertently|prematurely) (?:sent|moved|transmitted|issued|filed|published
|released|distributed))\b

(?:die|diese|unsere|eine) (?:\w{1,20}-)?(?:meldung|eilmeldung|zusammenfassung)\bGAP\b(?:ist|wird|wurde|war)\bGAP
\b(?:versehentlich|irrtumlich|aus versehen|falsch|fehlerhaft|unzutreffend
|hinfallig|ungultig|zuruckgezogen|gestrichen|annulliert|storniert)\b

(?:la|notre|cette) (?:depeche|alerte)\bGAP\b(?:est|a ete|doit etre) (?:consideree comme |a considerer comme )?
(?:annulee|retiree|fausse|erronee|nulle|supprimee)\b

(?:l'|cet |cette )(?:article|information)\W{1,3}(?:“|intitulee?|titree?)GAP\b(?:est|a ete) (?:annulee?|retiree?
|fausse|erronee?)\b

(?:la|nuestra|esta|el|nuestro|este) (?:noticia|nota|alerta|despacho|teletipo)\bGAP\b(?:es|esta|queda|ha sido|fue
|debe) (?:\w+ )?
(?:anulad[ao]|retirad[ao]|erronea|falsa|incorrecta)\b

(?:la|questa|il|questo) (?:nostra )?(?:notizia|lancio|dispaccio|flash)\bGAP\b(?:e|va|deve essere|e stata)[ ]
(?:da considerar(?:e|si) |considerata )?(?:annullat[ao]|ritirat[ao]|errat[ao]|falsa)\b

il (?:nostro )?servizio (?:ansa |agi )?(?:delle \d|“|dal titolo)GAP\b(?:e|va|deve essere) (?:da considerar(?:e|si) )?
(?:annullato|ritirato|errato)\b

(?:a|nossa|esta) (?:noticia|materia|nota)\bGAP\b(?:e|esta|fica|foi) (?:anulada|retirada|falsa|incorreta|cancelada)\b

(?:het|ons|dit) (?:\w{1,12}-)?(?:bericht|nieuwsbericht)\bGAP\b(?:is|wordt|werd) (?:onjuist|fout|ingetrokken
|geannuleerd)\b

TEXTEN\bGAP\b(?:ar|er) (?:felaktig|feilaktig|forkert|feil|fel|makulerad|trukket|annullert|annulleret|struken
|slettet)\b

(?:(?:ta|ten|nasza|nasz|powyzsza) )?DEPESZA\bGAP\b(?:jest|została?|zostaje) (?:błedn[aey]|nieprawdziw[aey]|anulowan[aey]
|wycofan[aey])\b

SOOBSHCHENIE\bGAP\b(?:аннулирован|отозван|ошибочн|неверн|снят)[оаы]{0,2}\b

(?:tato |nase )?ZPRAVA\bGAP\b(?:je|byla) (?:chybna|nepravdiva|zrusena|stornovana|stazena)\b

(?:(?:tama|\w{2,5}:n) )?JUTTU\bGAP\b(?:on (?:virheellinen|vaara|peruttu|peruutettu|poistettu)|perutaan|peruutetaan)\b
"""
)
# Told to the receivers about a story, or about nothing else that it could be told of.
_INSTRUCTION = sentences(
    r"""
PLEASE DROP(?: (?:or|and) (?:use|publish|kill|delete|remove))?(?: (?:it|this|(?:the|this|that|our) STORY))?
(?: from (?:all |your |any |our ){1,3}(?:platforms?|sites?|web ?sites?|systems?|pages?|archives?|wires?|feeds?
|services?|databases?|channels?)(?: and (?:\w+ ){0,2}?\w+)?)?(?: (?:immediately|at once|now))?

(?:please )?(?:do not|don't) (?:use|publish|run)(?: or (?:use|publish|run))?(?: (?:it|this|(?:the|this|that
|our) STORY))?

(?:it|this|(?:the|this) STORY) (?:should|must) not be (?:used|published)(?: or (?:used|published))?

there will be no (?:substitute|replacement)(?: (?:story|item|version))?

no (?:substitute|replacement) (?:story|item|version)(?: (?:will follow|is planned|will be sent|will move))?

an? (?:corrected|new|replacement|substitute) (?:version|story) will (?:follow|be sent|be issued|move)(?: \w+)?

(?:bitte )?(?:die meldung |diese meldung |sie )?nicht (?:mehr |weiter )?(?:verwenden|veroffentlichen|publizieren
|benutzen)

bitte (?:umgehend |sofort )?(?:streichen|loschen)

bitte (?:umgehend |sofort )?(?:streichen|loschen|entfernen) sie (?:sie|diese|die meldung|diese meldung)
(?: (?:aus|von) (?:\w+ ){0,3}?\w+)?

bitte (?:verwenden|veroffentlichen|publizieren) sie (?:sie|diese|die meldung|diese meldung) nicht(?: mehr)?

(?:(?:priere|merci) de|veuillez|nous vous prions de) (?:ne pas (?:l'|la |le )?(?:utiliser|publier|diffuser|reprendre)
|(?:l'|la )(?:annuler|supprimer|retirer|detruire))(?: cette depeche)?

ne pas (?:l')?(?:utiliser|publier|diffuser)(?: cette depeche)?

(?:(?:les )?(?:rogamos|se ruega|por favor),? )?(?:que )?no (?:la |lo )?(?:utilicen|utilizar|usen|usar|publiquen
|publicar|difundan)(?:l[ao])?

(?:(?:si prega|preghiamo|pregasi) (?:di )?)?non (?:utilizzar(?:e|la|lo)|pubblicar(?:e|la|lo)|usar(?:e|la|lo))

(?:(?:por )?favor,? |pedimos que |solicitamos que )?nao (?:a |o )?(?:utilizem|utilizar|usem|usar|publiquem|publicar)

(?:gelieve |graag |verzoeke )?(?:dit bericht |het bericht |het )?niet (?:meer )?(?:te )?(?:gebruiken|publiceren)

(?:vanligen |var god )?(?:anvand|publicera|bruk|brug) (?:den |det )?(?:inte|ej|ikke)(?: texten| saken)?

(?:prosimy )?(?:o )?(?:jej |go |ich )?nie(?:wykorzystywanie|publikowanie|uzywanie| wykorzystywac| publikowac| uzywac)
(?: jej| go| ich)?(?: tej depeszy)?

(?:prosimy )?(?:o )?(?:jej |jego )(?:usuniecie|anulowanie|wycofanie)

(?:просьба|просим)?,? ?(?:его |ее |их )?не (?:использовать|публиковать|выпускать)(?: его| ее| их)?(?: SOOBSHCHENIE)?

(?:prosime,? )?(?:tuto zpravu )?(?:nepouzivejte|nepublikujte|nevydavejte)(?: ji| ho| tuto zpravu)?

(?:alkaa|ala) (?:kayttako|kayta|julkaisko|julkaise)(?: (?:sita|juttua|tata juttua))?

(?:sita |juttua |JUTTU )?ei (?:saa|tule|pida) (?:kayttaa|julkaista)

(?:(?:vennligst|venligst) )?ikke (?:bruk|brug|publiser|publicer)(?: den| det)?(?: saken| teksten)?

(?:(?:TEXTEN|saken|den|det) )?(?:skal|ma|far|bor) (?:ikke|inte|ej) (?:brukes|bruges|anvandas|publiceras|publiseres)
""",
    after=r"\W*$",
)
_WITHDRAWN = re.compile(
    r"\b(?:withdrawn|killed|retracted|cancell?ed|removed|deleted|hinfallig|ungultig|zuruckgezogen|gestrichen|annulliert"
    r"|storniert|annulee?|retiree?|nulle|supprimee|anulad[ao]|retirad[ao]|annullat[ao]|ritirat[ao]|cancelada|ingetrokken"
    r"|geannuleerd|makulerad|trukket|annulleret|struken|slettet|spiked|in error|by mistake|mistakenly|erroneously"
    r"|inadvertently|prematurely|versehentlich|irrtumlich|aus versehen|anulowan[aey]|wycofan[aey]|аннулирован[оаы]?"
    r"|отозван[оаы]?|zrusena|stornovana|stazena|perutaan|peruttu|peruutetaan|peruutettu|poistettu)\b"
    r"(?! from (?!(?:our|the|all|your) (?:wires?|services?|web ?sites?|sites?|archives?|feeds?)\b))"
)
# As news tells it, also in a note below a story.
_BY_OTHERS = re.compile(
    r"\bwas (?:\w+ )?(?:withdrawn|killed|retracted|removed|deleted)\b|\b(?:fue|foi) \w+"
    r"|\b(?:by|par|por|door|av|af|dal|dalla|dai|pel[oa]) (?!\d)(?!the agency|us\b|mistake|error|erro|misstag)\w"
    r"|\b(?:von|vom|durch) (?!\d|heute|gestern|\w+tag\b|mittwoch)\w"
)
_AT_TIME = re.compile(r"“…”(?:[^.\n]|\.(?=\w)){0,40}?\b\d{1,2}[.:h]\d\d\b")


def is_statement(sentence: str) -> bool:
    """Whether a sentence says that a story is withdrawn or wrong."""
    return _STATEMENT.match(sentence) is not None and not is_reported(sentence)


def withdraws(sentence: str) -> bool:
    """Whether a statement says that a story is withdrawn: not only that it is wrong, nor that somebody did it once."""
    return _WITHDRAWN.search(sentence) is not None and not _BY_OTHERS.search(sentence)


def names_transmission(sentence: str) -> bool:
    """Whether a sentence gives a headline and the time of day at which it was sent."""
    return _AT_TIME.search(sentence) is not None


def is_instruction(sentence: str) -> bool:
    """Whether a sentence tells the receivers to use something no longer, and says nothing else."""
    return _INSTRUCTION.match(sentence) is not None and not is_reported(sentence)
