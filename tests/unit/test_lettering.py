"""Texts fit where they are said to fit, whatever they are made of."""

from hypothesis import given
from hypothesis import strategies as st

from portal.plans.timeline.lettering import fit, isolated, width_of, wrap

texts = st.text(max_size=80)
widths = st.floats(min_value=1, max_value=400)


@given(texts, widths)
def test_what_is_fitted_is_no_wider_than_its_place(text: str, width: float) -> None:
    assert width_of(fit(text, width, 13), 13) <= width


@given(texts, st.floats(min_value=40, max_value=400), st.integers(min_value=1, max_value=4))
def test_wrapped_lines_are_no_wider_and_no_more_than_asked(text: str, width: float, lines: int) -> None:
    wrapped = wrap(text, width, 13, lines=lines, is_bold=True)
    assert len(wrapped) <= lines
    assert all(width_of(line, 13, is_bold=True) <= width for line in wrapped)


def test_what_fits_is_left_as_it_is() -> None:
    assert fit("Praktik", 200, 13) == "Praktik"
    assert wrap("Region Skåne", 200, 13, lines=2) == ("Region Skåne",)


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert fit("Komvux, svenska och matematik", 100, 13) == "Komvux, sv…"


def test_lines_break_between_words_and_the_last_is_cut() -> None:
    assert wrap("Komvux svenska och matematik på kvällstid", 130, 13, lines=2) == (
        "Komvux svenska",
        "och matematik p…",
    )


def test_a_compound_is_divided_after_its_joining_s() -> None:
    assert wrap("Arbetsmarknadsenheten", 135, 13, lines=3) == ("Arbetsmarknads-", "enheten")


def test_a_word_without_a_joint_is_divided_where_it_must() -> None:
    first, second = wrap("Ooooooooooooooooooooo", 120, 13, lines=2)
    assert first.endswith("-")
    assert first[:-1] + second == "Ooooooooooooooooooooo"


def test_letters_of_any_script_are_counted_wide_rather_than_narrow() -> None:
    assert width_of("語", 10) == width_of("🌱", 10) == 16
    assert width_of("ع", 10) == width_of("Ж", 10) == 11
    assert width_of("e\u0301", 10) == width_of("e", 10)


def test_text_that_turns_around_is_kept_to_itself() -> None:
    assert isolated("تعلم") == "\u2068تعلم\u2069"
    assert isolated("Praktik") == "Praktik"
