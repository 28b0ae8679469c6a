"""Every page of the embed; the handlers stand in files by topic."""

from server.embed import generator, origins, snippet
from server.embed.frames import answer_around, framed_routes

__all__ = ["answer_around", "framed_routes", "routes", "staff_routes"]

routes = [*snippet.routes]
staff_routes = [*generator.routes, *origins.routes]
