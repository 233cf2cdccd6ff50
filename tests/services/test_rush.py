from __future__ import annotations

import asyncio

from services.rush import Rush


async def test_where_nobody_waits_the_work_goes_on_at_once() -> None:
    await asyncio.wait_for(Rush().over(at_most=3600), 60)


async def test_the_work_goes_on_when_the_last_has_been_answered() -> None:
    rush = Rush()
    with rush.somebody_waits():
        with rush.somebody_waits():
            work = asyncio.create_task(rush.over(at_most=3600))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not work.done()
    await asyncio.wait_for(work, 60)


async def test_the_work_never_waits_long() -> None:
    rush = Rush()
    with rush.somebody_waits():
        await asyncio.wait_for(rush.over(at_most=0.01), 60)
