"""Everyday words that are no names, and names that are everyday words too."""

from __future__ import annotations

import re
from functools import cache


def word_set(listed: str) -> frozenset[str]:
    """The words of a list written as text."""
    return frozenset(listed.split())


_SPOKEN_WORDS = """
    ah aha alright aw aye bah bit bye cause cheers cool dad daddy dear doctor doc eh em er erm fab fine gonna
    good goodbye gosh gotta great grandma grandad grandpa granny guess ha haha hah hello hey hi hm hmm hmmm huh
    ha hiya i'd i'll i'm i've lovely mam maybe mate mhm mm mmm mum mummy mom mommy morning nah nan nana nope
    nothing oh ok okay ooh oops ouch ow perfect please probably right shh sorry sort sure ta thank thanks that's
    true uh um uh-huh um-hum uhm wait wanna well whoa wow ya yay yeah yep yes yet yo yup actually afternoon
    evening night today tomorrow yesterday absolutely basically certainly definitely exactly excellent god jesus
    christ lord honestly let like look listen obviously kinda sorta dunno lemme gimme cos coz cuz etcetera
    really see so suppose tell think you know oof eldest youngest oldest
"""
_SPOKEN = frozenset(_SPOKEN_WORDS.split())
"""Fillers, greetings and answers that recognisers write with a capital and language models take for names."""

_TITLE_WORDS = """
    mr mrs ms miss mister dr doctor prof professor sir madam dame lord lady auntie aunt uncle nurse father
    sister brother granny grandma grandpa judge reverend rabbi imam sergeant constable captain
"""
TITLES = frozenset(_TITLE_WORDS.split())
"""Words that stand before a name and are not part of it: they stay in the text, and do not tell two people apart."""
FIRM_TITLES = word_set(
    """
    mr mrs ms miss mister dr doctor prof professor auntie aunt uncle nurse judge reverend rabbi imam
    """
)
"""Titles that are seldom said without a name after them."""

_NAMES_AND_WORDS = """
    aide alpha america an angel angelic angle ara april argentina art asia august aura autumn baker barb bee
    bell berry bill bishop black blanch blossom bong boom brain bridget brook brown buck bud buddy burl cam can
    candy carry chan chance chang charity chase cherish cherry chin china chip christian clay clement cliff
    conception constance cook coral coy crystal curt dale dawn dean delta desire destiny diamond dick dimple do
    don dong dot dung dusty earl early earnest easter ebony echo emerald era faith fairy fanny fawn fern flora
    ford forest foster france frank friend gale gay gene genesis german ginger glen glory golden good grace
    grant gray green grey guy hall han hang harmony harsh heath herb holiday holly honey hope hue hunter in
    india ira irish israel january ji jin jo joy july june junior justice karma kin king kip kit la lacy lady
    lai lance land lane laurel le lea lean liberty lin lion loan long lore love low lu ma mac magnolia major man
    mani manual maple march marine mark marquis marry marvel master may melody mercy mi miles mill min mina mine
    miss misty moon moss my na noble normal nova nu numbers ok olive olympia omega on page palm palmer park
    pasty pat patience patient pearly peg penny perfect piece ping piper porter precious price pride prince
    princess queen rain ran raven ray real red reed rich river roar rob rock rocky rod rose roman rowing royal
    rusty sad sage sam sand sandy sang santa say scarlet season see september shah short sky skip so song soon
    sparkle spring star sterling stew stone storm stormy sue summer sun sunday sunny sunshine sung sweet swan
    tai tam temple tiny tod trip tu un unique valentine van velvet venice violet viva wade walker wan wang ward
    wells wen west white will wind windy winter wish wood woods worth yan yang ye yen yi yon you young
"""
NAMES_THAT_ARE_WORDS = frozenset(_NAMES_AND_WORDS.split())
"""Names that, in lower case or at the start of a sentence, are more likely the everyday word."""

