"""What invented people are called: names of today's Sweden, by background and, for Swedish names, by age.

Every pair is put together by chance; a likeness to anybody is one.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Background:
    """Where a family's names come from, the language they speak at home, and how often they are met."""

    language: str
    share: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


def _background(language: str, share: int, women: str, men: str, families: str) -> Background:
    return Background(language, share, *(tuple(text.split()) for text in (women, men, families)))


SWEDISH_FAMILIES = """
    Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson
    Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist Lindgren Berg
    Axelsson Bergström Lundberg Lind Lundgren Mattsson Berglund Fransson Sandberg Nyström Holm Arvidsson
    Löfgren Söderberg Wallin Ek Åberg Öberg Månsson Mårtensson Göransson Sjöholm Rosén Hammar Brink Ask
"""
OLDER = _background(
    "sv",
    0,
    """Gunilla Birgitta Kerstin Marie Lena Carina Monica Susanne Annika Eva Ann-Christin Anna-Karin Lisbeth Agneta
    Helen Pia Åsa Ulrika Inger Britt-Marie""",
    """Lars Anders Per Bengt Göran Jan Kjell Stefan Leif Roger Håkan Ulf Tommy Kent Mats Sven-Erik Lars-Göran
    Jörgen Conny Christer""",
    SWEDISH_FAMILIES,
)
MIDDLE = _background(
    "sv",
    0,
    """Anna Sara Malin Jenny Emma Johanna Linda Sandra Therese Camilla Frida Josefin Hanna Elin Jessica Ida
    Caroline Evelina Ann-Sofie Sofie""",
    """Johan Daniel Fredrik Marcus Andreas Mattias Jonas Henrik Robin Simon Tobias Erik Patrik Christoffer
    Joakim Niklas Carl-Johan Viktor Jimmy Björn""",
    SWEDISH_FAMILIES,
)
YOUNGER = _background(
    "sv",
    0,
    """Wilma Ebba Alva Maja Tilda Moa Tuva Linnea Klara Ellen Felicia Nova Agnes Saga Tindra Julia Lovisa Vilda
    Isabelle Thea""",
    """Oliver William Lucas Hugo Elias Liam Alexander Emil Melvin Theo Leo Isak Viggo Filip Anton Noel Casper
    Linus Kevin Albin""",
    SWEDISH_FAMILIES,
)

FURTHER = (
    _background(
        "ar",
        9,
        "Fatima Zahra Amal Rania Hiba Nour Layla Maryam Samar Yasmin Dina Hanan Rima Abeer Nadia",
        "Mohammed Ahmad Khaled Omar Yousef Bilal Hassan Mustafa Rami Tarek Ali Samer Ziad Anas Firas",
        "Haddad Al-Khatib Darwish Nasser Saleh Mansour Khoury Hamdan Al-Masri Aziz Barakat Sabbagh Kassem",
    ),
    _background(
        "so",
        4,
        "Hodan Ayaan Faduma Sahra Ifrah Hibaq Nimco Amina Xaawo Ubah",
        "Abdi Abdirahman Mahad Liban Yusuf Guled Ismail Warsame Zakaria Jama",
        "Mohamed Abdullahi Warsame Farah Hussein Osman Ali Nur Jama Hersi",
    ),
    _background(
        "prs",
        4,
        "Zahra Masoma Shabnam Fereshta Laila Parwin Nargis Marzia Roya Sediqa",
        "Reza Mahdi Hamid Jawad Ali Morteza Naser Ehsan Farhad Sajad",
        "Hosseini Ahmadi Rezai Mohammadi Karimi Jafari Haidari Nazari Sultani Akbari",
    ),
    _background(
        "ti",
        3,
        "Selam Helen Rahwa Feven Winta Luwam Saba Meron Bisrat Senait",
        "Yonas Filmon Samuel Robel Tesfay Merhawi Abel Kibrom Dawit Henok",
        "Tesfamariam Gebremedhin Haile Tekle Kidane Habte Ghebreyesus Woldu Berhane Araya",
    ),
    _background(
        "bs",
        4,
        "Amra Lejla Emina Selma Jasmina Adisa Mirela Sabina Aida Merima",
        "Emir Adnan Haris Senad Mirza Almir Edin Damir Nermin Jasmin",
        "Hadžić Kovačević Begić Delić Mujić Halilović Omerović Petrović Jovanović Marković",
    ),
    _background(
        "sq",
        2,
        "Arta Blerta Vjosa Shqipe Drita Albana Mimoza",
        "Arben Besnik Driton Fatmir Ilir Valon Kushtrim",
        "Krasniqi Berisha Gashi Hoxha Shala Morina Bytyqi",
    ),
    _background(
        "pl",
        3,
        "Agnieszka Katarzyna Magdalena Joanna Małgorzata Ewelina Beata Dorota",
        "Piotr Krzysztof Tomasz Marcin Paweł Grzegorz Łukasz Wojciech",
        "Nowak Kowalczyk Wójcik Mazur Wieczorek Pawlak Dudek Szymczak",
    ),
    _background(
        "uk",
        2,
        "Oksana Olena Iryna Nataliia Yuliia Svitlana Tetiana",
        "Andriy Oleksandr Serhii Dmytro Volodymyr Taras Mykola",
        "Shevchenko Bondarenko Melnyk Tkachenko Kravchenko Marchenko Lysenko",
    ),
    _background(
        "th",
        2,
        "Siriporn Malee Kanya Nittaya Supaporn Wanida Pensri",
        "Somchai Anan Kittisak Prasert Wichai Narong Thanakorn",
        "Saetang Srisuk Chaiyasit Boonmee Wongsa Phromma Suksawat",
    ),
    _background(
        "tr",
        2,
        "Ayşe Elif Zeynep Gülsen Hatice Dilan Berfin",
        "Mehmet Murat Emre Hüseyin Can Baran Serdar",
        "Yılmaz Kaya Demir Çelik Aydın Öztürk Arslan",
    ),
    _background(
        "es",
        2,
        "Camila Valentina María Daniela Carolina Paola Ximena",
        "Diego Andrés Javier Luis Mauricio Sebastián Rodrigo",
        "González Rojas Muñoz Fuentes Contreras Sepúlveda Espinoza",
    ),
    _background(
        "fi",
        2,
        "Päivi Tuula Marjatta Sirpa Riitta Anneli Heli",
        "Jari Timo Pekka Juha Markku Esa Heikki",
        "Korhonen Virtanen Mäkinen Nieminen Hämäläinen Laine Heikkinen",
    ),
    _background(
        "vi",
        1,
        "Linh Hong Mai Thuy Lan Phuong",
        "Minh Tuan Duc Hung Quang Nam",
        "Nguyen Tran Le Pham Vo Ly",
    ),
)
SWEDISH_SHARE = 64

