"""What a voice does beside words, as numbers: measured once over the recording, then asked for any stretch."""
