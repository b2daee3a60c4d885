"""What others follow: each change of released interviews, the codebook and codings, in one numbered order.

An entry says what changed, never what was said: it holds a subject's id and the act. What the subject is now is put in
when the feed is read, so that whoever reads it from any number on ends with what the store holds, and what was erased
is nowhere in it. CouchDB's feed of changes with documents is read the same way
(https://docs.couchdb.org/en/stable/api/database/changes.html).
"""
