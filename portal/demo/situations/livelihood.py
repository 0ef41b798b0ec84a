"""Invented lives that the social services follow, each calm: nothing in them clashes."""

from portal.demo.sketch import activity, meeting, note, plan, situation

CITY_HALL = "Stadshuset, Hässleholm"

LIVELIHOOD = (
    situation(
        "försörjningsstöd och arbetsträning",
        (24, 60),
        plan(
            "soc",
            "work",
            "Egen försörjning|Egen försörjning och en ekonomi i balans",
            meeting("Uppföljning av genomförandeplanen", 4, "mån 14:00–15:00", CITY_HALL),
            begun=34,
        ),
        plan(
            "ame",
            "work",
            "Stegvis till arbete inom {bransch}|Bygga upp till heltid på ett halvår",
            activity(
                "work_training",
                "Arbetsträning, Återbruket",
                -13,
                12,
                "25 %",
                times="mån ons 08:30–13:30",
                place="Återbruket, Hässleholm",
                measure="Arbetsträning",
            ),
            activity(
                "work_training",
                "Arbetsträning {vid}",
                -1,
                42,
                "50 %",
                times="tis ons tor 08:30–15:00",
                measure="Arbetsträning",
            ),
            begun=16,
        ),
        note(
            "soc",
            "livelihood",
            4,
            "Söker försörjningsstöd varje månad. Lämnar in i tid och rapporterar sin planering.|"
            "Har hyresskuld, avbetalning enligt plan. Inga nya skulder.",
        ),
        note(
            "ame",
            "check_in",
            2,
            "Steg två: färre dagar i gruppen, fler ute på arbetsplats. {namn} är nervös men vill.|"
            "Närvaro 9 av 10 dagar. Vi höjer när det hållit en månad till.",
        ),
    ),
    situation(
        "ensam med barn",
        (22, 45),
        plan(
            "soc",
            None,
            "Tid för barnen och en väg till egen försörjning",
            activity("other", "Familjestöd, hembesök varannan vecka", -12, None),
            begun=24,
        ),
        plan(
            "ame",
            "work",
            "Arbete på dagtid, inom {bransch}",
            activity(
                "work_placement",
                "Praktik {vid}",
                -5,
                42,
                "75 %",
                times="mån tis ons tor fre 08:30–14:00",
                measure="Arbetspraktik",
            ),
            begun=9,
        ),
        note(
            "ame",
            "background",
            9,
            "Ensam med tre barn, det yngsta på förskola till 15. Kan inte börja före halv nio.|"
            "Barnens pappa bor på annan ort. Ingen släkt i närheten som kan hämta.",
        ),
        note("ame", "check_in", 2, "Vab fyra dagar. Handledaren vet och har lagt om schemat utan problem."),
    ),
    situation(
        "öppenvård och sysselsättning",
        (24, 60),
        plan(
            "soc",
            "rehabilitation",
            "Ett liv utan alkohol|Hålla fast vid nykterheten och fylla dagarna med annat",
            activity(
                "care",
                "Öppenvård, behandlingsgrupp",
                -9,
                20,
                "6 h",
                times="tis tor 13:00–16:00",
                place="Öppenvården, Hässleholm",
            ),
            activity("care", "Öppenvård, eftervård en gång i veckan", 11, None, place="Öppenvården, Hässleholm"),
            begun=14,
            by="s-johan",
        ),
        plan(
            "ame",
            "rehabilitation",
            "Något att gå till på förmiddagarna",
            activity(
                "occupation",
                "Snickeriet, tre förmiddagar",
                -4,
                40,
                "30 %",
                times="mån ons fre 08:30–12:00",
                place="Arbetsmarknadsenheten, Hässleholm",
            ),
            begun=6,
        ),
        note(
            "ame",
            "check_in",
            1,
            "Kommer utvilad. Snickaren sedan förr, visar de andra hur man gör.|"
            "Var borta i måndags, ringde inte. Pratade om det, tillbaka på onsdagen.",
        ),
        note("soc", "health", 3, "Följer behandlingen. Provtagning enligt överenskommelse."),
    ),
    situation(
        "sysselsättning enligt socialtjänstlagen",
        (26, 63),
        plan(
            "soc",
            "rehabilitation",
            "Träffa folk och ha en uppgift|Bryta ensamheten",
            activity(
                "occupation",
                "Sysselsättning, träffpunkten",
                -52,
                None,
                "12 h",
                times="mån tis tor 09:30–13:30",
                place="Träffpunkten, {ort}",
            ),
            begun=60,
            by="s-johan",
        ),
        note(
            "soc",
            "check_in",
            6,
            "Har varit med på utflykten till Hovdala. Vill fortsätta som nu.|"
            "Sköter kaffet på torsdagar. Säger att det är veckans bästa dag.",
        ),
    ),
    situation(
        "nyss börjat",
        (21, 58),
        plan(
            "ame",
            None,
            "Kartläggning först, därefter mål tillsammans",
            activity(
                "assessment",
                "Kartläggning, fyra samtal",
                0,
                5,
                "5 %",
                place="Arbetsmarknadsenheten, Hässleholm",
            ),
            meeting("Första gemensamma mötet", 6, "tor 09:00–10:00", "Arbetsmarknadsenheten, Hässleholm"),
            begun=2,
            lasts=10,
        ),
        note(
            "ame",
            "background",
            1,
            "Kom på eget initiativ efter tips från en granne. Vill jobba, vet inte med vad.|"
            "Remitterad från försörjningsstöd. Har inte arbetat på sex år.",
        ),
    ),
    situation(
        "föräldraledig, planen vilar",
        (22, 40),
        plan(
            "af",
            "work",
            "Arbete inom {bransch} efter föräldraledigheten",
            activity("job_search", "Rusta och matcha", -44, 18, measure="Rusta och matcha"),
            status="paused",
            begun=46,
        ),
        plan(
            "soc",
            None,
            "Trygg ekonomi under ledigheten",
            activity("other", "Budgetrådgivning, en gång i månaden", -14, None),
            begun=20,
        ),
        note(
            "af",
            "planning",
            10,
            "Planen vilar. {namn} hör av sig när förskoleplatsen är klar.|"
            "Vilande efter önskemål. Matchningen tas upp igen när ledigheten är slut.",
        ),
    ),
)
