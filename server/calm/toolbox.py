"""The tools of the call, made once for each language."""

from functools import cache

from server.calm.catalogue import exercises
from server.calm.meditation.catalogue import sessions
from server.calm.together import Tools, tools


@cache
def tools_in(language: str) -> Tools:
    return tools(exercises(), sessions(), language)
