"""Notices as desks send them, in fourteen languages, and what newspapers print that reads alike and kills nothing."""

import pytest

from streams.wire.publication.advisories import advice

# Headline, text, who sends it.
NOTICES = [
    # Dutch
    ("Intrekking bericht", 'Aan de redacties: het ANP trekt het bericht "Tunnel open" van 9.15 uur terug.', ("ANP",)),
    ("x", 'Belga heeft het bericht "Staking" teruggetrokken.', ("Belga",)),
    ("x", 'Beste redacties, gelieve het bericht "Staking" niet te gebruiken.', ()),
    # Norwegian, Danish, Swedish
    ("x", 'Til redaksjonen: NTB har trukket tilbake meldingen "Broen stenges".', ("NTB",)),
    ("x", 'NTB trekker tilbake saken "Broen stenges". Saken må ikke brukes.', ("NTB",)),
    ("x", 'Ritzau trækker telegrammet "Broen lukkes" tilbage.', ("Ritzau",)),
    ("x", 'Ritzau har trukket historien "Broen lukkes" tilbage.', ("Ritzau",)),
    ("x", "Vi ber redaksjonene om å slette saken fra 09.15.", ()),
    ("x", 'Kära redaktioner, vänligen stryk texten "Bron stängs".', ()),
    # Portuguese, Spanish, French, Italian
    ("x", 'Solicita-se aos senhores clientes que anulem a notícia com o título "Ponte fechada".', ()),
    ("x", 'Pede-se aos nossos estimados assinantes que retirem a notícia "Ponte fechada".', ()),
    ("x", 'Por favor desconsiderem a notícia "Ponte fechada".', ()),
    ("x", "Rogamos a nuestros estimados abonados que anulen la noticia sobre el puente.", ()),
    ("x", "Nous prions nos aimables abonnés de ne pas utiliser notre dépêche sur le pont.", ()),
    ("x", "Chers clients, merci de supprimer notre dépêche sur le pont.", ()),
    ("x", "Si pregano i gentili abbonati di annullare la notizia sul ponte.", ()),
    # German
    ("Hinweis", 'Liebe Redaktionen, bitte löschen Sie die Meldung "Brücke gesperrt" aus Ihren Systemen.', ()),
    ("x", "Sehr geehrte Damen und Herren, bitte verwenden Sie die Meldung von 9.15 Uhr nicht.", ()),
    ("x", "Liebe Kolleginnen und Kollegen, die Meldung über die Brücke wird zurückgezogen.", ("dpa",)),
    ("x", "Die Meldung wurde versehentlich gesendet. Bitte löschen Sie sie.", ()),
    ("x", "Die dpa-Meldung wurde irrtümlich verbreitet. Bitte nicht verwenden.", ()),
    ("x", "An die Redaktionen: Die Meldung von 9.15 Uhr wurde aus Versehen verschickt.", ()),
    # English
    ("Advisory", 'TO ALL EDITORS: the 0915 GMT story "Bridge" was sent in error. Please remove it from all platforms.', ()),
    ("x", "Editors: the story on the bridge was published by mistake.", ()),
    ("x", "Attention clients: the dispatch slugged BC-Bridge was inadvertently released. Please delete it immediately.", ()),
    ("Advisory", 'WITHDRAWAL NOTICE\n\nReuters has withdrawn the item "Bridge", which ran at 0915 GMT.', ("Reuters",)),
    ("x", 'Reuters has withdrawn the item "Bridge", which ran at 0915 GMT.', ("Reuters",)),
    ("x", 'The AP has withdrawn the alert headlined "Bridge".', ("AP",)),
    ("Bridge", "(Please note this story has been spiked. Do not use.)", ()),
    ("Bridge", "Please note that this story is withdrawn.", ()),
    ("Bridge", "This story has been killed.", ()),
    ("Bridge", "Dear editors, please kill the story slugged BC-Bridge.", ()),
    ("Bridge", "KILL NOTICE", ()),
    # Polish
    ("x", 'PAP anuluje depeszę pt. "Most zamknięty" z godz. 10.15. Prosimy o niewykorzystywanie.', ("PAP",)),
    ("x", "Anulujemy depeszę o moście. Prosimy o jej niewykorzystywanie.", ()),
    ("x", "Prosimy o usunięcie depeszy o moście.", ()),
    ("x", "Uwaga redakcje: prosimy nie publikować depeszy o moście.", ()),
    ("x", "Ta depesza została anulowana.", ()),
    ("x", "Depesza o moście jest błędna. Prosimy jej nie wykorzystywać.", ()),
    ("ANULUJEMY", "x", ()),
    # Russian
    ("x", "Просьба аннулировать сообщение, переданное в 10:15.", ()),
    ("x", "Вниманию редакций: просим не использовать сообщение о мосте.", ()),
    ("x", "ТАСС аннулирует сообщение о закрытии моста.", ("ТАСС",)),
    ("x", "Интерфакс отзывает новость о закрытии моста.", ("Интерфакс",)),
    ("x", "Наше сообщение о мосте аннулировано.", ()),
    ("x", "Сообщение о мосте ошибочно. Просьба не использовать.", ()),
    ("АННУЛИРОВАНО", "x", ()),
    # Czech
    ("x", "ČTK ruší zprávu vydanou v 10:15. Prosíme, nepoužívejte ji.", ("ČTK",)),
    ("x", "Prosíme, nepoužívejte zprávu o mostu.", ()),
    ("x", "Upozornění redakcím: rušíme zprávu o mostu.", ()),
    ("x", "Zpráva o mostu je chybná. Nepoužívejte ji.", ()),
    # Finnish
    ("Huomio toimitukset", 'Poistakaa STT:n juttu "Silta suljettiin" käytöstä. Juttu perutaan.', ("STT",)),
    ("x", 'STT peruu jutun "Silta suljettiin".', ("STT",)),
    ("x", "Pyydämme poistamaan jutun sillasta.", ()),
    ("x", "Juttu sillasta on virheellinen. Sitä ei saa käyttää.", ()),
    ("PERUTAAN", "x", ()),
]  # fmt: skip
NEWS = [
    ("x", "De Telegraaf trekt het bericht over de brug terug.", ("ANP",)),
    ("x", "Politiet har trukket tilbake saken mot mannen.", ("NTB",)),
    ("x", "VG trekker tilbake saken om ministeren.", ("NTB",)),
    ("x", "Solicita-se aos clientes que retirem os produtos da prateleira.", ("Lusa",)),
    ("x", "Pede-se aos condutores que ignorem o aviso.", ("Lusa",)),
    ("x", "Liebe Leser, bitte löschen Sie die App.", ()),
    ("x", "Die Meldung wurde versehentlich gesendet, teilte das Amt mit. Bitte löschen Sie sie.", ()),
    ("x", "Der Alarm wurde versehentlich ausgelöst. Bitte nicht weiterverbreiten.", ()),
    ("x", "The alert was sent in error, officials said. Please delete it.", ()),
    ("x", "The missile alert was sent in error by a worker.", ()),
    ("x", "The text was sent in error. Please delete it.", ()),
    ("x", "Lancet has withdrawn the article headlined “Bridge”.", ("Reuters",)),
    ("x", "Reuters has withdrawn from the talks on the item “Bridge”.", ("Reuters",)),
    ("x", "Please note that the museum is closed. Do not use the lift.", ()),
    ("x", "Please note the report is withdrawn.", ()),
    ("x", "This story was killed by the editor of the Times.", ()),
    ("x", "This story was spiked by CBS in 1999.", ()),
    ("x", "Dear readers, the story of the bridge is over.", ()),
    ("x", "PAP poinformował, że ministerstwo anuluje depeszę.", ("PAP",)),
    ("x", "Sąd anuluje umowę o moście.", ("PAP",)),
    ("x", "Prosimy o usunięcie samochodów z mostu.", ("PAP",)),
    ("x", "Gazeta Wyborcza wycofuje artykuł o ministrze.", ("PAP",)),
    ("x", "Минобороны отзывает сообщение о потерях.", ("ТАСС",)),
    ("x", "Суд аннулировал лицензию канала.", ("ТАСС",)),
    ("x", "Сообщение о минировании ложное, сообщили в полиции.", ("ТАСС",)),
    ("x", "Просьба не использовать лифт, сообщил мэр.", ("ТАСС",)),
    ("x", "Посол отозван для консультаций.", ("ТАСС",)),
    ("x", "Soud zrušil rozsudek nad starostou.", ("ČTK",)),
    ("x", "Deník stahuje článek o ministrovi.", ("ČTK",)),
    ("x", "Prosíme, nepoužívejte výtah.", ("ČTK",)),
    ("x", "Vláda ruší zprávu o dani, řekl ministr.", ("ČTK",)),
    ("x", "Konsertti perutaan.", ("STT",)),
    ("x", "Helsingin Sanomat poistaa jutun ministeristä.", ("STT",)),
    ("x", "Poistakaa lumi katoilta, kaupunki pyytää.", ("STT",)),
    ("x", "Juttu on tuttu kaikille.", ("STT",)),
]  # fmt: skip


@pytest.mark.parametrize(("headline", "text", "senders"), NOTICES)
def test_a_notice_kills(headline: str, text: str, senders: tuple[str, ...]) -> None:
    assert advice(headline, "", text, senders) == "kill"


@pytest.mark.parametrize(("headline", "text", "senders"), NEWS)
def test_news_that_reads_alike_does_not(headline: str, text: str, senders: tuple[str, ...]) -> None:
    assert advice(headline, "", text, senders) != "kill"
