"""Which domain of an address may prove that its owner works for an actor."""

import pytest

from directory import domains


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("mairie@limoges.fr", "limoges.fr"),
        ("  Mairie@LIMOGES.fr ", "limoges.fr"),
        ("jean@mairie.limoges.fr", "mairie.limoges.fr"),
        ("jean@saint-léonard.fr", "xn--saint-lonard-heb.fr"),
        ("jean@xn--saint-lonard-heb.fr", "xn--saint-lonard-heb.fr"),
        ("jean", ""),
        ("@limoges.fr", ""),
        ("jean@localhost", ""),
        ("jean@[192.168.0.1]", ""),
        ("jean@192.168.0.1", ""),
        ("jean@" + "a" * 70 + ".fr", ""),
        ("", ""),
    ],
)
def test_the_domain_of_an_address(address: str, domain: str) -> None:
    assert domains.domain_of(address) == domain


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.limoges.fr/accueil", "limoges.fr"),
        ("http://LIMOGES.fr:8080", "limoges.fr"),
        ("https://ville.limoges.fr", "ville.limoges.fr"),
        ("limoges.fr", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_site(website: str, host: str) -> None:
    assert domains.site_host(website) == host


@pytest.mark.parametrize(
    "domain",
    [
        "orange.fr",
        "wanadoo.fr",
        "gmail.com",
        "saint-x.free.fr",
        "mairie.wixsite.com",
        "limoges.fr.st",
        "sites.google.com",
    ],
)
def test_what_belongs_to_everybody(domain: str) -> None:
    assert domains.is_generic(domain)


@pytest.mark.parametrize(
    "domain", ["limoges.fr", "orange-vaucluse.fr", "mairie-orange.fr", "gouv.fr", "free.limoges.fr"]
)
def test_what_does_not(domain: str) -> None:
    assert not domains.is_generic(domain)


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("limoges.fr", "limoges.fr", True),
        ("limoges.fr", "mairie.limoges.fr", True),
        ("mairie.limoges.fr", "limoges.fr", True),
        ("limoges.fr", "ville-limoges.fr", False),
        ("a.agglo-x.fr", "b.agglo-x.fr", False),
    ],
)
def test_related_domains(one: str, other: str, related: bool) -> None:
    assert domains.are_related(one, other) is related


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mairie@limoges.fr", "Mairie@Limoges.FR ", True),
        ("mairie@limoges.fr", "mairie2@limoges.fr", False),
        ("", "", False),
        (" ", "", False),
    ],
)
def test_the_same_address(one: str, other: str, same: bool) -> None:
    assert domains.same_address(one, other) is same


@pytest.mark.parametrize(
    ("name", "email", "website", "own"),
    [
        ("Limoges", "mairie@ville-limoges.fr", "", {"ville-limoges.fr"}),
        ("Limoges", "mairie@limoges.fr", "https://www.limoges.fr", {"limoges.fr"}),
        ("Limoges", "mairie@orange.fr", "https://www.limoges.fr", {"limoges.fr"}),
        ("Limoges", "mairie@limoges.fr", "https://ville-limoges.fr", {"limoges.fr", "ville-limoges.fr"}),
        ("Limoges", "MAIRIE@LIMOGES.FR", "HTTPS://WWW.LIMOGES.FR", {"limoges.fr"}),
        ("Saint-Léonard-de-Noblat", "a@saint-leonard.fr", "", {"saint-leonard.fr"}),
        ("Saint-Yrieix-la-Perche", "mairie@saint-yrieix.fr", "", {"saint-yrieix.fr"}),
        ("Y", "mairie@y.fr", "", {"y.fr"}),
        # Initials say nothing by themselves, but a provider's domain is never also the town's own site.
        ("Saint-Georges-des-Coteaux", "accueil@sgdc17.fr", "", set()),
        ("Saint-Georges-des-Coteaux", "accueil@sgdc17.fr", "https://sgdc17.fr", {"sgdc17.fr"}),
        # A provider unknown to the lists, used by one town hall only.
        ("Bouër", "mairie.bouer@petit-reseau.eu", "", set()),
        # An intercommunalité lends its domain, even to one commune only; it is its own.
        ("Parthenay", "mairie@cc-parthenay-gatine.fr", "", set()),
        ("Parthenay", "mairie@parthenay-agglo.fr", "https://parthenay-agglo.fr", set()),
        # An accent in a domain: another domain looks the same.
        ("Saint-Léonard-de-Noblat", "a@saint-léonard.fr", "https://saint-léonard.fr", set()),
        # A page at somebody else's.
        ("Lorigné", "mairie@orange.fr", "https://mairielorigne.jimdo.com", set()),
        ("Lorigné", "mairie@orange.fr", "https://lapagelocale.fr/lorigne", set()),
        ("Lorigné", "mairie@orange.fr", "https://pays-voisin.fr/lorigne", set()),
        ("Lorigné", "", "", set()),
    ],
)
def test_the_domains_of_a_commune(name: str, email: str, website: str, own: set[str]) -> None:
    assert domains.own_domains(email=email, website=website, actor_names=[name], is_commune=True) == own


def test_an_intercommunalite_owns_its_name() -> None:
    own = domains.own_domains(
        email="contact@cc-parthenay-gatine.fr",
        website="",
        actor_names=["Communauté de communes de Parthenay-Gâtine", "CC de Parthenay-Gâtine"],
        is_commune=False,
    )

    assert own == {"cc-parthenay-gatine.fr"}


def test_the_first_rough_search() -> None:
    assert domains.root_of("mairie.limoges.fr") == "limoges.fr"
    assert domains.root_of("limoges.fr") == "limoges.fr"
