"""The desk's forms for editing a file: fields, errors, and changes that somebody else saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from messages.message import Message

D = TypeVar("D")
V = TypeVar("V", bound="FormView[Any]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView(Generic[D]):
    """A form as a template shows it. ``values``: the text in each field; ``wrong``: errors by
    field, in page order; ``theirs``: what somebody else saved, by field; None if nobody did.

    ``stamp``: the stamp of the file behind the fields; ``problem``: an error in the whole form.
    """

    draft: D
    values: Mapping[str, str]
    stamp: str
    wrong: Mapping[str, Message] = field(default_factory=dict)
    theirs: Mapping[str, str] | None = None
    problem: Message | str = ""
    status: int = 200


def refused(view: V, stamp: str, kept: Mapping[str, str], wrong: Mapping[str, Message]) -> V | None:
    """Return the form with the reason it is not saved: somebody else saved since it was opened, or
    a field is wrong. Return None if it can be saved. ``stamp``: the current file's stamp;
    ``kept``: the current file's text by field."""
    if view.stamp != stamp:
        theirs = {name: kept.get(name, "") for name in {**view.values, **kept}}
        differing = {
            name: text for name, text in theirs.items() if text != view.values.get(name, "")
        }
        return replace(view, stamp=stamp, theirs=differing, status=409)
    return replace(view, wrong=wrong, status=400) if wrong else None
