"""The people and the policy of the company that scenarios play in."""

from __future__ import annotations

from simulator import Person, id_for

PEOPLE = [
    Person("olga", real_name="Olga Novak", tz="Europe/London"),  # support agent
    Person("carla", real_name="Carla Mendes", tz="Europe/London"),  # CSM
    Person("sana", real_name="Sana Iyer", tz="Europe/London"),  # senior CSM
    Person("omar", real_name="Omar Haddad", tz="Europe/London"),  # CS manager, admin
    Person("dina", real_name="Dina Sato", tz="Europe/London"),  # CS director
    Person("vera", real_name="Vera Lind", tz="Europe/London"),  # VP Customer Success
    Person("victor", real_name="Victor Hugo", tz="America/New_York"),  # VP Engineering
    Person("tess", real_name="Tess Moreau", tz="Europe/London"),  # CTO
    Person("cleo", real_name="Cleo Adeyemi", tz="Europe/London"),  # CEO
    Person("ulf", real_name="Ulf Berg", tz="Europe/Stockholm"),  # nobody in particular
    Person("greta", real_name="Greta Guest", guest=True),
    Person("dora", real_name="Dora Gone", deleted=True),
]

ROLES = f"""
roles:
  support_agent: [{id_for("olga")}]
  csm: [{id_for("carla")}]
  senior_csm: [{id_for("sana")}]
  cs_manager: [{id_for("omar")}]
  cs_director: [{id_for("dina")}]
  vp_customer_success: [{id_for("vera")}]
  vp_engineering: [{id_for("victor")}]
  cto: [{id_for("tess")}]
  ceo: [{id_for("cleo")}]
admins: [{id_for("omar")}]
"""