LONG_WOMEN = (
    ("Anna-Maria Elisabeth Christina", "von Rosendal-Silverlilja af Hovdala"),
    ("Tsehaynesh Letekidan", "Gebremeskel Woldegiorgis Habtemariam"),
    ("Siriwan Kanlayanee", "Thongchaiprasertkul-Gustafsson"),
    ("Maria Fernanda del Carmen", "Sepúlveda Contreras de la Fuente"),
    ("Oluwaseunfunmi Adebisi", "Ogunbanjo-Lindqvist Bergström"),
    ("Marie-Louise Ann-Charlotte", "Kvarnström-Björklund Söderhjelm"),
)
LONG_MEN = (
    ("Carl-Gustaf Wilhelm Alexander", "Gyllenhjort-Silverstråle af Skeinge"),
    ("Abdirahman Mohamud Abdullahi", "Sheikh Mohamed Warsame"),
    ("Bartłomiej Krzysztof", "Wawrzyńczykiewicz-Szczepański"),
    ("Mohammed Abdulrahman Ibrahim", "Al-Khatib Al-Masri Abu Haddad"),
    ("Thanawat Phongphisanrattanakul", "Chaiyasit-Johansson"),
    ("Hjalmar Sixten Leopold Valentin", "Västerbro-Östermark Hammarlund"),
)
EVERY_LONG = 33


@dataclass(frozen=True, slots=True)
class Name:
    """What a person is called, and the language the family speaks at home."""

    given: str
    family: str
    language: str


def name_of(number: int, woman: bool, age: int, is_newcomer: bool, rng: Random) -> Name:
    """Name the ``number``th invented person; a newcomer has a background where Swedish is not spoken."""
    if number % EVERY_LONG == 16 and not is_newcomer:
        long = LONG_WOMEN if woman else LONG_MEN
        return Name(*long[number // EVERY_LONG % len(long)], "sv")
    background = _draw_background(age, is_newcomer, rng)
    given = rng.choice(background.women if woman else background.men)
    family = rng.choice(background.families)
    joins_families, speaks_swedish = rng.random() < 0.05, rng.random() < 0.55
    if joins_families:
        family = f"{family} {rng.choice(OLDER.families)}"
    language = "sv" if speaks_swedish and not is_newcomer else background.language
    return Name(given, family, language)


def _draw_background(age: int, is_newcomer: bool, rng: Random) -> Background:
    shares = [background.share for background in FURTHER]
    further = rng.choices(FURTHER, shares)[0]
    if is_newcomer or rng.randrange(SWEDISH_SHARE + sum(shares)) >= SWEDISH_SHARE:
        return further
    if age >= 48:
        return OLDER
    return MIDDLE if age >= 28 else YOUNGER
