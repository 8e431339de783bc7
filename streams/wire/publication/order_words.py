"""The words of orders not to publish, and of releases: with which wires say from when a story is free.

All in lower case and without accents, as `embargo_orders` compares them; some are patterns.
"""

from streams.wire.text import word_set

PUBLISH = word_set(
    """
    publication publish published publishing broadcast broadcasting release released releasing transmit transmitted
    transmission distribute distributed distribution air aired print printed disseminate disseminated dissemination
    disclose disclosed post posted posting circulate circulated reproduce reproduced
    interdite veroffentlichung veroffentlichen veroffentlicht senden gesendet verbreiten verbreitet verbreitung sendung
    publizieren publiziert publikation publier publie publiee publiees publies diffuser diffusion diffuse diffusee
    diffusees diffuses publiceren publicatie gepubliceerd uitzenden uitzending uitgezonden verspreiden verspreid
    openbaar
    pubblicare pubblicata pubblicato pubblicati pubblicate pubblicazione diffondere diffusa diffuso diffusione
    publicar publicacion publicarse publicado publicada difundir difundirse difundido difundida difusion emitir emision
    divulgar divulgarse divulgacion publicacao divulgado divulgada divulgacao veicular
    publicera publiceras publicerad publicering spridas sandas
    publisere publiseres publisering offentliggjøre offentliggjøres offentliggjøring offentliggjores kringkastes
    publicere publiceres offentliggøre offentliggøres offentliggørelse
    publiser offentliggør offentliggor publicer publiquen difundan divulguem publiquem freigegeben freigabe
    julkaista julkaisemista julkaistavaksi julkisuuteen publikowac publikacji
    """
)
USE = word_set(
    """
    use used using verwenden verwendet verwendung nutzen utiliser utilise utilisee utilisation gebruiken gebruikt
    gebruik utilizzare utilizzata utilizzato usare usata usato usar usado usada utilizar utilizarse anvandas bruges
    brukes run
    """
)
NEGATIONS = (
    "not for", "not to be", "do not", "don't", "must not be", "may not be", "shall not be", "should not be",
    "cannot be", "never to be", "refrain from", "nicht", "keine", "a ne pas", "ne pas", "pas de", "niet", "geen",
    "mag niet", "mag pas", "darf nicht", "darf erst", "durfen nicht",
    "ne doit pas", "ne doivent pas", "ne peut pas", "ne peut etre", "no puede", "no debe", "non puo", "non deve",
    "nao pode", "nao deve", "no part of (?:this|the) \\w+ may be", "none of this may be", "da non", "non", "no se",
    "no", "prohibida su", "prohibida la", "queda prohibida su", "queda prohibida la",
    "vietata la", "e vietata la", "proibida a", "proibida sua", "nao", "interdit de", "interdiction de",
    "interdit a la", "publication interdite", "diffusion interdite", "veroffentlichung nicht", "veroffentlichung erst",
    "publikation erst", "publikation nicht", "publicatie pas", "publicatie niet", "ej for", "ej till", "inte for",
    "far ej", "far inte", "ikke for", "ikke til", "ma ikke", "skal ikke", "publiceras ej", "publiseres ikke",
    "offentliggøres ikke", "ei saa", "ei julkaistavaksi", "ei julkisuuteen", "nie",
)  # fmt: skip
# Before much else than publishing: these need a time.
BARE_NOS = frozenset([
    "no", "no se", "non", "nao", "geen", "keine", "pas de", "nie", "mag niet", "mag pas", "darf nicht", "darf erst",
    "durfen nicht", "no puede", "no debe", "non puo", "non deve", "nao pode", "nao deve",
])  # fmt: skip
# Who is asked, and who asks, before an order.
COURTESIES = (
    "please", "pls", "kindly", "strictly", "(?:please )?note that",
    "merci(?: de)?(?: bien vouloir)?", "priere(?: de)?", "veuillez",
    "nous vous (?:prions|remercions|demandons|saurions gre)(?: de)?", "bitte", "wir bitten(?: \\w+){0,2}?", "gelieve",
    "alstublieft", "wij verzoeken u", "we verzoeken u", "(?:vi |si )preg(?:a|hiamo)(?: \\w+){0,1}? di",
    "per (?:favore|cortesia)", "por favor", "(?:les |se )?r(?:ue|o)ga(?:mos)?(?: que)?",
    "(?:les |se )?solicita(?:mos)?(?: que)?", "favor de", "favor", "(?:pede-se|pedimos)(?: que)?",
    "vanligen", "var vanlig(?: och)?", "vi ber (?:er|om at|dere om)", "vennligst", "venligst",
    "we (?:kindly |would )?(?:ask|request)(?: you| that you)?", "you are (?:kindly )?(?:asked|requested)",
    "(?:the )?(?:media|editors|journalists|newsrooms|reporters|subscribers|clients) are(?: \\w+)? (?:asked|requested)",
)  # fmt: skip
# What is an order only behind one of those.
ASKED = (
    "not to", "not", "to refrain from", "avoid", "to hold", "nicht", "erst", "de ne pas", "om", "om niet", "niet",
    "non", "no", "nao", "ej", "inte", "ikke", "att inte",
)  # fmt: skip
MODALS = (  # behind what an order is about: "this release may not be published before …"
    "(?:may|must|shall|should|can|is|are)(?: strictly)? not", "(?:may|must|shall|should|can) only", "cannot", "can't",
    "mustn't", "must never", "(?:darf|durfen|soll|sollte|sollen|ist|sind|wird)(?: \\w+){0,2}? nicht",
    "(?:darf|durfen|soll|sollte|sollen|ist|sind|kann)(?: \\w+){0,2}? erst",
    "n[e'] ?(?:peut|peuvent|doit|doivent|pourra|pourront|est|sont)(?: \\w+){0,1}? pas",
    "ne (?:peut|peuvent|pourra|pourront|saurait|doit|doivent)(?= (?:etre|pas etre))",
    "no (?:puede|pueden|debe|deben|podra|podran|debera|deberan|se puede|se debe)",
    "non (?:puo|possono|deve|devono|potra|potranno|va|vanno)", "nao (?:pode|podem|deve|devem|podera|poderao)",
    "(?:mag|mogen|moet|is|zijn)(?: \\w+){0,2}? (?:niet|pas)", "far (?:ej|inte|ikke|icke)",
    "(?:ma|kan|skal|bør|skall) (?:ej|inte|ikke)", "ei saa",
)  # fmt: skip
ONLY = word_set("only erst pas")  # what these forbid is free behind one of the next
AFTER = word_set(
    """
    after from following ab nach ab dem na vanaf apres dal dalle dopo despues partir apos
    """
)
FORBIDDEN = (
    "prohibited", "forbidden", "banned", "not permitted", "not allowed", "not authori[sz]ed", "interdite?s?",
    "untersagt", "verboten", "nicht (?:gestattet|erlaubt|zulassig)", "unzulassig", "verboden", "niet toegestaan",
    "prohibid[ao]", "no (?:esta )?permitid[ao]", "vietat[ao]", "non (?:e )?consentit[ao]", "proibid[ao]", "forbjud\\w*",
    "forbudt", "ikke tilla\\w+",
)  # fmt: skip
ATTACHED = word_set(
    """
    attached enclosed accompanying embargoed present beigefugte beiliegende anliegende vorliegende vorliegender
    ci-joint jointe adjunto adjunta allegato allegata bijgevoegde bifogade vedlagte vedlagt
    """
)
# Texts that only the press gets.
FOR_PRESS = word_set(
    """
    release dispatch embargo meldung pressemitteilung pressemeldung pressetext depeche communique comunicato
    comunicado persbericht nieuwsbericht pressmeddelande pressmeddelandet pressemeddelelse pressemeddelelsen
    pressemelding pressemeldingen meddelelse tiedote advisory
    """
)
STRICTLY = word_set("strictly strictement strengstens streng estrictamente severamente rigorosamente strikt not ikke")
# Who reports of an order does not give it.
REPORTED = (
    "said", "says", "say", "told", "ruled", "rules", "ordered", "orders", "decided", "according", "announced", "court",
    "judge", "sagte", "sagt", "teilte", "entschied", "laut", "gericht", "selon", "declare", "tribunal", "dijo", "segun",
    "disse", "secondo", "volgens", "zei", "rechter", "sade", "enligt", "ifolge", "ifølge",
)  # fmt: skip
# An order begins with one of these, or a text with one of them may hold one.
TRIGGERS = (
    "not for",
    "no part of",
    "none of this",
    "not to be",
    "not to pub",
    "not to use",
    "not to rel",
    "not to bro",
    "not to dis",
    "not to tra",
    "not to air",
    "not to print",
    "not to post",
    "do not",
    "don't",
    "not be",
    "cannot be",
    "can't be",
    "only be",
    "never be",
    "refrain",
    "not run",
    "avoid pub",
    "avoid us",
    "nicht",
    "keine ",
    "ne pas",
    "pas de ",
    "ne peut",
    "ne peuvent",
    "ne doi",
    "ne pour",
    "n'est pas",
    "niet",
    "geen",
    "non ",
    "no pub",
    "no dif",
    "no emi",
    "no tra",
    "no broad",
    "no us",
    "no se ",
    "no div",
    "no pued",
    "no deb",
    "no pod",
    "nao ",
    "nie pub",
    "interdi",
    "prohibid",
    "vietat",
    "proibid",
    "prohibited",
    "forbidden",
    "untersagt",
    "verbo",
    "not permitted",
    "not allowed",
    "erst ",
    "publicatie",
    "mag pas",
    "mogen pas",
    "ej for",
    "ej till",
    "far ej",
    "inte pub",
    "inte for",
    "publicera",
    "far inte",
    "ikke for",
    "ikke til",
    "ikke pub",
    "ikke offentligg",
    "ma ikke",
    "kan ikke",
    "skal ikke",
    "forbjud",
    "forbudt",
    "ei saa",
    "ei julk",
)