_PLACES_AND_WORDS = """
    acre airport alliance alot anthem apex as bake banks bar barking bass bath bay bear begun bell bend best bo
    boom boo bow brad bra brick bury bush but buy cam can cat central cocoa coin colon come common cove date
    deal deli derby dig dire dome douche drama eagle enterprise erie excess fate federal fleet flint fountain
    goes golden gore hale hire hit holiday holt hook horn hub hull hurricane imperial independence ice isa jam
    kin kindle laurel lens lend liberal liberty lima long lower male mango man manage many march marks mascot
    max may mentor metro mid mile mission mobile mon moon moral most mu mustang nice normal nova of officer
    olympic opportunity orange oral paradise para parole papa paramount peer pen pest plaque plum police pop
    post punch reading reservoir retreat rice rouge rugby rye saga sake salad sale salt same save sedan see sim
    sin split spring springs stella sun sunset superior surprise sur swords sweet tame tank tell temple terrace
    tie time tire tours turbo turkey university van victoria walnut ware wedding weir white worms yoga york
"""
PLACES_THAT_ARE_WORDS = frozenset(_PLACES_AND_WORDS.split())
"""Names of towns that, in lower case, are more likely the everyday word."""

_MEDICINES = re.compile(
    r"[\w-]*(?:olol|sartan|statin|azole|cillin|mycin|micin|floxacin|cycline|formin|gliptin|gliflozin|profen|oxicam|amol|"
    r"codeine|dronate|lukast|tidine|prazole|triptan|setron|clovir|azepam|zolam|barbital|ocaine|dipine|thiazide|semide|"
    r"lactone|heparin|dogrel|gatran|xaban|buterol|terol|nisolone|isone|onide|tropium|phylline|steride|zosin|fibrate|"
    r"glitazone|tadine|rizine|fenadine|toin|oxetine|pramine|triptyline|azodone|tiapine|anzapine|peridol|peridone|"
    r"romazine|trigine|penem|methoxazole|methoprim|furantoin|idazole|opril|april|ipril|alapril|proxen|talopram|"
    r"traline|aspirin|insulin|warfarin|morphine|fentanyl|lithium|lyte|contin|cortisol|thyroxine|itis|aemia|ectomy|algia|oscopy|plasty)s?"
)
_MEDICAL_WORDS = """
    adhd aids arthritis asthma bmi bp cbt copd covid covid-19 ct dna dialysis ecg eczema ekg emdr ent gi gp hiv
    hpv ibs icu iud ivf lyme mri mrsa nhs ocd ot pcos pms ptsd sars std sti tb ten tmj uti utis a&e calpol
    caesarean diarrhoea dioralyte gaviscon imodium implanon lucozade microgynon nurofen paracetamol piriton
    prozac ritalin marijuana cannabis cocaine heroin ketamine angina nausea strepsils tylenol valium ventolin
    viagra viral voltarol zoloft xanax
"""
_MEDICAL = frozenset(_MEDICAL_WORDS.split())


def is_medical(word: str) -> bool:
    """Whether a bare lower-case word is a medicine, an illness or their abbreviation, and so names nobody.

    Medicines are told by the stems of international nonproprietary names (WHO) and a short list of brands.
    """
    return word in _MEDICAL or (len(word) >= 7 and bool(_MEDICINES.fullmatch(word)))


_DRAWN_OUT = re.compile(
    r"o+h+|a+h+|u+h+|e+h+|u+m+|e+r+m*|h+m+|m+h*m+|a+w+|o+w+|w+o+w+|y+e+a+h*|n+o+|(?:ha+)+h?"
)
"""Answers and sighs, as long as somebody wrote them."""


@cache
def _stop_words() -> frozenset[str]:
    """Loaded when first asked for: what only needs the lists above does without a worker's packages."""
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS)


def is_common(word: str) -> bool:
    """Whether a bare lower-case word is an everyday word of speech and so no name by itself."""
    return word in _stop_words() or word in _SPOKEN or bool(_DRAWN_OUT.fullmatch(word))


def doubles_as_word(name: str) -> bool:
    """Whether a bare lower-case name is an everyday word as well."""
    return name in NAMES_THAT_ARE_WORDS or is_common(name)
