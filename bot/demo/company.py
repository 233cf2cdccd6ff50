"""The company that the demonstration plays in."""

from __future__ import annotations

from pathlib import Path

from simulator import Person, id_for

ROOT = Path(__file__).parents[2]

PEOPLE = [
    Person("olga", "Olga Novak", title="Support agent"),
    Person("carla", "Carla Mendes", title="CSM"),
    Person("sana", "Sana Iyer", title="Senior CSM"),
    Person("omar", "Omar Haddad", title="CS manager"),
    Person("dina", "Dina Sato", title="CS director"),
    Person("vera", "Vera Lind", title="VP Customer Success"),
    Person("victor", "Victor Hugo", title="VP Engineering", tz="America/New_York"),
    Person("tess", "Tess Moreau", title="CTO"),
    Person("cleo", "Cleo Adeyemi", title="CEO"),
    Person("ulf", "Ulf Berg", title="Recruiter", tz="Europe/Stockholm"),
    Person("maria", "Maria Costa (Acme)", tz="Europe/Lisbon", team_id="TCUSTOMER"),
]
CHANNELS = {"escalations": "*", "acme-support": ["olga", "carla", "sana", "maria"]}
ANGRY = (
    "Our checkout has been down since nine and our own customers see error pages.\n"
    "We lose money every minute. If nobody calls me within the hour I will talk to your CEO."
)

_ROLES = {
    "support_agent": "olga",
    "csm": "carla",
    "senior_csm": "sana",
    "cs_manager": "omar",
    "cs_director": "dina",
    "vp_customer_success": "vera",
    "vp_engineering": "victor",
    "cto": "tess",
    "ceo": "cleo",
}


def roles_policy() -> str:
    """Who is what, as the beginning of a policy file; everything else keeps its default."""
    roles = "\n".join(f"  {role}: [{id_for(name)}]" for role, name in _ROLES.items())
    return f"roles:\n{roles}\nadmins: [{id_for('omar')}]\n"
