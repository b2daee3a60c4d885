"""Sentences with pronouns, and what they should become. Written for this, not taken from anywhere.

``CASES`` were there while the rules were made; ``HELD_OUT`` were written before, and looked at only to be counted.
"""

from __future__ import annotations

CASES = (
    ("I saw her fall.", "I saw him fall."),
    ("I asked her questions.", "I asked him questions."),
    ("I gave her money.", "I gave him money."),
    ("Her mother asked her to come.", "His mother asked him to come."),
    ("It made her cry.", "It made him cry."),
    ("I told her everything.", "I told him everything."),
    ("They gave her books to read.", "They gave him books to read."),
    ("We let her go.", "We let him go."),
    ("I heard her voice.", "I heard his voice."),
    ("She hurt herself.", "He hurt himself."),
    ("I liked hers better.", "I liked his better."),
    ("It's her, I thought.", "It's him, I thought."),
    ("I took her home.", "I took him home."),
    ("I watched her leave.", "I watched him leave."),
    ("And she's tired, and she was alone.", "And he's tired, and he was alone."),
    ("I saw her friend leave.", "I saw his friend leave."),
    ("I helped her move.", "I helped him move."),
    ("I asked her why.", "I asked him why."),
    ("I brought her flowers.", "I brought him flowers."),
    ("That was her own idea.", "That was his own idea."),
    ("I met her at her office.", "I met him at his office."),
    ("It was hard for her to say that.", "It was hard for him to say that."),
    ("Her very calm voice helped me.", "His very calm voice helped me."),
    ("I called her yesterday.", "I called him yesterday."),
    ("It makes her happy.", "It makes him happy."),
    ("I trusted her and her advice.", "I trusted him and his advice."),
    ("I gave her letter to the doctor.", "I gave his letter to the doctor."),
    ("I want her to listen.", "I want him to listen."),
    ("I could hear her breathing.", "I could hear him breathing."),
    ("A friend of hers told her that.", "A friend of his told him that."),
    ("I asked her mother.", "I asked his mother."),
    ("I told her my story.", "I told him my story."),
    ("We talked about her a lot.", "We talked about him a lot."),
    ("I felt her hand on my shoulder.", "I felt his hand on my shoulder."),
    ("I sent her an email.", "I sent him an email."),
    ("I never saw her angry.", "I never saw him angry."),
    ("I showed her pictures of the house.", "I showed him pictures of the house."),
    ("Um, her, uh, her way of asking was different.", "Um, his, uh, his way of asking was different."),
    ("I left her there.", "I left him there."),
    ("I kept her waiting.", "I kept him waiting."),
)
"""From feminine to masculine."""

HELD_OUT = (
    ("She let her daughter decide.", "He let his daughter decide."),
    ("I heard her laugh in the corridor.", "I heard him laugh in the corridor."),
    ("Her laugh was loud.", "His laugh was loud."),
    ("I offered her tea.", "I offered him tea."),
    ("I never understood her.", "I never understood him."),
    ("You could see her thinking.", "You could see him thinking."),
    ("I lost her number.", "I lost his number."),
    ("I wished her luck.", "I wished him luck."),
    ("Somebody drove her home after the session.", "Somebody drove him home after the session."),
    ("I remember her face when she said it.", "I remember his face when he said it."),
    ("The choice was hers, not mine.", "The choice was his, not mine."),
    ("She blamed herself for it.", "He blamed himself for it."),
    ("I had her explain it again.", "I had him explain it again."),
    ("I paid her fee every month.", "I paid his fee every month."),
    ("It gave her hope.", "It gave him hope."),
    ("I found her helpful.", "I found him helpful."),
    ("I found her notes.", "I found his notes."),
    (
        "I was angry with her because her answers were short.",
        "I was angry with him because his answers were short.",
    ),
    ("I asked her advice.", "I asked his advice."),
    ("I think her leaving was hard for me.", "I think his leaving was hard for me."),
    ("I followed her into the room.", "I followed him into the room."),
    ("I saw her face.", "I saw his face."),
    ("I listened to her talk.", "I listened to him talk."),
    ("Without her I would be lost.", "Without him I would be lost."),
    ("It cost her nothing.", "It cost him nothing."),
)

TO_FEMININE = (
    ("He told me his name.", "She told me her name."),
    ("I saw him and his wife.", "I saw her and her wife."),
    ("The idea was his.", "The idea was hers."),
    ("A colleague of his called.", "A colleague of hers called."),
    ("He did it himself.", "She did it herself."),
    ("He's late, isn't he?", "She's late, isn't she?"),
    ("I gave him his coat.", "I gave her her coat."),
    ("His was better than mine.", "Hers was better than mine."),
    ("HIS was louder, said Him.", "HERS was louder, said Her."),
)
TO_NEUTRAL = (
    ("She is tired.", "They are tired."),
    ("She's tired.", "They're tired."),
    ("She's been away.", "They've been away."),
    ("She was asking me.", "They were asking me."),
    ("She wants to stop, she said.", "They want to stop, they said."),
    ("I think she has changed.", "I think they have changed."),
    ("He doesn't know.", "They don't know."),
    ("He tries hard.", "They try hard."),
    ("He would say that.", "They would say that."),
    ("He blamed himself.", "They blamed themself."),
)
FROM_NEUTRAL = (
    ("They are tired.", "She is tired."),
    ("They were kind to me.", "She was kind to me."),
    ("They know me.", "She knows me."),
    ("I told them their notes were lost.", "I told her her notes were lost."),
)

REFERENCES = (
    ("C", "My therapist is kind and he>she listens."),
    ("C", "My therapist asked me if I trusted him>her."),
    ("C", "I told my therapist that my brother was ill and that he was alone."),
    ("C", "My father never came and he never said why."),
    ("C", "The therapist said he>she would call me and he>she did."),
    ("C", "My mother is old. She was a nurse."),
    ("C", "I liked my therapist, his>her voice was calm and his>her room was warm."),
    ("C", "My husband works a lot, he is tired."),
    ("C", "My psychologist was late so he>she apologised himself>herself."),
    ("C", "People say they never listen."),
    ("C", "My friend Peter came and he laughed."),
    ("C", "He>she asked me how I felt."),
    ("C", "My boss shouted, and then he left. My therapist heard about it and he>she was angry."),
    ("C", "My therapist, he>she was, um, he>she was very quiet."),
    ("I", "And your therapist, what did he>she say?"),
    ("I", "How is your son, is he well?"),
    ("T", "My client was sad and she>he cried."),
    ("T", "The client said she>he wanted to stop, and her>his husband agreed."),
    ("T", "I asked my client about her>his mother."),
    ("T", "The patient told me her>his story, I believed her>him."),
    ("T", "My client had a daughter and she was ill."),
    ("T", "My supervisor helped me, she was experienced."),
    ("T", "I met the client on Mondays. She>he always came early."),
    ("T", "My client came with his brother."),
    ("T", "Her>his anger was the theme, I think."),
)
"""What one says: ``C`` is a client (printed ``he``), ``T`` a therapist (printed ``she``), ``I`` the interviewer.

``he>she`` is to be suggested; every other pronoun is to be left.
"""
