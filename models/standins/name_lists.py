"""First and last names by origin and gender, from packages that are nothing but data.

Lists of some thirty countries are those of ``faker`` (MIT), with the census of the United States of 1990 from
``names`` (MIT; the census is public domain). Origins are countries, or groups of countries whose names are alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module, resources

from models.anonymisation.common_words import NAMES_THAT_ARE_WORDS, TITLES
from models.anonymisation.identity import bare


class Gender(StrEnum):
    """The gender a first name is given to."""

    FEMININE = "feminine"
    MASCULINE = "masculine"
    UNKNOWN = "unknown"


ORIGINS: Mapping[str, tuple[str, ...]] = {
    "english": ("en_GB", "en_US", "en_NZ"),
    "irish": ("en_IE", "ga_IE"),
    "norwegian": ("no_NO",),
    "danish": ("da_DK",),
    "swedish": ("sv_SE",),
    "finnish": ("fi_FI",),
    "icelandic": ("is_IS",),
    "german": ("de_DE", "de_AT", "de_CH"),
    "dutch": ("nl_NL", "nl_BE"),
    "french": ("fr_FR", "fr_BE"),
    "italian": ("it_IT",),
    "spanish": ("es_ES", "es_MX", "es_AR", "es_CL"),
    "portuguese": ("pt_PT", "pt_BR"),
    "polish": ("pl_PL",),
    "czech": ("cs_CZ",),
    "slovak": ("sk_SK",),
    "slovenian": ("sl_SI",),
    "croatian": ("hr_HR",),
    "hungarian": ("hu_HU",),
    "romanian": ("ro_RO",),
    "estonian": ("et_EE",),
    "latvian": ("lv_LV",),
    "turkish": ("tr_TR",),
    "maghrebi": ("fr_DZ",),
    "indian": ("en_IN",),
    "pakistani": ("en_PK",),
    "kenyan": ("en_KE", "sw"),
    "nigerian": ("ha_NG", "ig_NG", "yo_NG"),
    "ghanaian": ("tw_GH",),
    "zulu": ("zu_ZA",),
    "indonesian": ("id_ID",),
    "vietnamese": ("vi_VN",),
    "japanese": ("ja_JP",),
}
"""Origins by name, with the lists of each."""

_OF_LANGUAGES = {
    "en": "english",
    "ga": "irish",
    "no": "norwegian",
    "nb": "norwegian",
    "nn": "norwegian",
    "da": "danish",
    "sv": "swedish",
    "fi": "finnish",
    "is": "icelandic",
    "de": "german",
    "nl": "dutch",
    "fr": "french",
    "it": "italian",
    "es": "spanish",
    "pt": "portuguese",
    "pl": "polish",
    "cs": "czech",
    "sk": "slovak",
    "sl": "slovenian",
    "hr": "croatian",
    "hu": "hungarian",
    "ro": "romanian",
    "et": "estonian",
    "lv": "latvian",
    "tr": "turkish",
    "vi": "vietnamese",
    "ja": "japanese",
}
_MIXED = ("german", "dutch", "french", "spanish", "portuguese")
_BRITISH = ("en_GB", "en_NZ")
_CLEARLY = 0.8
"""Share of a name's bearers from which its gender is told; "Leslie" and "Kim" stay unknown."""
_FREQUENT_FIRST = 1200
_FREQUENT_LAST = 5000
"""How many of the census's names, from the most frequent, are drawn as English ones."""
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class NamesOf:
    """The names of one origin as they are written. ``last`` are worn by everybody, unless there are two lists."""

    feminine: tuple[str, ...]
    masculine: tuple[str, ...]
    last: tuple[str, ...]
    last_feminine: tuple[str, ...] = ()
    last_masculine: tuple[str, ...] = ()

    def last_of(self, gender: Gender) -> tuple[str, ...]:
        """Last names to draw from."""
        if gender is Gender.FEMININE and self.last_feminine:
            return self.last_feminine
        return self.last_masculine if self.last_masculine and gender is not Gender.FEMININE else self.last


def origin_of_language(language: str) -> str:
    """The origin that goes with a language (ISO 639-1); ``english`` for one without a list."""
    return _OF_LANGUAGES.get(language, "english")


@cache
def names_of(origin: str) -> NamesOf:
    """The names of an origin. Raises KeyError for none of :data:`ORIGINS`."""
    feminine: list[str] = []
    masculine: list[str] = []
    last: list[str] = []
    last_feminine: list[str] = []
    last_masculine: list[str] = []
    for locale in ORIGINS[origin]:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        if locale == "ja_JP":
            feminine += [pair[2] for pair in provider.first_name_female_pairs]
            masculine += [pair[2] for pair in provider.first_name_male_pairs]
            last += [pair[2] for pair in provider.last_name_pairs]
            continue
        feminine += _listed(provider, "first_names_female")
        masculine += _listed(provider, "first_names_male")
        last += _listed(provider, "unisex_last_names") or _listed(provider, "last_names")
        last_feminine += _listed(provider, "last_names_female")
        last_masculine += _listed(provider, "last_names_male")
    if origin == "icelandic":
        fathers = _listed(provider, "last_names_without_suffix")
        last_feminine, last_masculine = (
            [f"{name}dóttir" for name in fathers],
            [f"{name}son" for name in fathers],
        )
        last = last_masculine
    if origin == "pakistani":
        # The list has men's names only; names of women that come from Arabic are those of the Maghreb too.
        masculine = _listed(provider, "first_names")
        feminine = list(names_of("maghrebi").feminine)
    if origin == "english":
        feminine += _census("dist.female.first", _FREQUENT_FIRST)
        masculine += _census("dist.male.first", _FREQUENT_FIRST)
        last += [
            name for name in _census("dist.all.last", _FREQUENT_LAST) if not name.startswith(("Mc", "O"))
        ]
    return NamesOf(
        *(_readable(names) for names in (feminine, masculine, last, last_feminine, last_masculine))
    )


