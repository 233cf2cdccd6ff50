"""A company around the world, and its policy: the default one, with people in every role."""

from __future__ import annotations

from simulator import Person, id_for

LONDON, NEW_YORK, KOLKATA, SYDNEY = "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Sydney"

# Role by role: who fills it, and where they live.
ROLES: dict[str, dict[str, str]] = {
    "support_agent": {"olga": LONDON, "arun": KOLKATA, "amy": NEW_YORK, "sid": SYDNEY},
    "csm": {"carla": LONDON, "chen": SYDNEY, "colin": NEW_YORK, "kiran": KOLKATA},
    "senior_csm": {"sana": LONDON, "sunil": KOLKATA},
    "cs_manager": {"omar": LONDON, "mia": NEW_YORK},
    "engineering_lead": {"esha": KOLKATA},
    "engineering_manager": {"emil": LONDON},
    "cs_director": {"dina": LONDON, "dora": NEW_YORK},
    "vp_customer_success": {"vera": LONDON},
    "vp_engineering": {"victor": NEW_YORK},
    "cto": {"tess": LONDON},
    "cro": {"rob": NEW_YORK},
    "ceo": {"cleo": LONDON},
}
NOBODY_IN_PARTICULAR = {"ulf": "Europe/Stockholm", "yuki": "Asia/Tokyo", "lena": "America/Sao_Paulo"}
ADMINS = ("omar", "mia")
# These stay all year, or nobody would be left to ask.
STAY = frozenset({*ADMINS, "olga", "vera", "tess"})

ZONES = {name: zone for people in (*ROLES.values(), NOBODY_IN_PARTICULAR) for name, zone in people.items()}
PEOPLE = [Person(name, real_name=f"{name.title()} Example", tz=zone) for name, zone in ZONES.items()]
EVERYBODY = [id_for(name) for name in ZONES]


def policy() -> str:
    """The policy file."""
    roles = "\n".join(f"  {role}: [{', '.join(map(id_for, people))}]" for role, people in ROLES.items())
    return f"announcements: escalations\nroles:\n{roles}\nadmins: [{', '.join(map(id_for, ADMINS))}]\n"
