"""Codes of languages: ISO 639-1 whole, with the three letters that ISO 639-3 has for the same languages."""

from __future__ import annotations

import re

__all__ = ["TWO_LETTERS", "language_problem"]

_BOTH = """
aa aar ab abk ae ave af afr ak aka am amh an arg ar ara as asm av ava ay aym az aze ba bak be bel bg bul bi bis bm bam bn ben bo bod
br bre bs bos ca cat ce che ch cha co cos cr cre cs ces cu chu cv chv cy cym da dan de deu dv div dz dzo ee ewe el ell en eng eo epo
es spa et est eu eus fa fas ff ful fi fin fj fij fo fao fr fra fy fry ga gle gd gla gl glg gn grn gu guj gv glv ha hau he heb hi hin
ho hmo hr hrv ht hat hu hun hy hye hz her ia ina id ind ie ile ig ibo ii iii ik ipk io ido is isl it ita iu iku ja jpn jv jav ka kat
kg kon ki kik kj kua kk kaz kl kal km khm kn kan ko kor kr kau ks kas ku kur kv kom kw cor ky kir la lat lb ltz lg lug li lim ln lin
lo lao lt lit lu lub lv lav mg mlg mh mah mi mri mk mkd ml mal mn mon mr mar ms msa mt mlt my mya na nau nb nob nd nde ne nep ng ndo
nl nld nn nno no nor nr nbl nv nav ny nya oc oci oj oji om orm or ori os oss pa pan pi pli pl pol ps pus pt por qu que rm roh rn run
ro ron ru rus rw kin sa san sc srd sd snd se sme sg sag si sin sk slk sl slv sm smo sn sna so som sq sqi sr srp ss ssw st sot su sun
sv swe sw swa ta tam te tel tg tgk th tha ti tir tk tuk tl tgl tn tsn to ton tr tur ts tso tt tat tw twi ty tah ug uig uk ukr ur urd
uz uzb ve ven vi vie vo vol wa wln wo wol xh xho yi yid yo yor za zha zh zho zu zul
"""
_PAIRS = _BOTH.split()

TWO_LETTERS = dict(zip(_PAIRS[1::2], _PAIRS[::2], strict=True))
"""ISO 639-1's code by the three letters for the same language."""

_TAG = re.compile(r"([a-z]{2,3})(-[A-Za-z0-9]{2,8})*")


def language_problem(code: str) -> tuple[str, str | None] | None:
    """What is wrong with a language code, and what to write instead if that is sure; None for a good one.

    Two letters must be ISO 639-1's. Three (ISO 639-3 has eight thousand) are taken as they are, unless the language has
    a code of two. A script or region may follow: `zh-Hant`, `pt-BR`.
    """
    match = _TAG.fullmatch(code)
    if match is None:
        lower = _TAG.fullmatch(code.lower())
        return f"not a language code: {code!r}", f"write {code.lower()!r}" if lower and len(code) <= 3 else "move the words into notes"
    language = match[1]
    if len(language) == 2 and language not in TWO_LETTERS.values():
        return f"ISO 639-1 has no language {language!r}", None
    if language in TWO_LETTERS:
        return f"the code of {language!r} has two letters", f"write {TWO_LETTERS[language] + code[3:]!r}"
    return None
