"""The search's sentences about a county, outside the catalogues of locale/.

A catalogue needs Babel, which stays out of the serving process. A test holds both equal.
"""


def N_(text: str) -> str:  # noqa: N802 - gettext's name
    """The text itself, marked for the translators."""
    return text


COUNTY_WORDS = {
    "en": (
        N_("Your county’s child protection line"),
        N_("The county child protection line takes reports about children who are not safe."),
        N_("%(county)s County"),
        N_(
            "Child protection line: %(number)s. It is in the list for school staff. You can call it"
            " too."
        ),
        N_("We have no sure number. Call 211 and ask, or ask any adult at school."),
    ),
    "es": (
        "La línea de protección infantil del condado",
        "Esta línea del condado recibe reportes sobre menores que no están a salvo.",
        "Condado de %(county)s",
        (
            "Línea de protección infantil: %(number)s. Está en la lista del personal. Tú también"
            " puedes llamar."
        ),
        (
            "No tenemos un número seguro. Llama al 211 y pregunta, o pregunta a un adulto de la"
            " escuela."
        ),
    ),
}
COUNTY_NAMES = (
    "county line",
    "child protective services cps",
    "report abuse",
    "línea del condado",
    "servicios de protección infantil",
    "reportar abuso",
)
