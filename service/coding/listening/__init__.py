"""Listening sessions: playlists that people hear together, with what they note and decide."""
