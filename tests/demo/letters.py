"""The bank, its customers, and the letters it sends on the day of the demonstration."""

import dataclasses
import email.header
import quopri

import mail

CONFIG = """
templates = "templates"
company { name = "Bank"  url = "https://www.bank.example/"  phone = "+48 22 123 45 67"  address = "ul. Długa 1, Warszawa" }
defaults { timezone = "Europe/Warsaw"  locale = "pl"  unknown_customer = "enroll" }
not_customers = {"*@bank.example", "*@crm.bank.example", "*@billing.bank.example"}

stream "crm" { sender = {"*@crm.bank.example", "*@billing.bank.example"}  trust = true  personalize = true }
stream "shop" { sender = {"*@shop.bank.example"} }
stream "partner" { sender = {"*@partner.example"}  trust = true  verify = true }
stream "staff" { sender = {"*@bank.example"}  enforce = false  class = "relational" }

topic "security" { class = "relational"  exempt = true  counts = false }
topic "welcome" { class = "relational" }
topic "statements" { class = "relational" }
topic "wishes" { class = "relational" }
topic "tips" { class = "relational" }
topic "travel" { class = "relational" }
topic "care" { class = "relational" }
topic "offers" { class = "sales" }

attribute "first_name" { sensitivity = 0 }
attribute "last_name" { sensitivity = 0 }
attribute "vocative" { sensitivity = 0 }
attribute "travel_country" { sensitivity = 3 }
attribute "account" { sensitivity = 0 }
attribute "advisor" { sensitivity = 0 }

policy "default" {
  cap "offers a week" { class = "sales"  limit = 2  window = "7d" }
  cap "mail a day" { limit = 5  window = "1d" }
  ratio { relational = 1  sales = 1  window = "30d"  allowance = 1 }
  over = {"rewrite", "hold"}
  hold { max = "60d"  then = "drop" }
}
"""

CRM = "news@crm.bank.example"
BILLING = "statements@billing.bank.example"
SHOP = "hello@shop.bank.example"
PARTNER = "team@partner.example"
STAFF = "katarzyna@bank.example"

LUKASZ, OLENA, DMITRY, JURGEN, EMILY = (
    f"{name}@mail.example" for name in ("lukasz.zak", "olena.shevchenko", "dmitry.sokolov", "juergen.gross", "emily.obrien"))

CUSTOMERS = (
    {"id": "C1", "address": LUKASZ, "first_name": "Łukasz", "last_name": "Żak", "locale": "pl", "account": "PL61"},
    {"id": "C2", "address": OLENA, "first_name": "Олена", "last_name": "Шевченко", "vocative": "Олено", "locale": "uk", "account": "UA21"},
    {"id": "C3", "address": DMITRY, "first_name": "Дмитрий", "last_name": "Соколов", "locale": "ru"},
    {"id": "C4", "address": JURGEN, "first_name": "Jürgen", "last_name": "Groß", "locale": "de", "account": "DE89"},
    {"id": "C5", "address": EMILY, "first_name": "Emily", "last_name": "O'Brien", "locale": "en", "account": "GB29"},
)
NAMES = {customer["address"]: customer["first_name"] for customer in CUSTOMERS}

DELIVERED = "delivered"
CUT = "delivered, sales part cut"
HELD = "held"
REFUSED = "refused"
RETURNED = "refused, the sender is told"

SALES = "Cadence-Class: sales"
RELATIONAL = "Cadence-Class: relational"


@dataclasses.dataclass
class Fate:
    """What must happen to a letter for one recipient. `why` must be in what the program says where it does not simply deliver; of a
    letter that is delivered it is our own remark, or nothing. `shows` must be in the letter as it arrives."""

    outcome: str
    why: str
    shows: str = ""


@dataclasses.dataclass
class Step:
    """One letter, its fates by recipient, and the earlier letters that it frees."""

    what: str
    sender: str
    raw: bytes
    fates: dict
    sales_text: str = ""
    frees: tuple = ()
    untouched: bool = False


