"""From a dropped recording to a stored transcript: the durable queue, the stages, the workers."""
