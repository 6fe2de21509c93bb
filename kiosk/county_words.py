"""Search's county sentences, as catalogues need Babel (heavy). A test holds them equal."""


def N_(text: str) -> str:  # noqa: N802 - gettext's name
    """Marks the text for translators."""
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