def plain(sender, recipient, subject, text, *headers):
    """A text/plain letter; its subject is an encoded word where it is not ASCII."""
    encoded = email.header.Header(subject, "utf-8" if not subject.isascii() else None, maxlinelen=200).encode()
    return mail.compose(sender, recipient, subject=encoded, text=text, headers=headers)


def with_html(sender, recipient, subject, text, html, *headers):
    """A multipart/alternative letter in quoted-printable."""
    head = plain(sender, recipient, subject, "", *headers).partition(b"MIME-Version")[0]
    lines = ["MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="part"', ""]
    for kind, content in (("plain", text), ("html", html)):
        lines += ["--part", f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
                  quopri.encodestring(content.encode()).decode()]
    return head + mail.crlf("\n".join([*lines, "--part--", ""]))


def welcome(address, subject, text):
    """Onboarding: it helps, so it is relational, and it carries the customer's name."""
    raw = plain(CRM, address, subject + ", {{customer.first_name}}!", text, RELATIONAL, "Cadence-Campaign: onboarding")
    return Step(f"onboarding: “{subject}, …!”", CRM, raw, {address: Fate(DELIVERED, "", f", {NAMES[address]}!")})


def offer(address, subject, text, fate, **more):
    """Sales mail."""
    raw = plain(CRM, address, subject, text, SALES, "Cadence-Campaign: spring")
    return Step(f"offer: “{subject}”", CRM, raw, {address: fate}, **more)


STATEMENT = """{{customer.first_name}} {{customer.last_name}}, your statement is ready.
{{#sales}}
Borrow ten thousand more: it takes a minute.
{{/sales}}
Your bank
"""
STATEMENT_HTML = """<p>{{customer.first_name}} {{customer.last_name}}, your statement is ready.</p>
{{#sales}}<p><b>Borrow ten thousand more</b>: it takes a minute.</p>{{/sales}}
<p>Your bank</p>
"""
SALES_TEXT = "Borrow ten thousand"


def statement(address, fate):
    """A statement that carries an offer in a section of its own."""
    raw = with_html(BILLING, address, "Your statement", STATEMENT, STATEMENT_HTML, SALES)
    return Step("statement with a sales section", BILLING, raw, {address: fate}, sales_text=SALES_TEXT)


def untold(sender, what, subject, text, fate, *headers):
    """A letter to Olena whose text alone tells what it is."""
    return Step(what, sender, plain(sender, OLENA, subject, text, *headers), {OLENA: fate})


def four_fates():
    """One message to four recipients."""
    raw = plain(BILLING, "customers@bank.example", "Changes to your account", STATEMENT, SALES, "Cadence-Requires: has(customer.account)")
    return Step("one message to four recipients", BILLING, raw, sales_text=SALES_TEXT, fates={
        EMILY: Fate(DELIVERED, "room left, so she gets all of it", "Emily O'Brien, your statement"),
        JURGEN: Fate(CUT, "two offers already; the rest is relational", "Jürgen Groß, your statement"),
        LUKASZ: Fate(HELD, "mail a day"),
        DMITRY: Fate(RETURNED, "has(customer.account)"),
    })


def from_a_template():
    """Nothing but data comes in; each customer reads a letter in their own language."""
    data = '{"period": "2026-10-31", "account": "4711", "balance": 1234.5}\n'
    raw = plain(BILLING, "customers@bank.example", "statement", data, "Cadence-Template: statement-ready")
    return Step("a template, and its data", BILLING, raw, sales_text="bank.example/savings", fates={
        OLENA: Fate(DELIVERED, "in Ukrainian, with its sales part", "Добрий день, Олено!"),
        EMILY: Fate(CUT, "in English; two offers already", "October 2026"),
        JURGEN: Fate(CUT, "in German; two offers already", "1.234,50"),
    })


def signed():
    """A message that somebody vouches for; its text looks like a template and must not be taken for one."""
    raw = plain(CRM, EMILY, "Signed terms", "--s\nContent-Type: text/plain\n\nDear {{customer.first_name}}, {{#sales}}sign{{/sales}}.\n"
                "--s\nContent-Type: application/pgp-signature\n\nc2lnbmF0dXJl\n--s--\n", RELATIONAL)
    raw = raw.replace(b"text/plain; charset=utf-8", b'multipart/signed; protocol="application/pgp-signature"; boundary="s"', 1)
    fate = Fate(DELIVERED, "a signed message is never changed", "{{#sales}}")
    return Step("signed terms (PGP/MIME)", CRM, raw, {EMILY: fate}, untouched=True)


SALE = "Знижка 30% на все до неділі!\n\nОлено, встигніть купити зі знижкою 30%: розпродаж триває до неділі.\n\nКупити зараз: https://shop.bank.example\n"
BILL = "Рахунок № 4711 за листопад.\n\nДо сплати: 486,20 грн\nСплатити до: 20.12.2026\n"

MONDAY_MORNING = (
    welcome(LUKASZ, "Witaj", "Cieszymy się, że jesteś z nami.\n"),
    welcome(OLENA, "Вітаємо", "Ми раді, що ви з нами.\n"),
    welcome(DMITRY, "Добро пожаловать", "Мы рады, что вы с нами.\n"),
    welcome(EMILY, "Welcome", "We are glad that you are here.\n"),
    welcome(LUKASZ, "Pierwsze kroki", "Tak działa Twoje konto.\n"),
    offer(LUKASZ, "Pożyczka na wiosnę", "Dziesięć tysięcy od ręki.\n", Fate(DELIVERED, "first offer of the week")),
    offer(LUKASZ, "Karta bez opłat", "Rok bez opłat.\n", Fate(DELIVERED, "second of two")),
    offer(LUKASZ, "Ubezpieczenie podróży", "Taniej o połowę.\n", Fate(HELD, "offers a week")),
    offer(JURGEN, "Frühlingskredit", "Zehntausend sofort.\n", Fate(DELIVERED, "the one offer nobody has to earn")),
    offer(JURGEN, "Kostenlose Karte", "Ein Jahr ohne Gebühr.\n", Fate(HELD, "relational")),
    dataclasses.replace(welcome(JURGEN, "Willkommen", "Schön, dass Sie da sind.\n"), frees=(10,)),
    statement(LUKASZ, Fate(CUT, "two offers already; the statement is relational", "Łukasz Żak, your statement")),
    statement(EMILY, Fate(DELIVERED, "room left, so she gets all of it", "Emily O'Brien, your statement")),
    four_fates(),
    Step("letter with a gap nobody can fill", CRM,
         plain(CRM, OLENA, "Ваш консультант", "Ваш консультант: {{customer.advisor}}.\n", RELATIONAL),
         {OLENA: Fate(HELD, "customer.advisor")}),
    Step("a colleague writes by hand", STAFF,
         plain(STAFF, LUKASZ, "Po naszej rozmowie", "Dziękuję za rozmowę. Wzór: {{customer.first_name}}.\n"),
         {LUKASZ: Fate(DELIVERED, "people's mail is counted, never touched", "{{customer.first_name}}")}, untouched=True),
    signed(),
    Step("malformed: “Cadence-Priority: very”", CRM, plain(CRM, OLENA, "Важливо", "…\n", "Cadence-Priority: very"),
         {OLENA: Fate(REFUSED, "Cadence-Priority")}),
    from_a_template(),
    untold(SHOP, "an invoice, and nobody says so", "Рахунок за листопад", BILL,
           Fate(DELIVERED, "its text tells: relational", "Cadence-Class: relational")),
    untold(SHOP, "an offer, and nobody says so", "Розпродаж: знижка 30% на все", SALE,
           Fate(DELIVERED, "its text tells: sales", "Cadence-Class: sales")),
    untold(PARTNER, "an offer that claims to help", "Тільки до неділі: знижка 30%", SALE, Fate(HELD, "offers a week"), RELATIONAL),
)

MONDAY_NIGHT = (
    Step("security code", CRM, plain(CRM, LUKASZ, "Kod: 482 913", "Twój kod: 482 913\n", "Cadence-Topic: security"),
         {LUKASZ: Fate(DELIVERED, "exempt topic: at once, whatever is counted")}, untouched=True),
)

A_WEEK_LATER = ((8, LUKASZ), (14, LUKASZ), (22, OLENA))  # who is released then, by number of the letter
STILL_HELD = ((15, OLENA),)  # its author has to look at it
