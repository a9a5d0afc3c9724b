"""Categories that a new Forebay begins with: what most teams meet. They are data like any other and may be changed.

Their rules are few and careful, in English and German: they say nothing sooner than something wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.domain.documents.category import Category, Rule, RuleField, RuleKind


def starter_categories(*, at: datetime) -> tuple[Category, ...]:
    """Their ids are the same everywhere."""
    return tuple(starter.category(at) for starter in _STARTERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Starter:
    number: int
    name: str
    description: str
    rules: tuple[Rule, ...]
    examples: tuple[str, ...]

    def category(self, at: datetime) -> Category:
        return Category(
            id=UUID(int=0x019AA000_0000_7000_8000_000000000000 + self.number),
            name=self.name,
            description=self.description,
            rules=self.rules,
            examples=self.examples,
            created_at=at,
            updated_at=at,
        )


def _titled(*terms: str, confidence: float = 0.85) -> Rule:
    return Rule(kind=RuleKind.ANY, terms=terms, where=RuleField.TITLE, confidence=confidence)


def _all(*terms: str, confidence: float = 0.9) -> Rule:
    return Rule(kind=RuleKind.ALL, terms=terms, confidence=confidence)


def _phrase(*terms: str, confidence: float = 0.9) -> Rule:
    return Rule(kind=RuleKind.PHRASE, terms=terms, confidence=confidence)


_STARTERS: Sequence[_Starter] = (
    _Starter(
        number=1,
        name="invoice",
        description="A bill for goods or services: who owes whom how much, with a number, a date, items, tax and terms"
        " of payment. Rechnung.",
        rules=(
            _titled("invoice", "tax invoice", "rechnung"),
            _all("invoice number", "amount due", confidence=0.95),
            _all("invoice no", "due date"),
            _all("rechnungsnummer", "rechnungsdatum", confidence=0.95),
            _all("rechnungsnummer", "zahlbar"),
        ),
        examples=(
            (
                "Invoice number 2024-117, due within 30 days. Consulting, 12 hours. Subtotal 1,440.00, VAT 20 %, amount"
                " due 1,728.00. Please pay to the account below."
            ),
            (
                "Rechnung Nr. 4711. Rechnungsdatum 3. Mai. Wir stellen Ihnen in Rechnung: 2 Lizenzen. Netto 400,00 EUR,"
                " Umsatzsteuer 19 %, zahlbar innerhalb von 14 Tagen."
            ),
        ),
    ),
    _Starter(
        number=2,
        name="receipt",
        description="Proof that something was paid: a till receipt, a confirmation of payment, a ticket. Quittung,"
        " Kassenbon, Beleg.",
        rules=(
            _titled("receipt", "payment confirmation", "quittung", "kassenbon", "zahlungsbestätigung"),
            _all("receipt", "paid", "change due"),
            _phrase("thank you for your payment", "payment received with thanks", "betrag dankend erhalten"),
        ),
        examples=(
            "Receipt. Coffee 3.20, sandwich 5.80, total 9.00. Paid by card ending 4242. Thank you, come again.",
            "Quittung: Betrag 25,00 EUR dankend erhalten, bar bezahlt.",
        ),
    ),
    _Starter(
        number=3,
        name="contract",
        description="An agreement that binds its parties: obligations, term, termination, liability, governing law,"
        " signatures. Vertrag, Vereinbarung.",
        rules=(
            _titled("contract", "agreement", "vertrag", "mietvertrag", "arbeitsvertrag", "nda"),
            _all("governing law", "hereinafter", confidence=0.95),
            _phrase("this agreement is entered into", "the parties agree as follows", "in witness whereof"),
            _all("gerichtsstand", "vertragspartner"),
            _phrase("wird folgender vertrag geschlossen", "zwischen den vertragsparteien"),
        ),
        examples=(
            (
                "This Agreement is entered into by and between the Supplier and the Customer. The parties agree as"
                " follows: term, confidentiality, limitation of liability, governing law."
            ),
            (
                "Zwischen Vermieter und Mieter wird folgender Vertrag geschlossen. § 1 Mietgegenstand, § 2 Mietdauer,"
                " § 9 Gerichtsstand."
            ),
        ),
    ),
    _Starter(
        number=4,
        name="letter",
        description="A message from one person or office to another, with salutation and closing. Brief, Anschreiben.",
        rules=(
            _all("dear", "yours sincerely"),
            _all("dear", "yours faithfully"),
            _phrase("to whom it may concern", confidence=0.8),
            _all("sehr geehrte", "mit freundlichen grüßen"),
            _all("sehr geehrter", "mit freundlichen grüßen"),
        ),
        examples=(
            (
                "Dear Ms Jones, thank you for your letter of 4 March. We are sorry to hear about the delay and call"
                " you next week. Yours sincerely, P. Smith"
            ),
            (
                "Sehr geehrter Herr Maier, vielen Dank für Ihr Schreiben. Wir bestätigen den Termin. Mit freundlichen"
                " Grüßen, A. Weber"
            ),
        ),
    ),
    _Starter(
        number=5,
        name="report",
        description="An account of something that was looked into or that happened over a time: findings, figures,"
        " conclusions, recommendations. Bericht.",
        rules=(
            _titled("annual report", "quarterly report", "incident report", "jahresbericht", "abschlussbericht"),
            _all("executive summary", "findings", "recommendations"),
            _all("zusammenfassung", "ergebnisse", "empfehlungen", confidence=0.8),
        ),
        examples=(
            (
                "Executive summary. This report presents the findings of the audit of the third quarter. Revenue grew"
                " by 4 %. We recommend three measures."
            ),
            "Abschlussbericht des Projekts: Ausgangslage, Vorgehen, Ergebnisse und Empfehlungen.",
        ),
    ),
    _Starter(
        number=6,
        name="manual",
        description="Instructions for using, installing or repairing something: steps, warnings, settings,"
        " troubleshooting. Handbuch, Anleitung.",
        rules=(
            _titled(
                "manual",
                "user guide",
                "installation guide",
                "reference guide",
                "handbook",
                "handbuch",
                "bedienungsanleitung",
                "benutzerhandbuch",
            ),
            _all("troubleshooting", "installation", "getting started"),
            _all("fehlerbehebung", "inbetriebnahme"),
        ),
        examples=(
            (
                "User guide. Getting started: connect the power supply, press and hold the button for three seconds."
                " Troubleshooting: if the light blinks red, restart the device."
            ),
            "Bedienungsanleitung. Inbetriebnahme: Schließen Sie das Gerät an. Warnung: Öffnen Sie nicht das Gehäuse.",
        ),
    ),
    _Starter(
        number=7,
        name="policy",
        description="Rules that an organisation sets for itself and its people: purpose, scope, who must do what."
        " Richtlinie, Leitlinie, Ordnung.",
        rules=(
            _titled("policy", "code of conduct", "privacy policy", "richtlinie", "datenschutzerklärung"),
            _all("this policy applies to", "scope", confidence=0.85),
            _all("diese richtlinie", "geltungsbereich"),
        ),
        examples=(
            (
                "Information security policy. Purpose and scope: this policy applies to all employees. Passwords are"
                " kept secret. Violations are reported to the security officer."
            ),
            "Diese Richtlinie regelt die Nutzung von Dienstgeräten. Geltungsbereich: alle Beschäftigten.",
        ),
    ),
    _Starter(
        number=8,
        name="minutes",
        description="What was said and decided in a meeting: who was there, agenda, decisions, tasks. Protokoll.",
        rules=(
            _titled("meeting minutes", "minutes of the meeting", "sitzungsprotokoll", "besprechungsprotokoll"),
            _all("attendees", "agenda", "action items"),
            _all("minutes", "apologies", "any other business"),
            _all("teilnehmer", "tagesordnung", "beschlüsse"),
        ),
        examples=(
            (
                "Minutes of the board meeting of 12 June. Present: Lee, Novak, Diaz. Apologies: Chen. The budget was"
                " approved. Action items: Novak sends the figures by Friday."
            ),
            (
                "Protokoll der Sitzung vom 12. Juni. Teilnehmer: Braun, Koch. Tagesordnung: 1. Haushalt. Beschluss:"
                " einstimmig angenommen."
            ),
        ),
    ),
    _Starter(
        number=9,
        name="resume",
        description="A person's career for an application: experience, education, skills. Curriculum vitae,"
        " Lebenslauf.",
        rules=(
            _titled("resume", "résumé", "curriculum vitae", "cv", "lebenslauf", confidence=0.9),
            _all("work experience", "education", "skills"),
            _all("berufserfahrung", "ausbildung", "kenntnisse"),
        ),
        examples=(
            (
                "Curriculum vitae. Work experience: software engineer, 2018 to 2023. Education: BSc Computer Science."
                " Skills: Python, SQL. Languages: English, Spanish."
            ),
            "Lebenslauf. Berufserfahrung: Buchhalterin seit 2015. Ausbildung: Kauffrau. Kenntnisse: Excel, DATEV.",
        ),
    ),
    _Starter(
        number=10,
        name="specification",
        description="What something must do or be, exactly: requirements, interfaces, formats, tolerances, standards."
        " Spezifikation, Lastenheft, Pflichtenheft, Datenblatt.",
        rules=(
            _titled(
                "specification",
                "datasheet",
                "data sheet",
                "rfc",
                "spezifikation",
                "lastenheft",
                "pflichtenheft",
                "datenblatt",
            ),
            _phrase(
                'the key words "must", "must not"', 'the key words "must"', "functional requirements", confidence=0.85
            ),
            _all("anforderungen", "schnittstellen", "abnahmekriterien"),
        ),
        examples=(
            (
                "Requirements specification. It MUST answer within 200 ms. The interface accepts JSON as defined"
                " in section 4. Non-functional requirements: availability of 99.9 %."
            ),
            "Pflichtenheft: Anforderungen an die Schnittstellen, Datenformate, Abnahmekriterien.",
        ),
    ),
    _Starter(
        number=11,
        name="presentation",
        description="Slides for a talk: short points, an agenda, a closing slide. Präsentation, Folien.",
        rules=(
            _titled("presentation", "slides", "slide deck", "pitch deck", "präsentation", "folien"),
            _all("agenda", "thank you for your attention"),
            _all("vielen dank für ihre aufmerksamkeit", "fragen", confidence=0.85),
        ),
        examples=(
            (
                "Roadmap 2025. Agenda. Where we are. What comes next. Key figures. Questions? Thank you for your"
                " attention!"
            ),
            "Präsentation: Agenda, Ziele, Zeitplan. Vielen Dank für Ihre Aufmerksamkeit.",
        ),
    ),
    _Starter(
        number=12,
        name="form",
        description="A sheet to be filled in: fields, boxes to tick, a place for date and signature. Formular, Antrag.",
        rules=(
            _titled("application form", "registration form", "formular", "antrag", "anmeldeformular"),
            _all("please complete", "block capitals"),
            _all("zutreffendes ankreuzen", "unterschrift"),
        ),
        examples=(
            (
                "Application form. Please complete in block capitals. Last name, first name, date of birth. Tick as"
                " appropriate. Place, date, signature of the applicant."
            ),
            (
                "Antrag auf Kostenerstattung. Zutreffendes bitte ankreuzen. Name, Anschrift, IBAN. Ort, Datum,"
                " Unterschrift."
            ),
        ),
    ),
)