@cache
def first_names_of(origin: str, gender: Gender) -> tuple[str, ...]:
    """First names to draw from, clearly of the gender; for an unknown one, names that are given to both."""
    named = names_of(origin)
    both = dict.fromkeys((*named.feminine, *named.masculine))
    return tuple(name for name in both if gender_of(bare(name), origin) is gender)


@cache
def gender_of(first_name: str, origin: str | None = None) -> Gender:
    """The gender a bare first name is given to: where it comes from, if that is known, else in most lists.

    "Kari" is a woman's name in Norway and a man's in Finland.
    """
    if origin is not None:
        counts = _given(origin).get(first_name)
        told = _clear(counts) if counts is not None else Gender.UNKNOWN
        # The census knows how many bear an English name; other lists only say who may.
        if told is not Gender.UNKNOWN or (counts is not None and origin == "english"):
            return told
    everywhere: Counter[Gender] = Counter()
    for one in ORIGINS:
        counts = _given(one).get(first_name)
        if counts is not None:
            everywhere[_clear(counts)] += 1
    del everywhere[Gender.UNKNOWN]
    return _clear({gender: float(number) for gender, number in everywhere.items()})


@cache
def origins_of_first(first_name: str) -> frozenset[str]:
    """The origins where the bare first name is at home; English only where Britain lists it, or nobody else does."""
    return _at_home(frozenset(origin for origin in ORIGINS if first_name in _core(origin)[0]), first_name, 0)


@cache
def origins_of_last(last_name: str) -> frozenset[str]:
    """The origins where the bare last name is at home; English only where Britain lists it, or nobody else does.

    The names of the United States come from everywhere: "Garcia" is among the most frequent.
    """
    return _at_home(frozenset(origin for origin in ORIGINS if last_name in _core(origin)[1]), last_name, 1)


def _at_home(listed: frozenset[str], name: str, part: int) -> frozenset[str]:
    return listed if len(listed) < 2 or name in _british()[part] else listed - {"english"}


@cache
def _core(origin: str) -> tuple[frozenset[str], frozenset[str]]:
    """First and last names, bare, by which an origin is told: of its first list, since those of neighbours and former
    colonies are mixed; of all its lists for English."""
    if origin in _MIXED:
        provider = import_module(f"faker.providers.person.{ORIGINS[origin][0]}").Provider
        both = (_listed(provider, "first_names"), _listed(provider, "last_names"))
        return frozenset(map(bare, both[0])), frozenset(map(bare, both[1]))
    return frozenset(_given(origin)), _worn(origin)


@cache
def _british() -> tuple[frozenset[str], frozenset[str]]:
    """First and last names, bare, of the English lists without those of the United States."""
    providers = [import_module(f"faker.providers.person.{locale}").Provider for locale in _BRITISH]
    first, last = (
        frozenset(bare(name) for provider in providers for name in _listed(provider, attribute))
        for attribute in ("first_names", "last_names")
    )
    return first, last


@cache
def _given(origin: str) -> Mapping[str, Mapping[Gender, float]]:
    """For each bare first name of an origin, how often it is given to whom, on a scale of its own."""
    named = names_of(origin)
    weights: dict[str, dict[Gender, float]] = {}
    census = _census_shares() if origin == "english" else {}
    for gender, names in ((Gender.FEMININE, named.feminine), (Gender.MASCULINE, named.masculine)):
        for name in map(bare, names):
            weights.setdefault(name, {})[gender] = 1.0
    weights.update({name: dict(shares) for name, shares in census.items()})
    return weights


@cache
def _worn(origin: str) -> frozenset[str]:
    named = names_of(origin)
    return frozenset(map(bare, (*named.last, *named.last_feminine, *named.last_masculine)))


def _clear(weights: Mapping[Gender, float]) -> Gender:
    total = sum(weights.values())
    if not total:
        return Gender.UNKNOWN
    for gender in (Gender.FEMININE, Gender.MASCULINE):
        if weights.get(gender, 0.0) >= _CLEARLY * total:
            return gender
    return Gender.UNKNOWN


def _listed(provider: object, attribute: str) -> list[str]:
    listed = getattr(provider, attribute, ())
    return [str(name) for name in listed] if isinstance(listed, Iterable) else []


def _lines(file: str) -> Iterator[tuple[str, float]]:
    text = resources.files("names").joinpath(file).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip():
            name, share = line.split()[:2]
            yield name.lower(), float(share)


def _census(file: str, most: int) -> list[str]:
    return [name.capitalize() for _, (name, _) in zip(range(most), _lines(file), strict=False)]


def _census_shares() -> Mapping[str, Mapping[Gender, float]]:
    shares: dict[str, dict[Gender, float]] = {}
    for file, gender in (("dist.female.first", Gender.FEMININE), ("dist.male.first", Gender.MASCULINE)):
        for name, share in _lines(file):
            shares.setdefault(name, {})[gender] = max(share, 0.0005)
    return shares


def _readable(names: Iterable[str]) -> tuple[str, ...]:
    """Names of one word that are no everyday words, each once, in a fixed order."""
    kept = {
        name
        for name in names
        if name.isalpha()
        and len(name) >= _FEWEST_LETTERS
        and bare(name) not in NAMES_THAT_ARE_WORDS
        and bare(name) not in TITLES
    }
    return tuple(sorted(kept))
