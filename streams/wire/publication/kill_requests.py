"""The sentences by which desks kill a story, in fourteen languages: takes one in plain letters, returns yes or no.

A request to the receiver names the act and a story ("Veuillez annuler notre dépêche"), or a sentence says that this
very story is withdrawn ("Diese Meldung wird zurückgezogen"). Either is enough alone.
"""

from streams.wire.publication.kill_sentences import is_reported, sentences

_REQUEST = sentences(r"""
(?:please|kindly) kill\bGAP\bTHING\b

DROP (?:(?:the|our|this|all|any|earlier|previous|following) ){0,3}STORY\W{1,3}WHICH

(?:PLEASE )?DROP (?:(?:the|our|this|all|any|earlier|previous|following) ){0,3}THING\W{1,3}SENT

PLEASE DROP (?:the|our|this|all|any) (?:(?:earlier|previous|following|above) )?STORY\b

PLEASE DROP (?:our|this|all) (?:(?:earlier|previous|following) )?THING
(?=\W*$|,| from (?:your|all|any) (?:web ?)?(?:sites?|pages?|systems?|archives?|wires?|feeds?|services?)\b| (?:on
|about)\b)

(?:please|kindly) (?:withdraw|retract) (?:the )?THING\b(?!GAP\bfrom (?:sale|\w+ shel))

(?:please|kindly) (?:kill|withdraw|retract|spike|delete|discard|disregard|do not use) (?:the |our )?bc-slug

(?:kill|withdraw|spike) bc-slug(?=\W*$|[,.;(])

CLIENTS (?:are|should) (?:kindly )?(?:asked|requested|advised|reminded|be advised) (?:not to use|to DROP)[ ]
(?:the|our|this|all|any) (?:[\w“”…]+ )?STORY\b

we (?:are|have|hereby) ?(?:now |hereby )?(?:withdrawing|withdrawn|withdraw|killing|killed|kill|retracting|retracted
|retract)[ ]
(?:our|the|this) FEWSTORY\b

the STORY (?:below|above) (?:is|was|has been) (?:hereby )?(?:killed|withdrawn|retracted)\b

CLIENTS (?:are|should be) (?:hereby )?(?:advised|informed|notified) that (?:the|our
|this) CLAUSE{0,100}?STORY\bCLAUSE{0,140}?
\b(?:is|was|has been) (?:hereby )?(?:killed|withdrawn|retracted)\b

the following (?:\w+ )?STORY (?:is|was|has been|have been|are) (?:hereby )?(?:killed|withdrawn|retracted)\b

(?:this|the above) (?:story|article|item|dispatch) (?:was|has been|is|is being) (?:removed|deleted|unpublished
|taken down|pulled)
 (?:because it (?:was|had been) (?:published|posted|sent|moved|transmitted|issued|filed)\b|in error\b
|for legal reasons\b)

this (?:\w+ )?(?:story|dispatch|newsflash) (?:is|has been) (?:hereby |now )?(?:killed|spiked|pulled|cancell?ed)
(?=\W*$|[.;] | (?:and|due|because|owing|for legal|at the request)\b)

this (?:story|article|item|dispatch) (?:was|had been) (?:published|posted|sent|moved|transmitted|issued|filed)
 (?:in error|by mistake)\b

(?:bitte|wir bitten)\b[^.\n]{0,80}?\b(?:unsere|die|diese) MELDUNG\b
GAP\b(?:streichen|loschen|zuruckziehen|nicht (?:mehr )?(?:zu )?verwenden|stornieren)\b

bitte MELDUNG\W{1,3}(?:“|\(|\w{0,4} ?\d)GAP\b(?:streichen|loschen|nicht (?:mehr )?(?:verwenden|veroffentlichen))\b

bitte (?:umgehend |sofort |unbedingt )?(?:streichen|loschen|stornieren|entfernen|verwenden) sie (?:bitte |umgehend )?
(?:unsere|die|diese) MELDUNG\b

(?:unsere|die|diese) (?:\w{1,20}-?)?(?:meldung|eilmeldung|zusammenfassung)\bGAP\bbitte (?:umgehend |sofort[ ]
|unbedingt )?
(?:streichen|loschen|nicht (?:mehr |weiter )?(?:verwenden|veroffentlichen|publizieren|nutzen))\b

wir ziehen (?:hiermit )?(?:die|unsere|diese) MELDUNG\bGAP\bzuruck\b

(?:unsere|diese) MELDUNG\bGAP\b(?:wird|ist|wurde) (?:hiermit )?
(?:zuruckgezogen|gestrichen|storniert|annulliert|ungultig|zu streichen)\b

(?:veuillez|priere de?|merci de?|nous (?:vous )?prions (?:nos (?:\w+ ){0,2}?(?:clients|abonnes) )?de?
|nos (?:\w+ ){0,2}?(?:clients|abonnes) sont pries de?)\W{0,2}(?:bien vouloir )?
(?:annuler|supprimer|retirer|detruire|effacer|ne (?:pas|plus) (?:utiliser|publier|diffuser|tenir compte de))
 (?:notre|la|cette|l'|les|nos|le|cet|de la) ?FEWDEPECHE\b

(?:notre|cette|la presente) (?:depeche|alerte)\bGAP\b(?:est|doit etre|a ete) (?:annulee?|retiree?|a annuler
|supprimee?)\b

notre DEPECHE\bGAP\b(?:est|doit etre|a ete) (?:annulee?|retiree?|a annuler|supprimee?)\b

cet(?:te)? (?:article|information) (?:est|a ete) (?:annulee?|retiree?|supprimee?)\W*$

annulez (?:notre|cette|la|l') ?(?:depeche|article|information)\b

nous (?:retirons|annulons) (?:notre|la|cette) FEWDEPECHE\b

(?:gelieve|graag|wilt u|wij verzoeken u|(?:redacties|klanten|abonnees) worden? verzocht)\b[^.\n]{0,80}?
\b(?:ons|het|dit|onze|de) BERICHT\b
GAP\b(?:in te trekken|intrekken|te verwijderen|verwijderen|niet (?:te )?gebruiken|te annuleren)\b

(?:dit|ons) BERICHT\bGAP\b(?:is|wordt|werd) (?:hierbij )?(?:ingetrokken|geannuleerd)\b(?! door\b)

(?:het )?BERICHT\bGAP\b(?:is|wordt) hierbij (?:ingetrokken|geannuleerd)\b

(?:wij|we) trekken (?:het|ons|dit) BERICHT\bGAP\bin\b

(?:si prega(?:no)?|pregasi|preghiamo|vi preghiamo) (?:(?:i|gli|le) (?:\w+ ){0,2}?(?:clienti
|abbonati|redazioni) )?(?:di )?
(?:annullare|eliminare|cancellare|ritirare|non (?:utilizzare|pubblicare|usare))[ ]
(?:la|il|questa|questo|l'|nostra|le) ?FEWNOTIZIA\b

(?:annullare|annullate) (?:la|questa|l') ?(?:nostra )?(?:notizia|dispaccio|lancio)\b

(?:la nostra|questa|la presente) (?:notizia|dispaccio|servizio)GAP\b(?:e|va|deve essere|e stata)[ ]
(?:da |da considerarsi )?(?:annullata|annullare|ritirata|annullato)\b

(?:rogamos|se ruega|por favor,?|les rogamos|solicitamos|pedimos)\W{1,2}
(?:a (?:los|nuestros|sus) (?:\w+ ){0,2}?(?:abonados|clientes|suscriptores|medios),? )?(?:que )?
(?:anulen?|anular|eliminen?|eliminar|retiren?|retirar|no (?:utilicen|usen|publiquen|difundan|utilizar|usar
|publicar))[ ]
(?:nuestra|la|esta|el|este|nuestro|las) FEWNOTICIA\b

(?:anular|anulese|anulen|se anula) (?:la|esta|nuestra|el) (?:noticia|informacion|despacho|teletipo)\b

(?:anular|anulese|anulen) (?:la|esta|nuestra) nota\b

quedan? anulad[ao]s? (?:la|nuestra|esta) (?:noticia|informacion|nota)\b

(?:nuestra|esta|la presente) (?:noticia|informacion|nota)GAP\b(?:queda|esta|ha sido) (?:anulada|retirada)\b(?! por\b)

(?:por favor,?|favor|solicitamos|pedimos|pede-se|solicita-se|roga-se) (?:(?:aos?|as) (?:\w+ ){0,3}?(?:assinantes
|clientes|editores|redacoes),? )?(?:que |o favor de |a )?
(?:anulem|anular|anulacao d|cancelem|cancelar|eliminem|eliminar|retirem|retirar|removam|remover|apaguem|desconsiderem
|ignorem|nao (?:publiquem|utilizem|usem|divulguem)) ?
(?:a|nossa|esta|o|nosso|este) (?:nossa |nosso )?(?:noticia|nota|informacao|materia|texto|despacho)\b

(?:a nossa|nossa|esta) (?:noticia|nota|informacao|materia)GAP\b(?:fica|esta|foi) anulada\b(?! pel[oa]\b)

(?:vennligst|venligst|vanligen|var (?:snill|god) och|vi ber om at|bitte om at)\b[^.\n]{0,40}?
(?:(?:slett|slet|stryk|makuler|annuller|annullera|makulera|trekk)\w{0,3}|(?:ikke|inte) (?:bruk|brug|anvand)
|anvand inte)[ ]
(?:TEXTEN|saken)\b

vi (?:ber|beder|oppfordrer) (?:\w+ )?(?:om )?(?:a|at) (?:slette|fjerne|ikke (?:bruke|bruge)) (?:TEXTEN|saken)\b

(?:redaktioner|kunder|prenumeranter|abonnenter)\w{0,3} (?:ombeds|uppmanas|bes|bedes) (?:att |om (?:at|a) )?
(?:stryka|makulera|inte anvanda|slette|ikke (?:bruke|bruge)|annullere) TEXTEN\b

(?:makulera|stryk) (?:tidigare |foljande )?TEXTEN\b

TEXTEN\bGAP\b
(?:er trukket|trekkes|er annullere?t|annulleres|annulleras|makuleras|har makulerats|dras tillbaka
|har dragits tillbaka)\b

(?:uprzejmie )?(?:prosimy|prosze) (?:panstwa )?(?:o )?(?:niewykorzystywanie|niepublikowanie|usuniecie|wycofanie
|anulowanie|skasowanie|nieuzywanie|anulowac|usunac|wycofac|skasowac|nie (?:wykorzystywac|publikowac|uzywac))\bGAP
\bDEPESZA\b

(?:anulujemy|wycofujemy) (?:\w+ ){0,2}?DEPESZA\b

(?:ta|nasza|niniejsza|powyzsza|ten|nasz) DEPESZA\bGAP\b(?:zostaje|została?|jest) (?:anulowan[aey]|wycofan[aey])\b
(?! przez\b)

(?:просьба|просим|пожалуиста),? (?:вас |редакции |подписчиков )?
(?:аннулировать|отозвать|снять|удалить|не (?:использовать|публиковать|выпускать)) (?:[\w“”…]+ ){0,3}?SOOBSHCHENIE\b

(?:аннулируем|отзываем) (?:[\w“”…]+ ){0,2}?SOOBSHCHENIE\b

(?:это|наше|данное|эта|наша|данная|этот|наш) SOOBSHCHENIE\bGAP\b(?:аннулирован|отозван|снят)[оаы]?\b
(?! (?:судом|властями|министерством))

(?:prosime|zadame),? (?:\w+ ){0,2}?(?:zruste|zrusit|stornujte|stornovat|smazte|smazat|odstrante|odstranit|stahnete
|stahnout|nepouzivejte|nepouzivat|nepublikujte|nepublikovat) (?:\w+ ){0,2}?ZPRAVA\b

(?:rusime|stornujeme|stahujeme) (?:\w+ ){0,2}?ZPRAVA\b

(?:tato|nase) ZPRAVA\bGAP\b(?:je|byla|se) (?:timto )?(?:zrusena|stornovana|stazena|rusi|stornuje|stahuje)\b

(?:olkaa hyva ja )?poistakaa (?:\w+:n |tama |edellinen |aiempi |julkaistu |lahettamamme )FEWJUTTU\b

(?:pyydamme|pyydetaan) (?:teita |toimituksia |asiakkaita )?(?:poistamaan|perumaan|olemaan (?:kayttamatta|julkaisematta))
\bGAP\bJUTTU\b

(?:tama |kyseinen |lahettamamme )?JUTTU (?:“…” )?(?:perutaan|peruutetaan|on peruttu|on peruutettu|vedetaan pois)
(?=\W*$|[.,;] )
""")


def is_request(sentence: str) -> bool:
    """Whether a sentence asks for a story to be killed, or says that this very one is."""
    return _REQUEST.match(sentence) is not None and not is_reported(sentence)
