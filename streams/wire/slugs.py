"""The pattern of a wire's slugs (``BC-Acme``, ``CP-Ont-Fire``), which are names of stories wherever they stand."""

# BC-Acme, CP-Ont-Fire, NA-GEN--Budget: no pair of countries, no word like "E-mail" or "EU-wide".
SLUGS = (
    r"(?<![\w-])(?:(?:(?:BC|AM|PM)-{1,2}[^\W_]|(?:AP|CP|PA|NA|AAP|AFP|DPA|EFE|ANSA|TT|NTB|ANP|APA|SDA|UPI|PTI)"
    r"-{1,2}(?!Meldung|Eilmeldung|Nachricht|Bericht|Artikel|Text|Story|Dep)[A-ZÀ-Þ0-9])(?:[\w&+.'’-]{0,80}\w)?"
    r"|(?!(?:US|EU|UK|UN|TV|UAE|NATO)-[^-])[A-Z]{2,5}(?:--[A-Z0-9]|-[A-Z][\w&+.'’]{1,30}-{1,2}[A-Z0-9])(?:[\w&+.'’-]{0,60}\w)?)"
)
