"""The web room: the door behind the codes, the room itself, and the private pages of those who lead it."""
