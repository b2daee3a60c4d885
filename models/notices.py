"""What a researcher should know about a recording that was processed all the same: stable codes.

docs/operations.md says what each means; ``service.wording`` puts them into words.
"""

NO_SPEECH = "no_speech"
NO_WORDS = "no_words"
ONE_SPEAKER = "one_speaker"
MORE_SPEAKERS = "more_speakers"
ENDS_EARLY = "ends_early"
DAMAGED_PARTS = "damaged_parts"
SEPARATE_CHANNELS = "separate_channels"
LANGUAGE_UNCERTAIN = "language_uncertain"
LANGUAGE_UNEXPECTED = "language_unexpected"
NAMES_NOT_SEARCHED = "names_not_searched"
