"""Plausible people for a demo organisation. Pure: no database, and the same people each time.

Names come from Faker. Streets and towns are written here, because Faker mixes towns, regions and postcodes freely.
"""

import datetime
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count as numbers_from
from itertools import islice
from typing import Any

import phonenumbers
from anyascii import anyascii
from faker import Faker

DOMAIN = "example.com"
HR_EMAIL = f"hr@{DOMAIN}"
EMPLOYEE_EMAIL = f"employee@{DOMAIN}"
ADMIN_EMAIL = f"admin@{DOMAIN}"
SIGN_INS = {HR_EMAIL: "HR manager", EMPLOYEE_EMAIL: "employee", ADMIN_EMAIL: "administrator"}
# Known to everyone, which is why production refuses it.
PASSWORD = "demo-pass-1234"  # noqa: S105  # nosec B105

# Fixed, or the same person would have another birthday every day.
REFERENCE_DATE = datetime.date(2026, 1, 1)
TEAMS = ["product", "engineering", "marketing"]
OPTIONAL_FIELDS = ["dob", "team", "address", "gender"]


@dataclass(frozen=True)
class DemoPerson:
    """One employee with the profile's values; None is what the person has not filled in."""

    first_name: str
    last_name: str
    email: str
    phone: str
    region: str
    dob: datetime.date | None = None
    team: str | None = None
    address: str | None = None
    gender: str | None = None


@dataclass(frozen=True)
class Country:
    """Where a person comes from: names, phone and the manner of writing an address.

    `layout` takes a street, a town and three numbers: {a} up to 98, {b} up to 9, {c} up to 30.
    `double_names` joins two family names where that is usual; empty where it is not.
    """

    region: str
    locale: str
    layout: str
    streets: tuple[str, ...]
    towns: tuple[str, ...]
    double_names: str = ""


