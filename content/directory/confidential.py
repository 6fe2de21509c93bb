"""Withholds everything that would reveal a service's confidential location."""

import re

import msgspec

from content.directory.model import DirectoryService, ServiceAddress
from content.model.confidential import is_confidential, is_map, street_in
from content.model.edit_distance import fold

_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_NOWHERE = ServiceAddress()


def hidden(service: DirectoryService) -> bool:
    """Whether the service's location must be kept secret."""
    described = f"{service.organization}. {service.what}"  # "Mercy House" may run a food pantry
    return is_confidential(service.confidential, (service.name, *service.categories), described)


def public(service: DirectoryService) -> DirectoryService:
    """Return the service without its street, town, ZIP code, map, or sentences that name them."""
    if not hidden(service):
        return service
    return msgspec.structs.replace(
        service,
        address=_NOWHERE,
        url="" if is_map(service.url) else service.url,
        what=_untold(service.what, service.address),
        hours=_untold(service.hours, service.address),
    )


def _untold(text: str, address: ServiceAddress) -> str:
    return " ".join(one for one in _SENTENCE.split(text) if not place_in(one, address))


def place_in(text: str, address: ServiceAddress) -> str:
    """Return the street or town that a text names; "" if it names none."""
    words = fold(text)
    for place in (address.city, address.street, address.zip):
        wanted = fold(place)
        size = len(wanted)
        if size and any(words[at : at + size] == wanted for at in range(len(words))):
            return place
    return street_in(text)
