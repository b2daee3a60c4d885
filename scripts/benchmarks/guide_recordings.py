"""What the interviewers of the recordings say, asked in other words: the material of `scripts/bench guide`.

The interviewers read sentences of novels. For every sentence that says something by itself (titles and exclamations
are left out) there is a guide question of two wordings that a person would call the same question: its content in
other words, nothing that must be inferred, never the sentence itself. They were written from the sentences alone.
"""

from __future__ import annotations

from collections.abc import Mapping

READ: Mapping[str, Mapping[tuple[str, ...], tuple[int, ...]]] = {
    "interview_dev01": {
        (
            "Did you like most that he told of his work as an errand boy in a store?",
            "Was it his words about serving in a shop that pleased you most?",
        ): (0, 132),
        (
            "Was I worried about the look on your face, Margaret, when Mr Thornton admitted he once served in a store?",
            "Did Mr Hale look at Margaret nervously while the guest told of his past as a shop assistant?",
        ): (33,),
        (
            "Is there iron in everybody's blood?",
            "Does he make you feel that he has too much steel in him?",
        ): (91,),
        (
            "Could it even have been the poorhouse?",
            "Might he have ended up in an institution for the poor?",
        ): (137,),
        (
            "Was it right of you, Mr Hale, to bring such a man to our house without saying what he used to be?",
            "Should we have been told about his past before he was introduced?",
        ): (173,),
        (
            "Did you not always blame others at Helstone for smelling of trade?",
            "Were you the one who kept calling people shoppy back then?",
        ): (203,),
        ("Did you really believe I was that foolish?", "Did you take me for such a fool?"): (251,),
        (
            "Were you afraid he would see how shocked you were?",
            "Did you fear to let him notice your horror at parts of his story?",
        ): (286,),
        (
            "In what wretched state did his father die?",
            "Was his father's death a poor and unhappy one?",
        ): (320,),
    },
    "interview_dev02": {
        (
            "How does a lobster differ from a crayfish?",
            "Is what they call lobster in San Francisco really a crayfish?",
        ): (1, 202),
        (
            "Could one fill a whole book about this place and still not tell everything?",
            "Does the restaurant keep secrets nobody will ever learn?",
        ): (5,),
        (
            "Is crayfish from the Pacific as tasty as the one from the East?",
            "Do people in California insist that their own crayfish is better?",
        ): (35,),
        ("How is the dish brought to the table, with bread?", "Do you eat it with toasted bread?"): (49,),
        (
            "How long must it be stirred over the heat?",
            "Do you cook it in a double pot, stirring all the time, until it thickens?",
        ): (121,),
        (
            "Where was lobster Newberg made best, by famous cooks?",
            "Which recipe did they use at Delmonico for their grand dinners?",
        ): (150,),
        (
            "What goes into the pot, and how much of each?",
            "Which ingredients are needed: lobster, butter, cream, eggs, sherry?",
        ): (166,),
    },
    "interview_dev03": {
        (
            "Is there anybody today who isn't filled with loathing?",
            "Who is not sick of everything in heart, mouth and eyes?",
        ): (43,),
        ("Did he refuse to part with his suffering?", "Would he not get rid of his sorrow?"): (95,),
        ("Should one look at these cows?", "Do you see those cattle over there?"): (130,),
        ("What am I looking for in this place?", "What is it that I want here?"): (173,),
        (
            "Did he hear someone talking among the cattle when he got close?",
            "Were the cows all facing the person who spoke?",
        ): (206,),
        (
            "Are you both looking for the same thing, to be happy in this world?",
            "Did he reply that he wanted happiness on earth, just as you do?",
        ): (224,),
        ("What has come over me?", "What went on inside me?"): (250,),
        (
            "Had he been speaking to the cows all morning, and were they about to reply?",
            "How long did you talk to them before they would answer?",
        ): (317,),
    },
    "long15_p27": {
        (
            "Were there a great many cheerful children, and were they good-looking too?",
            "How many children were there, and were they happy and handsome?",
        ): (0,),
        (
            "Did grapes grow on the houses, and did pub signs make you feel at home?",
            "Did signs with a drawn bottle and glass remind you of home?",
        ): (85,),
        (
            "Was there an old coach that had been built to run on a railway?",
            "Did the wheels of the rusty carriage look as if meant for iron tracks?",
        ): (159,),
        (
            "Did they find the timepiece you had hidden in your pocket?",
            "When they searched you, what happened to your watch?",
        ): (231,),
        (
            "Did you show your guides with gestures how much you liked it?",
            "How did you let the guides know you were pleased?",
        ): (285,),
        ("Will honest people doubt that you tell the truth?", "Who would question my honesty?"): (330,),
        (
            "Did people know your guides, and were they too polite to trouble you?",
            "Did the locals stare at the strangers although they were courteous?",
        ): (333,),
        (
            "Would you like to thank reviewers and readers for being so kind to your stories?",
            "Are you grateful to the critics and the public for their mild judgement?",
        ): (384,),
        (
            "Where and when was it written and first printed?",
            "In which newspaper of New Zealand did it appear, and when?",
        ): (419,),
        (
            "Did a village suddenly appear in the fog, and were you afraid people would gape at you?",
            "Were you frightened of how the villagers would take you when you came out of the mist?",
        ): (464,),
        (
            "Did anybody in the world have an idea of what lay beyond, and could you hope to get over?",
            "Could you ever get to the other side, which nobody knew?",
        ): (474,),
        (
            "Why do you not tell us about your past and why you left your home country?",
            "Is it painful for you to speak of your background and what made you emigrate?",
        ): (508,),
        (
            "Were you brought to a judge and then put in a room with two others who looked ill?",
            "Where did the chief magistrate have you locked up, and with whom?",
        ): (568,),
        (
            "Did reviewers think that you wanted to ridicule Darwin with what you wrote about machines?",
            "Are you sorry that critics took the chapters on machinery for mockery of evolution?",
        ): (580,),
        (
            "When did you arrive, and why do you keep the time of year to yourself?",
            "In which year did you get to the place you were going?",
        ): (638,),
        (
            "Without money of your own, could you become rich by stocking the land with borrowed funds?",
            "How did you plan to make your fortune if you found good pasture?",
        ): (686,),
        (
            "Did they examine your body, your tongue and your muscles, and find you healthy?",
            "What did the medical check by these people consist of?",
        ): (730,),
        (
            "Could you tell people to their face that they fooled themselves, and did they not mind?",
            "Did they agree when you called them lifelong self-deceivers?",
        ): (742,),
        (
            "Did your plan fail to bring you any money?",
            "Did you make any profit from all the new things you met with?",
        ): (783,),
        (
            "Did their shy looks make you forget that you meant to convert them?",
            "How did their beauty turn your mind away from religion?",
        ): (818,),
        (
            "What do you think made the book sell so well, two good reviews at the start?",
            "To which newspapers' praise do you owe the surprising success?",
        ): (869,),
    },
    "serial_p1272_s1": {
        (
            "How quickly does one notice that twenty of the flock are gone?",
            "Does one get used to seeing that some sheep are missing among hundreds?",
        ): (0,),
        (
            "What did you see in the showcases when you walked past, timepieces?",
            "Were there watches and clocks in one of the cases?",
        ): (39,),
        (
            "Is that wrong, even if easy to understand?",
            "Is it an error that anybody could make?",
        ): (73,),
        (
            "Did you want to find out how far you could get on the closest mountains?",
            "Would you attempt the nearer hills?",
        ): (90,),
        (
            "Did you enjoy the land and how people live there?",
            "Were you happy with the region and its way of life?",
        ): (126,),
    },
    "serial_p1272_s2": {
        (
            "Do you hope to God that we never meet them, John?",
            "Should heaven spare us such an encounter?",
        ): (1,),
        (
            "Did he tell them to bend down and hear?",
            "Did he make a sign that they should crouch?",
        ): (32,),
        (
            "Does the Lord know that our intentions were good?",
            "Did we have a noble purpose, as God can see?",
        ): (36,),
        (
            "What can waste tar from coal be used for?",
            "Have many applications been found for what is left over from coal?",
        ): (69,),
        (
            "Were they aware that there were captives, or was it undertaken privately?",
            "Was the whole thing a private venture, or did they know of the people held?",
        ): (108,),
    },
    "serial_p1272_s3": {
        (
            "Did he become friendlier to you after a while?",
            "Was he milder and kinder in his words later on?",
        ): (0,),
        (
            "Did you deliberately not look at it before the final proofs had gone to the printers?",
            "When you were back, did you avoid reading it until your corrections were sent off?",
        ): (40,),
        (
            "How fast was the first printing of Erewhon sold out?",
            "Did the book have to be typeset again because so many people wanted it?",
        ): (46,),
        (
            "Were the males as good-looking as the females?",
            "Were both sexes equally beautiful?",
        ): (90,),
        (
            "Was the land farmed with fruit and nut trees?",
            "What did they grow on the ledges?",
        ): (130,),
        (
            "What did the few sheep look like?",
            "Did you notice animals with huge tails and round snouts?",
        ): (138,),
    },
    "serial_p1272_s4": {
        (
            "Was it impossible for us even to run away, John?",
            "Could we not escape at all?",
        ): (0,),
        (
            "When may they go out of it again, at sunrise?",
            "Must they stay there until dawn touches the mountain tops?",
        ): (39,),
        (
            "How do you mean to keep your word to Mary, John?",
            "What do you intend to do about what we promised to Lady Helena?",
        ): (67,),
        (
            "Why did he make it look so weird and wrap it so oddly?",
            "What is the reason for its peculiar form and cover?",
        ): (97,),
        ("Did the natives leave you alive, my child?", "Were you not killed by the savages?"): (132,),
    },
    "serial_p1462_s1": {
        ("Was life dull but good for your health?", "Did you live in a boring yet healthy way?"): (1,),
        (
            "Was one of them ill and coughing hard although he tried to hold it back?",
            "Who was in poor health and could not stop coughing?",
        ): (22,),
        ("Did that help to make him less upset?", "Did he quieten down a little because of it?"): (69,),
        (
            "Were people there still good-looking when they were older?",
            "How did the elderly women in front of their cottages look?",
        ): (112,),
        (
            "Do you wish that both are lucky and get back to those they love before it is dark?",
            "Must they both call more loudly and roam farther?",
        ): (137,),
    },
    "serial_p1462_s2": {
        ("What happens then, sir?", "And what comes next, your lordship?"): (1,),
        (
            "Have you got Mary Grant and Lady Glenarvan in mind?",
            "Should you consider the two ladies?",
        ): (20,),
        (
            "Does somebody locked up ever forget that he is watched?",
            "Is it the guard who forgets rather than the one in the cell?",
        ): (24,),
        (
            "Did the major say to save it until the very end?",
            "Should the friends hold it back for the last minute?",
        ): (56,),
        (
            "Did Glenarvan's voice begin to shake?",
            "When did he no longer speak in a steady tone?",
        ): (62,),
        (
            "Did the new route upset them so much that they lost their heads?",
            "Were they driven almost mad when the way was changed?",
        ): (104,),
        (
            "Did their friends try to entertain them?",
            "How did the others attempt to cheer them up?",
        ): (111,),
        (
            "Would you battle until you are killed, and what then?",
            "Are we going to defend ourselves to the last?",
        ): (141,),
        (
            "How much time was left to get ready to die?",
            "Did they have a single night before their death?",
        ): (145,),
    },
    "serial_p1462_s3": {
        ("Was there a further reason?", "Did something else bring it about too?"): (0,),
        (
            "Did the second one look sick yet keep his composure?",
            "Could you tell what was wrong with the pale one?",
        ): (2,),
        (
            "Were the roads small and without paving, and was the town tidy?",
            "How clean were the lanes?",
        ): (34,),
        (
            "When do the author's rights run out?",
            "How many years are left until the copyright ends?",
        ): (38,),
        (
            "Was every part of the face perfectly made, down to the lashes?",
            "How precisely were the eyelids and ears shaped?",
        ): (74,),
        (
            "Was it the most magnificent landscape one could think of?",
            "How splendid was the scenery?",
        ): (101,),
        (
            "Was it plainly the same object, although made to another pattern?",
            "Did it differ only in its design?",
        ): (131,),
    },
    "serial_p1462_s4": {
        (
            "Is there hardly any risk in that respect?",
            "Is it safe as far as that is concerned?",
        ): (1,),
        (
            "What does your mother put on chapped hands in winter?",
            "Is glycerine used when the skin of your lips breaks in cold weather?",
        ): (36,),
        (
            "Shall we look more carefully at the dark wall where the guide's lantern shines?",
            "What is to be seen on the wall next to you by lamplight?",
        ): (75,),
        (
            "Will the one of us who stays alive do what Lady Helena and Mary asked?",
            "Who carries out the ladies' wish if one of us dies?",
        ): (106,),
        (
            "Must we never come close to the Duncan?",
            "Would it be terrible to come up beside the ship?",
        ): (144,),
    },
}
"""Wordings, the first as a guide would have it, and the seconds at which the interviewer says it."""
