"""The customer's clock: what they were promised, a press that settles it, and the words that may follow."""

from __future__ import annotations

from datetime import timedelta

from simulator.driver.onlooker import APP
from tests.support.acting import acknowledges, asked, fills, opens
from tests.support.house import MONDAY_TEN, House

QUARTER_PAST_ONE = f"{MONDAY_TEN + timedelta(hours=3, minutes=15):%Y-%m-%d %H:%M}"


async def promised(home: House) -> str:
    """A SEV-1 whose customer was promised word by 13:15; returns its channel."""
    channel = await opens(home)
    await acknowledges(home, "dina")
    dina = home.person("dina")
    await dina.types("/escalate told We are on it", in_=channel)
    form = await dina.form("Told the customer")
    assert form.value("What the customer was told") == "We are on it"
    await form.choose("How they were told", "Call")
    outcome = await fills(home, dina, "Told the customer", Customer_hears_next_by=QUARTER_PAST_ONE)
    assert outcome.closed
    return channel


async def test_a_press_on_the_nag_settles_the_promise_and_offers_to_keep_the_words(home: House) -> None:
    channel = await promised(home)
    card = home.person("olga").shows(channel)
    assert "Acme hears next by Today at 1:15 PM" in card
    assert "@dina told Acme (call): We are on it · they hear next by Today at 1:15 PM" in card
    await home.at(MONDAY_TEN + timedelta(hours=3, minutes=16))
    nag = asked(home, "dina", "Acme was promised word by")[-1]
    assert "Acme was promised word by Today at 1:15 PM, 1 minute ago" in nag
    assert "[Told the customer]" in nag
    dina = home.person("dina")
    await dina.press("Told the customer")
    await home.settled()
    assert "Acme was told by @dina Today at 1:16 PM" in dina.dms()
    kept = await dina.ephemeral("Kept: Acme was told at 1:16 PM.", in_=APP)
    assert "[Add what they were told]" in kept.text
    assert "Nothing is promised to Acme now." in home.person("olga").shows(channel)
    posts = len(home.ws.messages(channel))

    await dina.press("Add what they were told")
    form = await dina.form("Told the customer")
    await form.choose("How they were told", "Email")
    outcome = await fills(home, dina, "Told the customer", What_the_customer_was_told="Half of the shops sell again")
    assert outcome.closed
    assert len(home.ws.messages(channel)) == posts + 1
    shown = home.person("olga").shows(channel)
    assert "told Acme (email) Today at 1:16 PM: Half of the shops sell again" in shown
    assert "Customer last told Today at 1:16 PM by @dina" in shown


async def test_the_log_is_a_button_on_the_card_and_its_words_are_on_the_timeline(home: House) -> None:
    channel = await promised(home)
    olga = home.person("olga")
    await olga.press("Customer log", in_=channel)
    log = await olga.ephemeral("What Acme was told", in_=channel)
    assert "@dina (call): We are on it · they hear next by Today at 1:15 PM" in log.text
    await olga.types("/escalate timeline", in_=channel)
    timeline = await olga.ephemeral("Timeline of ESC-1", in_=channel)
    assert "@dina told Acme (call): We are on it · they hear next by Today at 1:15 PM" in timeline.text


async def test_telling_when_nothing_is_owed_is_kept_by_the_form_under_the_dots(home: House) -> None:
    channel = await promised(home)
    dina = home.person("dina")
    await dina.press("Told the customer", in_=channel)
    await home.settled()
    await dina.press("Told the customer", in_=channel)
    outcome = await fills(home, dina, "Told the customer", What_the_customer_was_told="Nothing new yet")
    assert outcome.closed
    assert "@dina told Acme: Nothing new yet" in home.person("olga").shows(channel)


async def test_an_empty_form_says_what_it_wants_and_a_promise_alone_is_enough(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.types("/escalate told", in_=channel)
    form = await dina.form("Told the customer")
    outcome = await form.submit()
    assert not outcome.closed
    assert "Say what they were told, or at least when they hear next." in str(form.errors)
    outcome = await fills(home, dina, "Told the customer", Customer_hears_next_by=QUARTER_PAST_ONE)
    assert outcome.closed
    shown = home.person("olga").shows(channel)
    assert "@dina promised Acme word by Today at 1:15 PM" in shown
    assert "Customer last told" not in shown


async def test_the_log_of_a_confidential_one_is_for_those_who_may_see_it(home: House) -> None:
    channel = await opens(home, confidential=True)
    dina = home.person("dina")
    await dina.types("/escalate told We are on it", in_=channel)
    await fills(home, dina, "Told the customer", What_the_customer_was_told="We are on it")
    await dina.press("Customer log", in_=channel)
    await dina.ephemeral("We are on it", in_=channel)
    await home.person("ulf").types("/escalate told ESC-1 They know")
    refusal = await home.person("ulf").ephemeral("There is no ESC-1 that you can see")
    assert "We are on it" not in refusal.text


async def test_ordinary_words_that_begin_with_told_are_an_escalation(home: House) -> None:
    olga = home.person("olga")
    await olga.types("/escalate told Acme we would call, nobody did")
    form = await olga.form("New escalation")
    assert form.value("Summary") == "told Acme we would call, nobody did"
