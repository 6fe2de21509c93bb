"""The programs and partners: which of them answer, and their order in the students' list."""

from content.model.pack import Pack, Partner


def answers_itself(partner: Partner, pack: Pack) -> bool:
    """Whether the hotline that answers for a partner is the partner's own."""
    return any(
        resource.id == partner.resource and resource.organization == partner.organization
        for resource in pack.resources
    )


def for_students(pack: Pack) -> list[Partner]:
    """Those that answer themselves, those that are active, then by name."""
    return sorted(
        pack.live_partners,
        key=lambda one: (not answers_itself(one, pack), one.standing != "active", one.organization),
    )
