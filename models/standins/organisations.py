"""Organisations generalised to their kind, told by the words of their names."""

from __future__ import annotations

from models.anonymisation.identity import Form

UNKNOWN = "an organisation"

_KINDS = {
    "a hospital": "hospital nhs_trust infirmary sykehus sykehuset hospitalet krankenhaus",
    "a clinic": "clinic klinikk klinikken practice surgery polyclinic medical_centre health_centre",
    "a hospice": "hospice",
    "a pharmacy": "pharmacy chemist chemists apotek apoteket",
    "a care home": "nursing_home care_home rest_home retirement_home",
    "a school": "school academy grammar skole skolen comprehensive",
    "a nursery": "nursery kindergarten preschool barnehage daycare",
    "a university": "university uni universitet universitetet universitat polytechnic",
    "a college": "college hogskole",
    "an institute": "institute institut institutt",
    "a church": "church cathedral chapel parish kirke kirken abbey",
    "a mosque": "mosque",
    "a synagogue": "synagogue",
    "a temple": "temple",
    "a council": "council municipality kommune borough",
    "a court": "court tribunal",
    "a police force": "police constabulary politi",
    "a prison": "prison jail gaol",
    "a ministry": "ministry department",
    "a bank": "bank building_society",
    "a hotel": "hotel inn hostel",
    "a restaurant": "restaurant cafe pizzeria bistro diner",
    "a pub": "pub tavern bar arms",
    "a shop": "shop store stores supermarket supermarkets bakery butchers boutique bookshop",
    "a newspaper": "newspaper gazette times herald journal",
    "a club": "club fc afc rovers wanderers athletic il",
    "an orchestra": "orchestra philharmonic choir band ensemble",
    "a theatre": "theatre theater opera",
    "a museum": "museum gallery",
    "a library": "library",
    "a charity": "charity foundation stiftelse",
    "a union": "union",
    "an association": "association society federation forening forbund league",
    "an army": "army navy regiment battalion",
    "an airline": "airlines airways airline",
    "a railway": "railway railways rail",
    "a company": "ltd limited plc inc incorporated corp corporation llc gmbh ag as asa ab oy bv sa company co group "
    "holdings industries solutions partners systems technologies furniture motors insurance logistics consulting",
}
"""Kinds by the words that tell them; ``_`` joins two words. A name's last words tell first."""

_BY_WORD = {word.replace("_", " "): kind for kind, words in _KINDS.items() for word in words.split()}


def organisation_phrase(organisation: Form) -> str:
    """What stands for the organisation: "a hospital", "a school", or "an organisation" where its name doesn't say.

    ``organisation`` are its bare words. The head of an English name is its last word, or the word before "of" or "for":
    "Saint Mary's School", "University of Bergen", "Royal College of Nursing".
    """
    before = next((place for place, word in enumerate(organisation) if word in ("of", "for", "in")), None)
    heads = [organisation[:before], organisation] if before else [organisation]
    for words in heads:
        for end in range(len(words), 0, -1):
            for length in (2, 1):
                kind = _BY_WORD.get(" ".join(words[max(0, end - length) : end]))
                if kind is not None:
                    return kind
    return UNKNOWN
