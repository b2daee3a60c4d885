"""Everyday words that are no names, and names that are everyday words too."""

from __future__ import annotations

import re

from spacy.lang.en.stop_words import STOP_WORDS

_SPOKEN_WORDS = """
    ah aha alright aw aye bah bit bye cause cheers cool dad daddy dear doctor doc eh em er erm fab fine gonna good
    goodbye gosh gotta great grandma grandad grandpa granny guess ha haha hah hello hey hi hm hmm hmmm huh ha hiya
    i'd i'll i'm i've lovely mam maybe mate mhm mm mmm mum mummy mom mommy morning nah nan nana nope nothing oh ok okay
    ooh oops ouch ow perfect please probably right shh sorry sort sure ta thank thanks that's true uh um uh-huh
    um-hum uhm wait wanna well whoa wow ya yay yeah yep yes yet yo yup actually afternoon evening night today tomorrow
    yesterday absolutely basically certainly definitely exactly excellent god jesus christ lord honestly let like
    look listen obviously kinda sorta dunno lemme gimme cos coz cuz etcetera really see so suppose tell think you know
"""
_SPOKEN = frozenset(_SPOKEN_WORDS.split())
"""Fillers, greetings and answers that recognisers write with a capital and language models take for names."""

_NAMES_AND_WORDS = """
    angel april art august autumn baker bill bishop black brook brown buck chance charity chase chip cliff cook crystal
    dawn destiny dick faith ford forest frank gay ginger grace grant gray green guy hall hope hunter joy june king lane
    long love mark may mercy miles mill moss olive page park patience peg penny pride ray red reed rich river rob rock
    rose sage sandy sky skip star stew stone sue summer swan trip wade walker ward wells west white will wood woods
    young
"""
NAMES_THAT_ARE_WORDS = frozenset(_NAMES_AND_WORDS.split())
"""Names that, in lower case or at the start of a sentence, are more likely the everyday word."""

_DRAWN_OUT = re.compile(
    r"o+h+|a+h+|u+h+|e+h+|u+m+|e+r+m*|h+m+|m+h*m+|a+w+|o+w+|w+o+w+|y+e+a+h*|n+o+|(?:ha+)+h?"
)
"""Answers and sighs, as long as somebody wrote them."""


def is_common(word: str) -> bool:
    """Whether a bare lower-case word is an everyday word of speech and so no name by itself."""
    return word in STOP_WORDS or word in _SPOKEN or bool(_DRAWN_OUT.fullmatch(word))


def doubles_as_word(name: str) -> bool:
    """Whether a bare lower-case name is an everyday word as well."""
    return name in NAMES_THAT_ARE_WORDS or is_common(name)
