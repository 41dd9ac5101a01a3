"""The live room under load: claims, fan-out, latency, memory, a burst at the door, a hundred rooms at once."""
