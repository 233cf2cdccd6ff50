"""`/escalate stats`, and what App Home says of kept promises."""

from __future__ import annotations

from tests.support.acting import acknowledges, opens, posts_update
from tests.support.house import House


async def answer(home: House, who: str, typed: str, containing: str = "Kept promises") -> str:
    """What somebody alone sees when they type it, in a channel that is no escalation's."""
    await home.person(who).types(typed)
    return (await home.person(who).ephemeral(containing)).text


async def test_kept_promises_are_counted_for_everybody_and_by_what_narrows_them(home: House) -> None:
    await opens(home, severity="SEV-3", customer="Globex", summary="Exports fail")
    channel = await opens(home)
    await home.after(minutes=27)
    await acknowledges(home, "dina")
    await posts_update(home, "dina", channel)

    text = await answer(home, "ulf", "/escalate stats")
    assert "1 of 2 on time (50%) · 1 late, by 12 minutes" in text
    assert "Updates: 1 of 1 on time (100%)" in text
    assert "Time to acknowledge: 27 minutes (median)" in text
    assert "Escalations: 2 opened, 0 resolved" in text
    assert (
        text.index("SEV-1 Critical: 1 of 2") < text.index("SEV-3 Medium: no promise yet") < text.index("@dina: 1 of 2")
    )

    assert "SEV-1 Critical" in await answer(home, "vera", "/escalate stats sev1 7d", "Kept promises, last 7 days")
    assert "“acme”" in await answer(home, "tess", "/escalate stats acme")
    await home.person("vera").types("/escalate stats", in_=channel)  # here, too, it is of everything
    await home.person("vera").ephemeral("2 opened", in_=channel)
    assert "1 of 2 on time" in await answer(home, "dina", "/escalate stats mine", "Your promises, last 30 days")
    nothing = "There is nothing to count in the last 30 days: no promise of yours was answered or fell due."
    assert nothing in await answer(home, "cleo", "/escalate stats mine", "nothing to count")


async def test_other_words_after_it_are_free_text_and_help_lists_it(home: House) -> None:
    ulf = home.person("ulf")
    await ulf.types("/escalate stats are wrong at Acme")
    form = await ulf.form("New escalation")
    assert form.value("Summary") == "stats are wrong at Acme"
    assert "/escalate stats" in await answer(home, "ulf", "/escalate help", "What /escalate can do")


async def test_a_confidential_one_is_in_nobody_elses_figures(home: House) -> None:
    await opens(home, customer="Canary", confidential=True)
    await acknowledges(home, "dina")
    assert "nothing to count" in await answer(home, "ulf", "/escalate stats", "nothing to count")
    assert "1 of 1 on time" in await answer(home, "omar", "/escalate stats")


async def test_home_says_how_ones_own_promises_were_kept(home: House) -> None:
    await opens(home)
    dina = home.person("dina")
    await dina.opens_home()
    assert "promises" not in await dina.sees("Yours (1)", in_="home")
    await home.after(minutes=20)
    await dina.press("Acknowledge", in_="home")
    text = await dina.sees("Your promises, last 30 days: 0 of 1 on time (0%) · 1 late, by 5 minutes", in_="home")
    assert "Everybody's promises, last 30 days: 0 of 1 on time (0%)." in text
    await home.person("vera").opens_home()
    assert "Your promises" not in await home.person("vera").sees("Everybody's promises", in_="home")
