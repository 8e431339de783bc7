"""The words with which wires say from when a story is free: phrases that begin a line, and how to find them fast.

All in lower case and without accents, as `embargo_orders` compares them; some are patterns.
"""

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
