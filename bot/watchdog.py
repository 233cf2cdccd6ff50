"""Ends the process when its event loop has been stuck: a stuck process holds the courier's lock and sends nothing."""

from __future__ import annotations

import asyncio
import faulthandler
import os
import sys
import threading

STUCK_AFTER_SECONDS = 30.0
# So many beats must fail to come. They are counted, not timed: of a process that was frozen as a whole (a machine that
# slept, a debugger) only one does, and its loop goes on as if nothing had been.
_BEATS = 30
_STUCK_EXIT_CODE = 70


def end_process(sentence: str) -> None:
    """End at once, whatever is stuck, saying why and where everything stood; the platform starts another."""
    sys.stderr.write(f"{sentence}\n")
    faulthandler.dump_traceback(all_threads=True)
    os._exit(_STUCK_EXIT_CODE)


class Watchdog:
    """A thread that looks whether the loop still beats; it needs nothing that the loop could hold."""

    def __init__(self, stuck_after: float = STUCK_AFTER_SECONDS) -> None:
        self._stuck_after = stuck_after
        self._beat_every = stuck_after / _BEATS
        self._beaten = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._beating: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Watch the running loop."""
        self._beating = asyncio.get_running_loop().create_task(self._beat(), name="watchdog")
        self._thread.start()

    async def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()
        self._beaten.set()
        if self._beating is not None:
            self._beating.cancel()

    async def _beat(self) -> None:
        while not self._stopped.is_set():
            self._beaten.set()
            await asyncio.sleep(self._beat_every)

    def _watch(self) -> None:
        while not self._stopped.is_set():
            self._beaten.clear()
            if not any(self._beaten.wait(self._beat_every) for _ in range(_BEATS)) and not self._stopped.is_set():
                end_process(f"The event loop was stuck for {self._stuck_after:.0f} s; ending so that another can.")
            self._stopped.wait(self._beat_every)