# A country is read more easily in five lines than in twenty.
# fmt: off
COUNTRIES = [
    Country(
        "DK", "da_DK", "{street} {a}, {b}. th\n{town}\nDanmark",
        ("Vesterbrogade", "Nørregade", "Søndre Allé", "Ågade"),
        ("1620 København V", "8000 Aarhus C", "5000 Odense C", "6700 Esbjerg"), " ",
    ),
    Country(
        "DE", "de_DE", "{street} {a}\n{town}\nDeutschland",
        ("Hauptstraße", "Lindenweg", "Goethestraße", "Am Mühlbach"),
        ("10115 Berlin", "80331 München", "50667 Köln", "04109 Leipzig"), "-",
    ),
    Country(
        "CH", "de_CH", "{street} {a}\n{town}\nSchweiz",
        ("Bahnhofstrasse", "Seestrasse", "Dorfstrasse"),
        ("8001 Zürich", "3011 Bern", "4051 Basel", "6003 Luzern"), "-",
    ),
    Country(
        "GB", "en_GB", "{a} {street}\n{town}\nUnited Kingdom",
        ("Church Lane", "Victoria Road", "Station Road", "Mill Lane"),
        ("Bristol\nBS1 4ST", "Leeds\nLS1 4AP", "Edinburgh\nEH1 1YZ", "Cardiff\nCF10 1EP"), "-",
    ),
    Country(
        "US", "en_US", "{c}{a} {street}, Apt {b}\n{town}\nUSA",
        ("Maple Avenue", "Washington Street", "Oak Street", "Lakeview Drive"),
        ("Chicago, IL 60614", "Portland, OR 97205", "Austin, TX 78701", "Boston, MA 02116"), "-",
    ),
    Country(
        "IE", "en_IE", "{a} {street}\n{town}\nIreland",
        ("O'Connell Street", "Main Street", "Harbour Road"), ("Dublin 2", "Cork", "Galway", "Limerick"),
    ),
    Country(
        "NG", "en_NG", "{a} {street}\n{town}\nNigeria",
        ("Awolowo Road", "Allen Avenue", "Ahmadu Bello Way"), ("Ikeja, Lagos", "Garki, Abuja", "Bodija, Ibadan"),
    ),
    Country(
        "KE", "en_KE", "P.O. Box {a}{c}\n{street}\n{town}\nKenya",
        ("Moi Avenue", "Kenyatta Avenue", "Ngong Road"), ("00100 Nairobi", "80100 Mombasa", "40100 Kisumu"),
    ),
    Country(
        "ZA", "zu_ZA", "{a} {street}\n{town}\nSouth Africa",
        ("Nelson Mandela Avenue", "Church Street", "Florida Road"), ("Durban\n4001", "Johannesburg\n2001"),
    ),
    Country(
        "IN", "en_IN", "Flat {b}{c}, {a} {street}\n{town}\nIndia",
        ("MG Road", "Park Street", "Gandhi Nagar"),
        ("Bengaluru 560001", "Kolkata 700016", "Chennai 600020", "Hyderabad 500080"),
    ),
    Country(
        "IN", "mr_IN", "फ्लॅट {b}, {a} {street}\n{town}\nभारत",
        ("महात्मा गांधी रोड", "टिळक रोड", "शिवाजी नगर"), ("मुंबई 400001", "पुणे 411005", "नागपूर 440001"),
    ),
    Country(
        "IN", "hi_IN", "मकान नं. {a}, {street}\n{town}\nभारत",
        ("गांधी मार्ग", "स्टेशन रोड", "नेहरू नगर"), ("नई दिल्ली 110001", "जयपुर 302001", "लखनऊ 226001"),
    ),
    Country(
        "BD", "bn_BD", "বাড়ি {a}, {street}\n{town}\nবাংলাদেশ",
        ("মিরপুর রোড", "গ্রিন রোড", "স্টেশন রোড"), ("ঢাকা ১২০৫", "চট্টগ্রাম ৪০০০", "সিলেট ৩১০০"),
    ),
    Country(
        "ES", "es_ES", "{street}, {a}, {b}.º B\n{town}\nEspaña",
        ("Calle Mayor", "Calle del Álamo", "Avenida de la Constitución", "Plaza de España"),
        ("28013 Madrid", "08003 Barcelona", "41001 Sevilla", "15001 A Coruña"), " ",
    ),
    Country(
        "MX", "es_MX", "{street} {a}, Int. {b}\nCol. Centro\n{town}\nMéxico",
        ("Avenida Juárez", "Calle Hidalgo", "Calle Morelos"),
        ("06000 Ciudad de México", "44100 Guadalajara, Jal.", "68000 Oaxaca de Juárez, Oax."), " ",
    ),
    Country(
        "FR", "fr_FR", "{a} {street}\n{town}\nFrance",
        ("rue Victor-Hugo", "rue de l’Église", "boulevard de la République", "allée des Tilleuls"),
        ("75011 Paris", "69003 Lyon", "31000 Toulouse", "35000 Rennes"), "-",
    ),
    Country(
        "IT", "it_IT", "{street}, {a}\n{town}\nItalia",
        ("Via Garibaldi", "Corso Vittorio Emanuele II", "Via Nazionale"),
        ("00184 Roma RM", "20121 Milano MI", "10122 Torino TO", "80134 Napoli NA"),
    ),
    Country(
        "NL", "nl_NL", "{street} {a}-{b}\n{town}\nNederland",
        ("Prinsengracht", "Kerkstraat", "Dorpsstraat"), ("1017 KZ Amsterdam", "3511 LN Utrecht"), "-",
    ),
    Country(
        "PL", "pl_PL", "ul. {street} {a}/{b}\n{town}\nPolska",
        ("Długa", "Mickiewicza", "Świętojańska"), ("00-238 Warszawa", "31-147 Kraków", "80-831 Gdańsk"), "-",
    ),
    Country(
        "BR", "pt_BR", "{street}, {a}, apto. {b}{c}\nCentro\n{town}\nBrasil",
        ("Rua das Flores", "Rua São João", "Avenida Brasil"),
        ("80020-090 Curitiba – PR", "20040-020 Rio de Janeiro – RJ", "40020-000 Salvador – BA"), " ",
    ),
    Country(
        "PT", "pt_PT", "{street}, {a}, {b}.º Esq.\n{town}\nPortugal",
        ("Rua da Liberdade", "Rua de São Bento", "Avenida da República"),
        ("1200-109 Lisboa", "4000-322 Porto", "3000-213 Coimbra"), " ",
    ),
    Country(
        "SE", "sv_SE", "{street} {a} lgh 1{b}01\n{town}\nSverige",
        ("Storgatan", "Kungsgatan", "Björkvägen"), ("111 43 Stockholm", "411 19 Göteborg", "903 26 Umeå"), "-",
    ),
    Country(
        "NO", "no_NO", "{street} {a}\n{town}\nNorge",
        ("Storgata", "Kirkeveien", "Bjørkelia"), ("0155 Oslo", "5014 Bergen", "7011 Trondheim"), " ",
    ),
    Country(
        "FI", "fi_FI", "{street} {a} B {c}\n{town}\nSuomi",
        ("Mannerheimintie", "Koivukatu", "Hämeenkatu"), ("00100 Helsinki", "33200 Tampere", "20100 Turku"), "-",
    ),
    Country(
        "IS", "is_IS", "{street} {a}\n{town}\nÍsland",
        ("Laugavegi", "Skólavörðustíg", "Þórsgötu"), ("101 Reykjavík", "600 Akureyri", "220 Hafnarfirði"),
    ),
    Country(
        "CZ", "cs_CZ", "{street} {c}{b}/{a}\n{town}\nČesko",
        ("Dlouhá", "Husova", "Nádražní"), ("110 00 Praha 1", "602 00 Brno", "301 00 Plzeň"),
    ),
    Country(
        "HU", "hu_HU", "{town}\n{street} {a}. {b}. em. {c}.\nMagyarország",
        ("Kossuth Lajos utca", "Petőfi Sándor utca", "Fő tér"),
        ("1053 Budapest", "6720 Szeged", "4024 Debrecen"), "-",
    ),
    Country(
        "RO", "ro_RO", "{street} nr. {a}, ap. {b}\n{town}\nRomânia",
        ("Strada Mihai Eminescu", "Bulevardul Unirii", "Strada Florilor"),
        ("010511 București", "400001 Cluj-Napoca", "700028 Iași"), "-",
    ),
    Country(
        "HR", "hr_HR", "{street} {a}\n{town}\nHrvatska",
        ("Ilica", "Vukovarska ulica", "Ulica kralja Tomislava"), ("10000 Zagreb", "21000 Split", "51000 Rijeka"), " ",
    ),
    Country(
        "TR", "tr_TR", "{street} No: {a}/{b}\n{town}\nTürkiye",
        ("Atatürk Caddesi", "Cumhuriyet Mahallesi Çiçek Sokak", "Işık Sokağı"),
        ("34710 Kadıköy/İstanbul", "06420 Çankaya/Ankara", "35220 Konak/İzmir"),
    ),
    Country(
        "VN", "vi_VN", "{a} {street}\n{town}\nViệt Nam",
        ("Lê Lợi", "Trần Hưng Đạo", "Nguyễn Huệ"),
        ("Quận 1, TP. Hồ Chí Minh", "Hoàn Kiếm, Hà Nội", "Hải Châu, Đà Nẵng"),
    ),
    Country(
        "ID", "id_ID", "{street} No. {a}\n{town}\nIndonesia",
        ("Jalan Sudirman", "Jalan Diponegoro", "Jalan Melati"),
        ("Jakarta 10220", "Bandung 40115", "Yogyakarta 55281"),
    ),
    Country(
        "UA", "uk_UA", "{street}, буд. {a}, кв. {b}\n{town}\nУкраїна",
        ("вул. Шевченка", "вул. Лесі Українки", "просп. Свободи"),
        ("м. Київ, 01001", "м. Львів, 79000", "м. Одеса, 65000"),
    ),
    Country(
        "MK", "mk_MK", "{street} бр. {a}\n{town}\nСеверна Македонија",
        ("ул. Македонија", "ул. Партизанска", "ул. Гоце Делчев"), ("1000 Скопје", "7000 Битола", "6000 Охрид"), "-",
    ),
    Country(
        "GR", "el_GR", "{street} {a}\n{town}\nΕλλάδα",
        ("Ερμού", "Ελευθερίου Βενιζέλου", "Αγίου Δημητρίου"),
        ("105 63 Αθήνα", "546 24 Θεσσαλονίκη", "262 21 Πάτρα"), "-",
    ),
    Country(
        "JO", "ar_PS", "{street}، مبنى {a}\n{town}\nالأردن",
        ("شارع الجامعة", "شارع الملك حسين", "شارع الرينبو"), ("عمّان 11118", "إربد 21110", "الزرقاء 13110"),
    ),
    Country(
        "DZ", "ar_DZ", "{a} {street}\n{town}\nالجزائر",
        ("شارع ديدوش مراد", "شارع العربي بن مهيدي", "نهج الاستقلال"),
        ("16000 الجزائر", "31000 وهران", "25000 قسنطينة"),
    ),
    Country(
        "IL", "he_IL", "{street} {a}, דירה {b}\n{town}\nישראל",
        ("הרצל", "ז'בוטינסקי", "ביאליק"), ("תל אביב-יפו", "חיפה", "באר שבע"), "-",
    ),
    Country(
        "GE", "ka_GE", "{street} {a}, ბინა {b}\n{town}\nსაქართველო",
        ("რუსთაველის გამზირი", "ჭავჭავაძის ქუჩა", "აღმაშენებლის გამზირი"),
        ("თბილისი 0108", "ქუთაისი 4600", "ბათუმი 6000"),
    ),
    Country(
        "AM", "hy_AM", "{street} {a}, բն. {b}\n{town}\nՀայաստան",
        ("Աբովյան փողոց", "Մաշտոցի պողոտա", "Տերյան փողոց"), ("Երևան 0001", "Գյումրի 3101", "Վանաձոր 2001"),
    ),
    Country(
        "TH", "th_TH", "{a}/{b} {street}\n{town}\nประเทศไทย",
        ("ถนนสีลม แขวงสีลม เขตบางรัก", "ถนนสุรวงศ์ แขวงสี่พระยา เขตบางรัก"), ("กรุงเทพมหานคร 10500",),
    ),
    Country(
        "JP", "ja_JP", "{town}{street}{b}丁目{c}番{a}号",
        ("本町", "栄町", "中央"),
        ("〒150-0012\n東京都渋谷区", "〒460-0002\n愛知県名古屋市", "〒060-0042\n北海道札幌市"),
    ),
    Country(
        "CN", "zh_CN", "{town}{street}{a}号{b}单元{c}室",
        ("人民路", "中山路", "解放路"), ("上海市黄浦区", "广东省广州市越秀区", "四川省成都市锦江区"),
    ),
    Country(
        "TW", "zh_TW", "{town}{street}{a}號{b}樓",
        ("中正路", "中山路", "民生路"), ("100 臺北市中正區", "400 臺中市中區", "700 臺南市中西區"),
    ),
    Country(
        "KR", "ko_KR", "{town} {street} {a}, {b}{c}호",
        ("중앙로", "세종대로", "시청로"), ("서울특별시 중구", "부산광역시 연제구", "대전광역시 중구"),
    ),
]
# fmt: on


