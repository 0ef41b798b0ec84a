"""Invented lives on the way to work, each calm: nothing in them clashes."""

from portal.demo.sketch import activity, meeting, note, plan, situation

WORK = (
    situation(
        "nära arbete",
        (22, 58),
        plan(
            "af",
            "work",
            "Arbete inom {bransch}|Anställning som {yrke}|Heltidsarbete inom {bransch} i Hässleholm med omnejd",
            activity(
                "job_search",
                "Rusta och matcha|Rusta och matcha, möte varje vecka",
                -9,
                None,
                measure="Rusta och matcha",
            ),
            meeting("Uppföljning av handlingsplanen", 3, "tis 14:00–14:45", "Arbetsförmedlingen, Hässleholm"),
        ),
        plan(
            "ame",
            "work",
            "Aktuell referens inom {bransch}|Komma in i arbete igen, gärna som {yrke}",
            activity(
                "work_training",
                "Arbetsträning {vid}",
                -6,
                18,
                "50 %",
                times="mån tis ons tor 08:00–12:00",
                measure="Arbetsträning",
            ),
            begun=14,
        ),
        note(
            "ame",
            "check_in",
            2,
            "Kommer i tid och tar egna initiativ. Handledaren ställer upp som referens.|"
            "Det går bra på arbetsplatsen. {namn} vill gärna prova på fler uppgifter.|"
            "Avstämning på plats. Arbetsgivaren kan tänka sig en anställning om vi hittar ett stöd.",
        ),
        note(
            "af",
            "background",
            11,
            "Har arbetat inom {bransch} i flera år, men stått utan jobb sedan företaget drog ner.|"
            "Har körkort men ingen bil. Kan pendla dit det går buss eller tåg.",
        ),
    ),
    situation(
        "anställning med lönebidrag",
        (25, 60),
        plan(
            "af",
            "work",
            "Behålla anställningen som {yrke}|Hållbart arbete inom {bransch}",
            activity(
                "work",
                "Anställning med lönebidrag, {yrke}",
                -20,
                64,
                "75 %",
                times="mån tis ons tor fre 08:00–14:00",
                measure="Lönebidrag för utveckling i anställning",
            ),
            activity("other", "Stöd på arbetsplatsen av SIUS-konsulent", -20, 30, measure="SIUS"),
            meeting("Uppföljning med arbetsgivaren", 5, "tor 14:30–15:30", "{ort}"),
            by="s-peter",
        ),
        plan(
            "fk",
            "work",
            "Arbete på 75 % som håller",
            activity("sick_leave", "Sjukersättning 25 %", -52, None, "25 %", place=None),
            title="Planering vid sjukersättning",
            category="livelihood",
            begun=52,
        ),
        note(
            "af",
            "work_ability",
            6,
            "Behöver tydliga instruktioner, en sak i taget, och en bestämd person att fråga.|"
            "Klarar sex timmar om dagen när rasterna hålls. Tunga lyft ska undvikas.",
        ),
        note(
            "af",
            "check_in",
            3,
            "Chefen är nöjd. {namn} vågar säga till när det blir för mycket.|"
            "Ny chef från den här månaden. SIUS-konsulenten introducerar.",
        ),
    ),
    situation(
        "arbetsmarknadsanställning",
        (24, 60),
        plan(
            "ame",
            "work",
            "Ett års arbete som {yrke}, därefter öppen arbetsmarknad|Få aktuell arbetslivserfarenhet inom {bransch}",
            activity(
                "work",
                "Arbetsmarknadsanställning, {yrke}",
                -8,
                52,
                "75 %",
                times="mån tis ons tor 07:30–14:30",
                measure="Kommunal arbetsmarknadsanställning",
            ),
            begun=12,
        ),
        plan(
            "af",
            "work",
            "Arbete inom {bransch}",
            activity(
                "job_search",
                "Söker jobb, två ansökningar i veckan|Söker jobb vid sidan av anställningen",
                -8,
                None,
                place=None,
            ),
        ),
        plan(
            "soc",
            None,
            "Egen försörjning genom lön",
            activity("other", "Försörjningsstöd, komplettering varje månad", -40, 38, place=None),
            category="livelihood",
            begun=48,
            lasts=46,
        ),
        note(
            "ame",
            "check_in",
            4,
            "Trivs och är omtyckt av arbetslaget. Nästa steg är att ta eget ansvar för en runda.|"
            "Har varit borta tre dagar den här månaden, alla anmälda. Vi behåller schemat.",
        ),
        note("soc", "livelihood", 5, "Lönen täcker nu normen. Kompletterande stöd prövas månad för månad."),
    ),
    situation(
        "ung i jobbgarantin",
        (18, 24),
        plan(
            "af",
            "work",
            "Första jobbet, helst inom {bransch}|Arbete som {yrke} eller liknande",
            activity(
                "job_search",
                "Jobbgarantin för ungdomar, kartläggning och jobbsökning",
                -12,
                None,
                measure="Jobbgarantin för ungdomar",
            ),
            activity("work_placement", "Praktik {vid}", 1, 12, "75 %", measure="Arbetspraktik"),
            begun=14,
        ),
        plan(
            "ame",
            "work",
            "Körkort och första jobbet|Hitta rutiner som fungerar inför ett jobb",
            activity("other", "Ungdomscoach, träff varje vecka", -10, 44, times="fre 10:00–11:00"),
            begun=12,
            by="s-maja",
        ),
        note(
            "ame",
            "background",
            12,
            "Gick ut gymnasiet utan examen och har mest varit hemma sedan dess. Vill jobba, inte plugga.|"
            "Har sommarjobbat {vid} två år och fått gott omdöme.",
        ),
        note(
            "ame",
            "check_in",
            1,
            "Kom till alla träffar den här månaden. Vänt på dygnet tidigare, men det har lagt sig.|"
            "CV klart. Övar telefonsamtal inför praktiken.",
        ),
    ),
    situation(
        "äldre arbetssökande",
        (55, 64),
        plan(
            "af",
            "work",
            "Arbete fram till pensionen, gärna inom {bransch}|Deltid som {yrke}",
            activity("job_search", "Rusta och matcha", -20, None, measure="Rusta och matcha"),
            begun=40,
        ),
        plan(
            "ame",
            None,
            "Hålla igång och komma in på en ny arbetsplats",
            activity(
                "occupation",
                "Återbruket, två dagar i veckan",
                -14,
                50,
                "16 h",
                times="tis tor 08:30–16:00",
                place="Återbruket, Hässleholm",
            ),
        ),
        note(
            "af",
            "background",
            30,
            "Trettio år på samma företag tills det lades ner. Ovan att söka jobb digitalt.|"
            "Lång erfarenhet inom {bransch}. Har sökt över hundra jobb sedan uppsägningen.",
        ),
        note(
            "ame",
            "check_in",
            3,
            "Säger att dagarna på Återbruket gör gott. Lär gärna upp de yngre.|"
            "Har fått hjälp med BankID och kan nu söka jobb på egen hand.",
        ),
    ),
    situation(
        "bara Arbetsförmedlingen",
        (23, 62),
        plan(
            "af",
            "work",
            "Arbete inom {bransch}|Nytt arbete som {yrke} inom pendlingsavstånd",
            activity("job_search", "Söker jobb och aktivitetsrapporterar", -7, None, place=None),
            meeting("Planeringssamtal|Uppföljning på telefon", 2, "ons 10:00–10:30", "Arbetsförmedlingen, telefon"),
            begun=8,
        ),
        note("af", "background", 7, "Nyinskriven. Vill komma tillbaka till {bransch}, men är öppen för annat."),
    ),
    situation(
        "deltid och söker mer",
        (20, 60),
        plan(
            "af",
            "work",
            "Heltid inom {bransch}",
            activity(
                "work",
                "Timanställning som {yrke}",
                -16,
                60,
                "16 h",
                times="fre 07:00–15:00",
            ),
            activity("job_search", "Söker heltid", -16, None, place=None),
        ),
        plan(
            "soc",
            "work",
            "Klara försörjningen på lön",
            activity("other", "Budgetrådgivning, en gång i månaden", -8, 42, times="mån 13:00–14:00"),
            title="Genomförandeplan",
        ),
        note(
            "soc",
            "check_in",
            4,
            "Har betalat hyran själv tre månader i rad. Vill ha fler timmar.|"
            "Får ihop ekonomin de månader {hon} jobbar mer än åtta pass.",
        ),
    ),
)
