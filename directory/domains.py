"""Which address proves that its owner works for an actor: pure, no database.

The official file gives each town hall one public address, and nearly half of them stand at a provider that serves everybody.
So a domain is believed only if it is the actor's own, by what can be read of it:

- it is nobody's provider and no host of sites (lists below, from the domains that town halls of several départements share);
- it names the actor (« ville-limoges.fr »), or is both its mail domain and its site: a provider's domain is neither;
- for a commune, it does not name an intercommunalité (« cc-parthenay.fr » given to one commune of it);
- it is written without accents: two letters that look alike make two domains.

Whether another actor has it too is asked of the database by `services.attachments`.
"""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Mail providers: whoever asks gets an address there. Sub-domains count too.
MAIL_PROVIDERS = _words(
    """
    orange.fr wanadoo.fr wanadoo.com francetelecom.fr voila.fr orange-business.fr
    gmail.com googlemail.com free.fr freesbee.fr online.fr libertysurf.fr aliceadsl.fr alice.fr
    sfr.fr neuf.fr cegetel.net club-internet.fr 9business.fr 9online.fr numericable.fr numericable.com noos.fr estvideo.fr
    laposte.net laposte.fr bbox.fr bouygtel.fr
    hotmail.com hotmail.fr outlook.com outlook.fr live.com live.fr msn.com windowslive.com
    yahoo.com yahoo.fr ymail.com rocketmail.com aol.com aol.fr
    icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tuta.com tutamail.com
    gmx.com gmx.fr gmx.net mail.com zoho.com zohomail.eu mailo.com mailo.fr netcourrier.com net-c.fr zaclys.com zaclys.net
    infomaniak.com ik.me etik.com posteo.net posteo.de riseup.net caramail.com tiscali.fr tele2.fr worldonline.fr
    nordnet.fr nordnet.com ovh.fr ovh.net ovh.com gandi.net ionos.fr amen.fr
    ozone.net akeonet.com mcom.fr west-telecom.com wibox.fr vialis.net tubeo.eu evc.net lgtel.fr telwan.fr tv-com.net
    sarthefibre.fr ornethd.fr alsacefibre.fr alsatis.net alsatis.com nomotech.net nomotech.com luxinet.fr xilan.fr kiwi-fibre.fr
    videofutur.fr k-net.fr cario.fr valberg.com rlan.eu adeli.biz aricia.fr
    collectivite47.fr info82.com info46.fr mairie19.fr inforoutes.fr inforoutes-ardeche.fr pole-secretariat.fr
    fr.st fr.nf eu.org fr.fm fr.cr
    """
)

# Where the pages of many live side by side.
SITE_HOSTS = _words(
    """
    wixsite.com wix.com e-monsite.com jimdo.com jimdofree.com jimdosite.com wordpress.com over-blog.com over-blog.fr
    overblog.com canalblog.com blogspot.com blogspot.fr weebly.com webnode.fr webnode.com strikingly.com site123.me
    facebook.com fb.com fb.me instagram.com x.com twitter.com linkedin.com youtube.com linktr.ee
    google.com google.fr sites.google.com github.io gitlab.io netlify.app vercel.app
    pagesperso-orange.fr perso.sfr.fr chez-alice.fr multimania.fr monsite-orange.fr 1and1.fr
    intramuros.org appli-intramuros.com lapagelocale.fr lapagelocale.com illiwap.com maelis.info panneaupocket.com
    la-mairie.com ma-mairie.com commune-mairie.fr collectivite.fr campagnol.fr reseaudescommunes.fr mairie.com mairie.net
    helloasso.com assoconnect.com journal-officiel.gouv.fr net1901.org gralon.net annuaire-mairie.fr
    """
)

GENERIC = MAIL_PROVIDERS | SITE_HOSTS
INTERCOMMUNAL = re.compile(r"^(cc|cdc|comcom)|[.-](cc|cdc|comcom)[.-]|agglo|communaute|intercom|metropole")
# Too common in names to tell one from another.
COMMON_WORDS = _words(
    """
    saint sainte saints saintes sur sous les des aux lès lez dans entre pres val mont ville villes bourg commune communes mairie
    communaute agglomeration urbaine metropole grand grande pays departement region conseil departemental regional comite
    jumelage association universite lycee college ecole societe france nord sud ouest
    """
)


def fold(text: str) -> str:
    """Lower case without accents: « Léonard » → « leonard »."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def same_address(one: str, other: str) -> bool:
    """Are these the same mailbox? Case apart; an empty address is nobody's."""
    return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()


def host_name(host: str) -> str:
    """A host as the name system writes it: lower case, « www. » and the last dot apart, accents in punycode; "" if it is none."""
    host = host.strip().rstrip(".").casefold().removeprefix("www.")
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    is_name = "." in name and not re.fullmatch(r"[\d.]+|.*[^a-z0-9.-].*", name)
    return name if is_name else ""


def domain_of(address: str) -> str:
    """« Mairie@Limoges.FR » → « limoges.fr »; "" for what is no address."""
    local, at, domain = address.strip().rpartition("@")
    return host_name(domain) if at and local else ""


def site_host(website: str) -> str:
    """« https://www.limoges.fr/accueil » → « limoges.fr »; "" for what is no address of a site."""
    try:
        return host_name(urlsplit(website.strip()).hostname or "")
    except ValueError:
        return ""


def is_within(domain: str, parent: str) -> bool:
    """Is `domain` this one, or below it?"""
    return domain == parent or domain.endswith(f".{parent}")


def are_related(one: str, other: str) -> bool:
    """Is one of two domains the other, or below it?"""
    return is_within(one, other) or is_within(other, one)


def is_generic(domain: str) -> bool:
    """Does it belong to everybody: a provider's, or a host's?"""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in GENERIC for start in range(len(labels)))


def root_of(domain: str) -> str:
    """Its last two labels, for a first rough search: « mairie.limoges.fr » → « limoges.fr »."""
    return ".".join(domain.split(".")[-2:])


def names(domain: str, *actor_names: str) -> bool:
    """Does `domain` hold a telling word of one of these names? « ville-limoges.fr » does for « Limoges »."""
    letters = re.sub(r"[^a-z0-9]", "", domain.rpartition(".")[0])
    return any(word in letters for name in actor_names for word in _telling_words(name))


def _telling_words(name: str) -> Iterable[str]:
    words = re.findall(r"[a-z0-9]+", fold(name))
    telling = [word for word in words if len(word) >= 4 and word not in COMMON_WORDS]
    return telling or ["".join(words)]


def own_domains(*, email: str, website: str, actor_names: Iterable[str], is_commune: bool) -> set[str]:
    """The domains that can only be this actor's own, as far as its public address and its site tell; often none.

    `actor_names`: all the names it is known by. Another actor may still have them: that is for the caller to ask.
    """
    mail, site = domain_of(email), site_host(website)
    known = list(actor_names)
    return {
        domain
        for domain in (mail, site)
        if domain
        and not is_generic(domain)
        and "xn--" not in domain
        and not (is_commune and INTERCOMMUNAL.search(domain))
        and (mail == site or names(domain, *known))
    }
