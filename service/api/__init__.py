"""The HTTP API: one router a resource, no rules of its own."""
