"""What a collectivité is on the day a wave asks it: the strata by which results are counted and weighed. Pure."""

from typing import Any

from directory.enums import PopulationBand


def band_of(population: int | None) -> str:
    """The band of a municipal population; « » when it is not known."""
    if population is None:
        return ""
    for band in PopulationBand:
        low, high = band.bounds
        if population >= low and (high is None or population < high):
            return band.value
    return ""


def strata_of(actor: Any) -> dict[str, Any]:
    """The columns of an invitation that say what the collectivité was."""
    return {
        "departement": actor.departement_codes[0] if actor.departement_codes else "",
        "nature": actor.nature,
        "band": band_of(actor.population),
        "is_engaged": actor.jumelage_count > 0,
    }
