"""All problems of a pack at once."""
from content.lists import Lists
from content.model import Pack, Problem
from content.where import Where


def problems(pack: Pack, *, where: Where, lists: Lists = Lists()) -> list[Problem]:  # noqa: B008
    return []