@dataclass(frozen=True)
class OwnNames:
    """First and family names, by gender, for the locales that Faker serves badly."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family_female: tuple[str, ...]
    family_male: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_TURKISH = _words("Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Işık")
_VIETNAMESE = _words("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý")

OWN_NAMES = {
    "tr_TR": OwnNames(
        _words("Ayşe Fatma Zeynep Elif Büşra Özlem Gülşen Çiğdem İpek Işıl Şule Nurgül Sevgi"),
        _words("Mehmet Mustafa Ahmet Hüseyin İbrahim İsmail Oğuz Çağlar Ömer Emre Işık Tuğrul Barış"),
        _TURKISH,
        _TURKISH,
    ),
    "vi_VN": OwnNames(
        ("Thị Lan", "Thu Hà", "Ngọc Ánh", "Thanh Hương", "Mỹ Linh", "Bích Ngọc", "Kim Yến", "Phương Thảo"),
        ("Văn Hùng", "Minh Tuấn", "Quốc Bảo", "Đức Anh", "Hữu Phước", "Thành Đạt", "Gia Huy", "Quang Dũng"),
        _VIETNAMESE,
        _VIETNAMESE,
    ),
    "is_IS": OwnNames(
        _words("Guðrún Sigríður Kristín Þórdís Ragnheiður Jóhanna Hildur Ásdís Þóra Sæunn"),
        _words("Jón Sigurður Guðmundur Gunnar Ólafur Einar Þórður Björn Ægir Stefán"),
        _words("Jónsdóttir Sigurðardóttir Guðmundsdóttir Ólafsdóttir Þórðardóttir Björnsdóttir Einarsdóttir"),
        _words("Jónsson Sigurðsson Guðmundsson Ólafsson Þórðarson Björnsson Einarsson Ægisson"),
    ),
}

# Real entries of Faker's lists that are no names, misspelt, or would make a reader wince.
UNWANTED = _words(
    "Бандера Москаль Петлюра Башполченко Затовканюк זיין גוד बुरुाह काम Επιστήμη Αφέντης Δούκισσα Kacung Heydrich"
)

# Widens a word for show; nobody's name holds it, but Faker's Arabic lists do.
ARABIC_STRETCH = "\N{ARABIC TATWEEL}"

# The pages must bear these, so they are always there: (region, gender, first name, last name) by index.
LONG_NAMES = {
    11: ("BR", "female", "Maria Aparecida da Conceição", "Albuquerque Cavalcanti dos Santos Figueiredo"),
    37: ("DE", "male", "Maximilian-Alexander", "Schwarzenberger-Oberhollabrunner"),
    62: ("ES", "female", "María de los Ángeles", "Fernández de Córdoba y Hernández-Villarreal"),
    88: ("GR", "female", "Αικατερίνη-Παρασκευή", "Παπακωνσταντίνου-Χατζηγεωργιάδου"),
    123: ("IN", "male", "Venkata Satyanarayana", "Subramaniam Ramakrishnan Krishnamurthy"),
    164: ("NL", "male", "Pieter-Jan Willem", "van den Heuvel-van der Meulen"),
}

# They own two of the demo sign-ins.
# fmt: off
FIXED_PEOPLE = {
    0: DemoPerson(
        "Hana", "Ito", HR_EMAIL, "+819012345601", "JP", datetime.date(1986, 4, 12), "product",
        "2-14-5 Higashi, Shibuya-ku\nTokyo 150-0011\nJapan", "female",
    ),
    1: DemoPerson(
        "Maja", "Jørgensen", EMPLOYEE_EMAIL, "+4534412301", "DK", datetime.date(1993, 9, 3), "engineering",
        "Nørrebrogade 45, 2. tv\n2200 København N\nDanmark", "female",
    ),
}
# fmt: on


def generate(count: int) -> list[DemoPerson]:
    """The first `count` people of the demo; asking for more only adds to the end."""
    return list(islice(_people(), count))


def free_phone(phone: str, taken: set[str]) -> str:
    """This number or the next valid one that nobody has."""
    number = phonenumbers.parse(phone)
    while _e164(number) in taken or not phonenumbers.is_valid_number(number):
        number.national_number = (number.national_number or 0) + 1
    return _e164(number)


def _people() -> Iterator[DemoPerson]:
    """Endless; each person depends only on the index and the people before."""
    names: set[str] = set()
    emails: set[str] = set()
    phones = {person.phone for person in FIXED_PEOPLE.values()}
    for index, country in enumerate(_countries()):
        person = FIXED_PEOPLE.get(index) or _new_person(index, country, names)
        person = replace(person, email=_free_email(person.email, emails))
        if index not in FIXED_PEOPLE:
            person = replace(person, phone=free_phone(person.phone, phones))
        names.add(f"{person.first_name} {person.last_name}")
        emails.add(person.email)
        phones.add(person.phone)
        yield person


def _countries() -> Iterator[Country]:
    """Every country once in a changing order, then all of them again: a small demo is as mixed as a large one."""
    for number in numbers_from():
        yield from _chance(f"countries {number}").sample(COUNTRIES, len(COUNTRIES))


def _chance(seed: str) -> random.Random:
    """The same chances for the same words, on every machine."""
    return random.Random(seed)  # noqa: S311  # nosec B311


def _new_person(index: int, country: Country, taken_names: set[str]) -> DemoPerson:
    chance = _chance(f"person {index}")
    gender = chance.choice(["female", "male"])
    if index in LONG_NAMES:
        region, gender, first_name, last_name = LONG_NAMES[index]
        country = next(country for country in COUNTRIES if country.region == region)
        latin = f"{first_name}.{last_name}"
    else:
        first_name, last_name, latin = _free_name(country, gender, chance, taken_names)
    person = DemoPerson(
        first_name=first_name,
        last_name=last_name,
        email=_email(latin, index),
        phone=_phone(country.region, chance),
        region=country.region,
        dob=_birthday(chance),
        team=chance.choice(TEAMS),
        address=_address(country, chance),
        gender="other" if chance.random() < 0.03 else gender,
    )
    return _leave_out(person, index, chance)


def _leave_out(person: DemoPerson, index: int, chance: random.Random) -> DemoPerson:
    """Every fifth person has not filled in everything, every twenty-fifth nothing at all."""
    if index % 25 == 24:
        missing = OPTIONAL_FIELDS
    elif index % 5 == 4:
        missing = chance.sample(OPTIONAL_FIELDS, chance.randint(1, 3))
    else:
        missing = []
    nothing: dict[str, Any] = dict.fromkeys(missing)
    return replace(person, **nothing)


def _free_name(country: Country, gender: str, chance: random.Random, taken: set[str]) -> tuple[str, str, str]:
    """First name, last name and their Latin spelling; gives up on a new name when the locale has no more."""
    for _attempt in range(200):
        first_name, first_latin = _name(country, f"first_name_{gender}", chance)
        last_name, last_latin = _last_name(country, gender, chance)
        if f"{first_name} {last_name}" not in taken:
            break
    return first_name, last_name, f"{first_latin}.{last_latin}"


def _last_name(country: Country, gender: str, chance: random.Random) -> tuple[str, str]:
    kind = f"last_name_{gender}"
    name, latin = _name(country, kind, chance)
    # Two family names are the rule on the Iberian peninsula and in Mexico, and an exception elsewhere.
    share = 0.6 if country.region in {"ES", "PT", "MX", "BR"} else 0.08
    if country.double_names and chance.random() < share:
        second_name, second_latin = _name(country, kind, chance)
        if second_name != name and not re.search(r"[ -]", name + second_name):
            return f"{name}{country.double_names}{second_name}", f"{latin}-{second_latin}"
    return name, latin


def _name(country: Country, kind: str, chance: random.Random) -> tuple[str, str]:
    """A name and its Latin spelling; `kind` is the method of Faker that gives it."""
    while True:
        name, latin = _any_name(country.locale, kind, chance)
        if name not in UNWANTED and _is_usual(name):
            return name, latin


def _any_name(locale: str, kind: str, chance: random.Random) -> tuple[str, str]:
    if locale in OWN_NAMES:
        field = kind.replace("first_name_", "").replace("last_name", "family")
        return _with_latin(chance.choice(getattr(OWN_NAMES[locale], field)))
    faker = _faker(locale)
    faker.seed_instance(chance.getrandbits(32))
    if locale == "ja_JP":  # Only Faker's pairs know how the characters are read.
        pair = "last_name_pair" if kind.startswith("last_name") else f"{kind}_pair"
        characters, _kana, latin = getattr(faker, pair)()
        return characters, latin
    return _with_latin(getattr(faker, kind)())


def _with_latin(name: str) -> tuple[str, str]:
    name = unicodedata.normalize("NFC", name.strip())
    return name, anyascii(name)


@cache
def _faker(locale: str) -> Faker:
    return Faker(locale, providers=["faker.providers.person"])


def _is_usual(name: str) -> bool:
    """Letters with their marks, in words joined by space, hyphen or apostrophe: no titles, initials or decoration."""
    letters = re.sub(r"[ '’ʼ-]", "", name)
    kinds = {unicodedata.category(letter) for letter in letters}
    return 0 < len(name) <= 50 and {kind[0] for kind in kinds} <= {"L", "M"} and ARABIC_STRETCH not in name


def _email(latin: str, index: int) -> str:
    first_name, _dot, last_name = (_email_word(part) for part in latin.partition("."))
    return f"{first_name or 'person'}.{last_name or index}@{DOMAIN}"


def _email_word(text: str) -> str:
    """Cut at 30, because a mailbox name has at most 64 characters."""
    plain = re.sub(r"['’`]", "", anyascii(text).lower())
    return re.sub(r"[^a-z0-9]+", "-", plain)[:30].strip("-")


def _free_email(email: str, taken: set[str]) -> str:
    mailbox = email.removesuffix(f"@{DOMAIN}")
    candidates = (f"{mailbox}{number if number > 1 else ''}@{DOMAIN}" for number in numbers_from(1))
    return next(candidate for candidate in candidates if candidate not in taken)


def _phone(region: str, chance: random.Random) -> str:
    """A number near the library's example for the country; it may be taken or invalid still."""
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if not example:
        raise ValueError(f"No phone number is known as an example for {region}.")
    return _e164(example)[:-4] + f"{chance.randrange(10_000):04}"


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _birthday(chance: random.Random) -> datetime.date:
    """Between 20 and 64 years before the reference date."""
    oldest = REFERENCE_DATE.replace(year=REFERENCE_DATE.year - 64)
    youngest = REFERENCE_DATE.replace(year=REFERENCE_DATE.year - 20)
    return oldest + datetime.timedelta(days=chance.randint(0, (youngest - oldest).days))


def _address(country: Country, chance: random.Random) -> str:
    return country.layout.format(
        street=chance.choice(country.streets),
        town=chance.choice(country.towns),
        a=chance.randint(1, 98),
        b=chance.randint(1, 9),
        c=chance.randint(10, 30),
    )
