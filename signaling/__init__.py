"""Every live message of a visit: who is in the room, and what passes between them. `PROTOCOL.md` is the norm."""
