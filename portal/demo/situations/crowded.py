"""The invented person with forty activities: five agencies, a year of small steps and a full calendar."""

from portal.demo.sketch import activity, meeting, note, plan, situation

STEPS = (
    "Introduktion och skyddsrunda",
    "Sortering och märkning",
    "Textil och tvätt",
    "Möbelverkstad",
    "Kassan, med handledare",
    "Hämtning och lämning med bil",
    "Lager och inventering",
    "Kassan, på egen hand",
)
COURSES = (
    "Studieteknik",
    "Digital grundkurs",
    "Svenska, läsa och skriva",
    "Matematik, vardag och arbete",
    "Samhällskunskap, grundläggande",
    "Orienteringskurs mot yrkesvux",
)

CROWDED = situation(
    "fyrtio aktiviteter",
    (34, 40),
    plan(
        "ame",
        "work",
        "Steg för steg till anställning på Återbruket",
        *(
            activity(
                "work_training",
                f"Steg {number}: {title}",
                -22 + 4 * number,
                4,
                f"{20 + 5 * (number // 2)} %",
                times="tis tor 08:30–12:30" if number % 2 else "ons tor 09:00–13:00",
                place="Återbruket, Hässleholm",
                measure="Arbetsträning",
            )
            for number, title in enumerate(STEPS, start=1)
        ),
        *(
            meeting("Avstämning med handledaren", week, "fre 09:00–09:30", "Återbruket, Hässleholm")
            for week in (-12, -4, 4, 12)
        ),
        begun=24,
        by="s-lina",
    ),
    plan(
        "skola",
        "studies",
        "Behörighet till {utbildning}",
        *(
            activity(
                "studies",
                title,
                -24 + 9 * number,
                9,
                "25 %",
                times="mån 09:00–15:00",
                place="Komvux, Hässleholm",
            )
            for number, title in enumerate(COURSES)
        ),
        begun=26,
    ),
    plan(
        "region",
        "rehabilitation",
        "Färre dagar med värk",
        activity("sick_leave", "Sjukskrivning 25 %", -20, 52, "25 %", place=None),
        *(meeting("Smärtgrupp, träff", -10 + 2 * week, "ons 13:30–15:00", "Hässleholms sjukhus") for week in range(8)),
        activity("rehabilitation", "Fysioterapi, hemträning med uppföljning", -8, None, place="Hemma"),
        title="Rehabiliteringsplan",
        begun=30,
        by="s-omar",
    ),
    plan(
        "soc",
        None,
        "Ekonomi och boende i ordning",
        *(meeting("Hembesök", week, "tis 14:00–15:00", "Hemma") for week in (-16, -8, 0, 8)),
        activity("other", "Budget- och skuldrådgivning", -10, 40, place="Stadshuset, Hässleholm"),
        begun=40,
    ),
    plan(
        "af",
        "work",
        "Arbete inom {bransch}",
        *(meeting("Uppföljning på telefon", week, "tor 11:00–11:30") for week in (-13, -1, 5, 11)),
        activity("work_placement", "Studiebesök och provdagar {vid}", 2, 3, "25 %"),
        activity("job_search", "Söker fyra jobb i månaden", -20, None, place=None),
        activity("assessment", "Kartläggning", -26, 3, "10 %", measure="Kartläggning"),
        begun=36,
        by="s-anna",
    ),
    note(
        "ame",
        "check_in",
        1,
        "Allt är var för sig rimligt. Tillsammans blir det sex tider i veckan att hålla reda på.",
    ),
    note(
        "soc",
        "background",
        20,
        "Har kalender på kylskåpet och en påminnelse i telefonen för varje tid. Vill klara det.",
    ),
)
