"""The sound people may hear: what identifies somebody is taken out of it, and the result is checked.

:mod:`.masks` says which stretches, :mod:`.editing` takes them out, :mod:`.rendition` writes the files, :mod:`.check`
listens to them again, :mod:`.voice_change` makes voices sound like others.
"""
