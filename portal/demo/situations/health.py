"""Invented lives in rehabilitation, each calm: nothing in them clashes.

They say how a person functions, never a diagnosis.
"""

from portal.demo.sketch import activity, meeting, note, plan, situation

PSYCHIATRY = "Vuxenpsykiatrin, Hässleholm"

HEALTH = (
    situation(
        "åter efter utmattning",
        (28, 60),
        plan(
            "fk",
            "rehabilitation",
            "Åter i arbete stegvis, först på 50 %|Öka från 25 till 50 % utan bakslag",
            activity("sick_leave", "Sjukskrivning 50 %", -14, 50, "50 %", place=None),
            activity(
                "rehabilitation",
                "Arbetslivsinriktad rehabilitering {vid}",
                -4,
                24,
                "25 %",
                times="tis tor 09:00–13:00",
            ),
            meeting("Avstämningsmöte", 4, "ons 10:00–11:30", "Försäkringskassan, video"),
            category="work_ability",
            begun=22,
        ),
        plan(
            "region",
            "rehabilitation",
            "Orka vardagen och hålla balansen",
            activity(
                "care",
                "Stresshantering i grupp",
                -5,
                12,
                "2 h",
                times="mån 13:00–15:00",
                place="Vårdcentralen, Hässleholm",
            ),
            activity("care", "Samtalskontakt", -10, None, place="Vårdcentralen, Hässleholm"),
            begun=24,
        ),
        note(
            "region",
            "work_ability",
            3,
            "Klarar fyra timmar två dagar i veckan med vila emellan. Känslig för ljud och avbrott.|"
            "Bör inte öka tiden mer än ett steg i månaden. Sömnen är bättre.",
        ),
        note(
            "fk",
            "check_in",
            5,
            "Alla parter överens om upptrappningen. {namn} säger till om det går för fort.|"
            "Nästa steg tas tidigast efter avstämningsmötet.",
        ),
    ),
    situation(
        "grön rehabilitering",
        (20, 55),
        plan(
            "region",
            "rehabilitation",
            "Må tillräckligt bra för att vara bland folk|Stabil vardag med sömn, mat och rörelse",
            activity("care", "Samtalsbehandling, varannan vecka", -18, None, place=PSYCHIATRY),
            begun=40,
        ),
        plan(
            "fk",
            "rehabilitation",
            "Rehabilitering i egen takt",
            activity("sick_leave", "Sjukskrivning 75 %", -30, 72, "75 %", place=None),
            category="work_ability",
            begun=32,
        ),
        plan(
            "ame",
            "rehabilitation",
            "Komma ut två förmiddagar i veckan",
            activity(
                "rehabilitation",
                "Grön rehabilitering, trädgårdsgruppen",
                -8,
                44,
                "8 h",
                times="tis tor 09:00–12:00",
                measure="Grön rehabilitering",
            ),
            begun=10,
        ),
        note(
            "ame",
            "check_in",
            2,
            "Arbetar helst ensam i växthuset, men fikar med gruppen.|"
            "Har tagit ansvar för tomaterna. Ringer när orken inte räcker, och det är bra.",
        ),
        note(
            "region",
            "health",
            4,
            "Mår bättre med regelbundna tider. Ny läkemedelsgenomgång är bokad.|"
            "Fortsatt behov av återhämtning efter dagar med många intryck.",
        ),
    ),
    situation(
        "värk och förstärkt arbetsträning",
        (30, 62),
        plan(
            "fk",
            "rehabilitation",
            "Hitta ett arbete som kroppen klarar",
            activity("sick_leave", "Sjukskrivning 50 %", -26, 64, "50 %", place=None),
            begun=28,
        ),
        plan(
            "af",
            "rehabilitation",
            "Pröva arbetsförmågan inom {bransch}|Pröva lättare arbetsuppgifter, deltid",
            activity(
                "work_training",
                "Förstärkt arbetsträning {vid}",
                -3,
                13,
                "25 %",
                times="mån ons 08:30–13:00",
                measure="Förstärkt arbetsträning",
            ),
            meeting("Trepartssamtal AF, FK och {namn}", 7, "tor 13:00–14:00", "Arbetsförmedlingen, video"),
            begun=10,
        ),
        plan(
            "region",
            "rehabilitation",
            "Leva med värken, inte mot den",
            activity(
                "rehabilitation",
                "Fysioterapi i grupp, bassäng",
                -6,
                40,
                "2 h",
                times="fre 10:00–11:30",
                place="Hässleholms sjukhus",
            ),
            title="Rehabiliteringsplan",
            begun=16,
        ),
        note(
            "region",
            "work_ability",
            5,
            "Kan stå och gå om vartannat i en timme. Inga lyft över fem kilo.|"
            "Klarar stillasittande arbete i halvtimmespass. Handskar och värme hjälper.",
        ),
        note("af", "check_in", 1, "Halvtid i arbetsträningen. Höj- och sänkbart bord har kommit på plats."),
    ),
    situation(
        "utredning pågår",
        (19, 45),
        plan(
            "region",
            "rehabilitation",
            "Förstå vilket stöd som behövs|Bli klar med utredningen",
            activity("assessment", "Utredning, fyra besök", -3, 14, "5 %", place=PSYCHIATRY),
            activity("care", "Kontakt med kurator", -12, None, place=PSYCHIATRY),
            begun=20,
        ),
        plan(
            "ame",
            "rehabilitation",
            "Lugn start medan utredningen pågår",
            activity(
                "occupation",
                "Kreativa verkstaden",
                -5,
                42,
                "25 %",
                times="mån ons 10:00–14:00",
                place="Arbetsmarknadsenheten, Hässleholm",
            ),
            begun=8,
        ),
        plan(
            "soc",
            None,
            "Trygg försörjning under utredningen",
            meeting("Besök hos socialsekreteraren", 2, "tor 10:00–10:45", "Stadshuset, Hässleholm"),
            category="livelihood",
            begun=30,
        ),
        note(
            "ame",
            "background",
            8,
            "Har börjat och slutat tre praktiker på två år. Vill inte misslyckas igen, så vi går sakta fram.|"
            "Tycker om att rita. Har svårt för telefon, skriv hellre sms.",
        ),
        note("region", "planning", 3, "Återlämning med {namn} planeras när sista besöket är gjort."),
    ),
    situation(
        "ung med aktivitetsersättning",
        (19, 29),
        plan(
            "fk",
            "rehabilitation",
            "En aktivitet som ger struktur i veckan",
            activity("sick_leave", "Aktivitetsersättning, hel", -40, 90, "100 %", place=None),
            title="Planering vid aktivitetsersättning",
            category="livelihood",
            begun=44,
        ),
        plan(
            "region",
            "rehabilitation",
            "Regelbunden kontakt och färre inläggningar|Sova på natten och vara vaken på dagen",
            activity("care", "Arbetsterapeut, varannan vecka", -20, None, place=PSYCHIATRY),
            begun=36,
        ),
        plan(
            "soc",
            "rehabilitation",
            "Klara det egna hemmet",
            activity("other", "Boendestöd, tre gånger i veckan", -30, None),
            begun=36,
            by="s-johan",
        ),
        note(
            "soc",
            "check_in",
            2,
            "Handlar själv nu, med lista. Posten öppnar vi tillsammans på måndagar.|"
            "Har släppt in boendestödet varje gång den här månaden.",
        ),
        note("region", "planning", 6, "SIP-möte föreslås när boendestödet fått fäste."),
    ),
    situation(
        "från Försäkringskassan till Arbetsförmedlingen",
        (30, 61),
        plan(
            "fk",
            "rehabilitation",
            "Lämna sjukskrivningen och börja söka arbete",
            activity("sick_leave", "Sjukskrivning 50 %", -34, 38, "50 %", place=None),
            begun=36,
            lasts=44,
        ),
        plan(
            "af",
            "work",
            "Arbete med rätt anpassning|Arbete inom {bransch}, deltid till att börja med",
            meeting("Omställningsmöte med Försäkringskassan", 1, "tis 13:00–14:00", "Arbetsförmedlingen"),
            activity("job_search", "Karriärvägledning och jobbsökning", 3, None, measure="Karriärvägledning"),
            begun=5,
        ),
        note(
            "fk",
            "work_ability",
            4,
            "Bedöms kunna arbeta halvtid i anpassat arbete, på sikt heltid.|"
            "Kan inte gå tillbaka till det förra yrket. Annat arbete fungerar.",
        ),
        note("af", "planning", 3, "Skrivs in direkt efter omställningsmötet, så att ingen dag faller mellan oss."),
    ),
    situation(
        "samordnad individuell plan",
        (22, 58),
        plan(
            "region",
            "rehabilitation",
            "Det viktigaste för mig: en egen lägenhet och något att gå upp till|"
            "Det viktigaste för mig: att träffa mina barn och att orka ett arbete",
            activity("care", "Fast vårdkontakt, varje vecka", -26, None, place=PSYCHIATRY),
            meeting("Uppföljning av SIP", 6, "fre 13:00–14:30", PSYCHIATRY),
            title="Samordnad individuell plan (SIP)",
            begun=30,
        ),
        plan(
            "soc",
            "rehabilitation",
            "Boende och ekonomi på plats",
            activity("other", "Boendestöd och hjälp med hyran", -20, None),
            begun=26,
            by="s-johan",
        ),
        plan(
            "ame",
            "rehabilitation",
            "Prova arbete i liten skala",
            activity(
                "occupation",
                "Cykelverkstaden, två förmiddagar",
                -7,
                44,
                "8 h",
                times="mån ons 09:00–12:00",
                place="Cykelverkstaden, Hässleholm",
            ),
            begun=12,
        ),
        note(
            "region",
            "check_in",
            5,
            "Alla kom till mötet. {namn} ledde det själv och skrev målen med egna ord.|"
            "Planen reviderad. Kommunen har det samlade ansvaret fram till nästa möte.",
        ),
        note("ame", "check_in", 1, "Har lagat elva cyklar. Fler dagar är inte aktuellt ännu."),
    ),
)
