"""ELAN annotations (``.eaf``): EAF 3.0 of the Max Planck Institute for Psycholinguistics.

A tier for what each speaker says and one for their words, one for the codings of each coder, one for the markers of
each kind; where labels of a tier would overlap, which ELAN doesn't allow, another follows it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET

from service.coding.exports.guids import guid
from service.coding.exports.lanes import Tier, tiers_of
from service.coding.exports.values import Interview, Options, Study
from service.coding.exports.xml_writing import attributes_of, child, written

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_TYPE = "time-aligned"
_MEDIA = {"mp3": "audio/mp3", "wav": "audio/x-wav"}


def eaf(study: Study, interview: Interview, options: Options) -> bytes:
    """The interview as one ELAN document; its sound, where it goes along, lies beside it."""
    head = interview.head
    root = ET.Element(
        "ANNOTATION_DOCUMENT",
        {
            "xmlns:xsi": _XSI,
            "xsi:noNamespaceSchemaLocation": _SCHEMA,
            **attributes_of(
                AUTHOR="Lytt",
                DATE=head.released_at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
                FORMAT="3.0",
                VERSION="3.0",
            ),
        },
    )
    header = child(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    if options.sound is not None and head.has_sound:
        name = f"./{head.name}.{options.sound}"
        kind = _MEDIA[options.sound]
        child(header, "MEDIA_DESCRIPTOR", MEDIA_URL=name, RELATIVE_MEDIA_URL=name, MIME_TYPE=kind)
    child(header, "PROPERTY", f"urn:lytt:{guid('eaf', head.name)}", NAME="URN")
    tiers = tiers_of(study, interview)
    slots = _add_time_order(root, tiers)
    number = 0
    for tier in tiers:
        element = child(
            root,
            "TIER",
            TIER_ID=tier.name,
            LINGUISTIC_TYPE_REF=_TYPE,
            PARTICIPANT=interview.speakers.get(tier.speaker or "") or None,
        )
        for label in tier.labels:
            number += 1
            one = child(
                child(element, "ANNOTATION"),
                "ALIGNABLE_ANNOTATION",
                ANNOTATION_ID=f"a{number}",
                TIME_SLOT_REF1=slots[label.start_ms],
                TIME_SLOT_REF2=slots[label.end_ms],
            )
            child(one, "ANNOTATION_VALUE", label.text)
    child(
        root,
        "LINGUISTIC_TYPE",
        LINGUISTIC_TYPE_ID=_TYPE,
        TIME_ALIGNABLE="true",
        GRAPHIC_REFERENCES="false",
    )
    return written(root)


def _add_time_order(root: ET.Element, tiers: tuple[Tier, ...]) -> dict[int, str]:
    """Adds a slot for each time that is an edge, in order; returns their ids by time in ms."""
    times = sorted({ms for tier in tiers for label in tier.labels for ms in (label.start_ms, label.end_ms)})
    slots = {ms: f"ts{place + 1}" for place, ms in enumerate(times)}
    order = child(root, "TIME_ORDER")
    for ms, slot in slots.items():
        child(order, "TIME_SLOT", TIME_SLOT_ID=slot, TIME_VALUE=ms)
    return slots