# These count only with a time behind them.
RELEASE_PHRASES = (
    "hold for", "advance for", "for use", "for release", "for publication", "for broadcast",
    "(?:available|free|approved|authori[sz]ed|released) for (?:release|publication|broadcast)", "publishable",
    "release time", "release at", "frei ab", "frei fur", "frei zur veroffentlichung", "freigegeben ab",
    "freigegeben fur", "freigegeben zur veroffentlichung", "zur veroffentlichung", "veroffentlichung ab",
    "zu veroffentlichen ab", "verwendbar ab", "publizierbar ab", "zur publikation", "publikation ab",
    "(?:frei )?zur sendung(?: frei)?", "sendefrei", "freigabe",
    "libre de (?:publication|diffusion)", "publiable", "diffusable",
    "(?:diffusion|publication|parution|utilisation) (?:autorisee|possible|permise|libre)",
    "a (?:publier|diffuser|utiliser) (?:a partir|apres)", "pour (?:publication|diffusion) (?:a partir|apres)",
    "utilisable (?:a partir|apres|des)",
    "julkaisuvapaa", "julkaistavissa", "vapaa(?:sti)? (?:julkaistavaksi|julkaistavissa|kaytettavissa)",
    "vrij voor publicatie", "vrij vanaf", "te publiceren", "vrijgegeven (?:voor publicatie|vanaf)",
    "(?:publicatie|uitzending) toegestaan",
    "pubblicabile", "diffondibile", "da (?:pubblicare|diffondere) (?:dal|dopo|a partire)",
    "(?:uso|utilizzo|pubblicazione|diffusione) (?:consentit[ao]|autorizzat[ao]|permess[ao]|liber[ao])",
    "per (?:la )?(?:pubblicazione|diffusione)", "liber[aoei] da embargo",
    "publicable", "difundible", "(?:para )?publicar (?:a partir|despues|desde)",
    "para (?:su )?(?:publicacion|difusion|emision|divulgacion)", "libre de embargo",
    "(?:publicacion|difusion) (?:autorizada|permitida|libre)", "autorizada (?:su|la) (?:publicacion|difusion)",
    "liberad[ao] para (?:publicacao|divulgacao)", "livre para (?:publicacao|divulgacao)", "publicar apos",
    "para (?:publicacao|divulgacao|difusao|veiculacao)", "(?:publicacao|divulgacao) (?:autorizada|permitida|liberada)",
    "publiceras tidigast", "far publiceras", "publiceringsfri(?:tt)?", "(?:ma|kan|far) (?:først|forst) \\w+",
    "(?:til )?fri(?:gitt|givet|tt)? (?:for|till?) (?:publi[cs]ering|offentliggør\\w+|offentliggjør\\w+|bruk|brug)",
    "til fri offentliggørelse", "kan publi[cs]eres", "kan offentliggøres",
    "frigives", "frigis", "(?:may|can|to) be (?:published|used|released|broadcast) (?:from|after|as of|only)",
    "(?:publish|use|release) only (?:on or )?(?:after|from)", "publish (?:on or )?after",
    "do publikacji", "mozna publikowac", "ke zverejneni", "(?:k|na) (?:publikaci|publikovani|zverejnenie)",
)  # fmt: skip
# These begin other sentences too: they count only where the line has nothing else than the time.
ALONE_PHRASES = (
    "not before", "not until", "nicht vor(?: dem)?", "pas avant", "no antes del?", "non prima d(?:i|el|elle|alle)",
    "nao antes d[aeo]s?", "niet voor", "niet eerder dan", "inte fore", "ej fore", "ikke før", "nie przed", "ei ennen",
    "use (?:from|after|at)", "publish (?:from|at)", "release", "released?(?: from| at)", "nfp", "sperre(?: bis)?",
    "sperrzeit",
    "(?:end|lifting|expiry) of (?:the )?embargo", "ende (?:der |des )?(?:sperrfrist|embargos)",
    "(?:fin|levee) de l'embargo", "fin del embargo", "fine embargo", "fine dell'embargo", "fim do embargo",
    "einde(?: van het)? embargo", "out of embargo",
)  # fmt: skip
RELEASE_TRIGGERS = (
    "hold for", "advance for", "advance copy", "advance story", "for use", "for release", "for pub", "for broadcast",
    "publishable", "release time", "release at", "frei ", "freigegeben ", "zur veroff", "veroffentlichung ab",
    "zu veroff", "verwendbar", "publizierbar", "zur publ", "publikation ab", "zur send", "sendefrei", "freigabe",
    "libre de pub", "libre de dif", "publiable", "diffusable", "a publier", "a diffuser", "a utiliser", "autorise",
    "ion possible", "ion permise", "ion libre", "pour pub", "pour dif", "utilisable",
    "julkaisuvapaa", "julkaistavissa", "vapaa julk", "vapaasti julk", "vapaa kayt", "vapaasti kayt",
    "vrij v", "vrijgeg", "te publiceren", "toegestaan",
    "pubblicabile", "diffondibile", "da pubblicare", "da diffondere", "consentit", "autorizz", "permess",
    "ione libera", "per pub", "per la pub", "per dif", "per la dif", "publicable", "difundible", "publicar a",
    "publicar d", "para su pub", "para su dif", "para su emi", "para su div", "para pub", "para dif", "para emi",
    "para div", "para vei", "autorizada", "permitida", "ion libre", "liberad", "livre para",
    "publiceras", "publiceringsfri", "till publ", "til publ", "for publi", "til offentligg", "for offentligg",
    "fri offentligg", "for bruk", "til brug", "kan publ", "kan offentligg", "frigives", "frigis",
    "be published from", "be published after", "be published as", "be published only",
    "be used from", "be used after", "be used as", "be used only", "be released from", "be released after",
    "be released as", "be released only", "be broadcast ", "publish only", "use only", "release only", "publish after",
    "publish on", "rst publ", "rst offentligg", "confidential until",
    "do publikacji", "mozna publ", "ke zverejn", "k publik", "na zverejn",
    "not before", "not until", "pas avant", "no antes", "nao antes", "inte fore", "ej fore", "ikke f", "nie przed",
    "ei ennen", "release:", "use from", "use after", "use at", "publish from", "publish at", "nfp ",
)  # fmt: skip
