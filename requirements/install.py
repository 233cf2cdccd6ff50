"""Make .venv what a lock file says: `python3 requirements/install.py runtime` or `… dev`. Quick when it is already.

`dev` holds everything `runtime` does, in the same versions, so an environment for development also serves the demo.
The mark of a finished environment is a copy of the lock it was made from; without one, whatever stands there was left
half made and is built anew.

Written so that an old Python can read it, because an old Python has to get as far as the sentence that says so.
"""

import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWER = ["python3.14", "python3.13", "python3.12", "python3.11"]
LOCKS = Path(__file__).resolve().parent
HOME = LOCKS.parent / ".venv"
PYTHON = str(HOME / "bin" / "python")


def mark(kind: str) -> Path:
    return HOME / f"installed-{kind}.txt"


def works() -> bool:
    """False too when the Python it was made with has been removed or replaced by another version."""
    if not Path(PYTHON).exists():
        return False
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def is_current(kind: str) -> bool:
    return mark(kind).exists() and mark(kind).read_bytes() == (LOCKS / f"{kind}.txt").read_bytes()


def install(kind: str) -> None:
    """With uv in seconds, or else with pip, which takes longer but knows the mirrors and certificates configured for it."""
    lock = str(LOCKS / f"{kind}.txt")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--require-hashes", "--no-deps"]
    uv = [PYTHON, "-m", "uv", "--quiet", "pip", "sync", "--require-hashes", "--compile-bytecode", "--system-certs"]
    has_uv = subprocess.run([*pip, "--requirement", str(LOCKS / "uv.txt")], capture_output=True, check=False)
    if has_uv.returncode == 0:
        fast = subprocess.run([*uv, "--python", PYTHON, lock], capture_output=True, check=False)
        if fast.returncode == 0:
            return
    if subprocess.run([*pip, "--requirement", lock], check=False).returncode != 0:
        sys.exit("The packages could not be installed; what pip said stands above. Run the same command again.")


def set_up(kind: str) -> None:
    marked = [each for each in ("runtime", "dev") if mark(each).exists()]
    if kind == "runtime" and "dev" in marked:
        kind = "dev"
    if works() and is_current(kind):
        return
    print("Setting up .venv; this takes a moment, once.", flush=True)
    if not marked or not works():
        shutil.rmtree(HOME, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
    for each in marked:
        mark(each).unlink(missing_ok=True)
    install(kind)
    unfinished = HOME / "unfinished"
    shutil.copyfile(LOCKS / f"{kind}.txt", unfinished)
    unfinished.replace(mark(kind))


def main() -> None:
    kind = sys.argv[1]
    if sys.version_info < OLDEST:
        for name in NEWER:
            if shutil.which(name) and subprocess.call([name, "-c", ""], stderr=subprocess.DEVNULL) == 0:
                os.execvp(name, [name, *sys.argv])
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(
            f"Clarion needs Python 3.11 or newer, and python3 here is {found}. Name another: make PYTHON=python3.12"
        )
    if not all(importlib.util.find_spec(needed) for needed in ("venv", "ensurepip")):
        sys.exit("This Python comes without venv or pip. On Debian and Ubuntu: apt install python3-venv python3-pip.")
    directory = os.open(str(LOCKS), os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)  # two `make` at once: the second finds the work done
    set_up(kind)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted; the next run begins anew.")
