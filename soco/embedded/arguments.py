"""The command line of `./portal`, in French, read the same way before and after the installation."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from .terminal import PortalError

ROOT = Path(__file__).resolve().parents[2]

HELP = """\
Le portail du réseau, en une commande.

  ./portal run [--port 8000] [--host 127.0.0.1] [--var DOSSIER]
                              installe ce qui manque, puis lance tout : base de données, file d’attente,
                              données officielles, tâches de fond et site. Ctrl-C arrête tout.
  ./portal test [options de pytest]
                              lance les tests sur une base à part.
  ./portal check              vérifie le code sans le lancer (style, types, gabarits, déploiement).
  ./portal manage COMMANDE …  lance une commande de gestion de Django, services démarrés.
  ./portal bench [--full] [NOM …]
                              mesure les performances ; un objet JSON par ligne.
  ./portal setup              installe les bibliothèques, sans rien lancer.

Options de run :
  --port N       port du site (8000)
  --host ADRESSE adresse d’écoute (127.0.0.1 : cette machine seulement ; 0.0.0.0 : tout le réseau)
  --var DOSSIER  dossier des données (var/, ou la variable PORTAL_VAR)

Les variables d’environnement (DATABASE_URL, SITE_URL…) sont décrites dans docs/exploitation.md.
"""

COMMANDS_WITH_FREE_ARGUMENTS = ("test", "manage", "bench")
COMMANDS_ALONE = ("check", "setup")


@dataclass(frozen=True)
class Arguments:
    """One understood command line. `rest` goes untouched to pytest, Django or the benchmarks."""

    command: str
    var: Path
    rest: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000


class _FrenchParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise PortalError(
            "Options de « ./portal run » non comprises : elles sont --port (de 1 à 65535), --host et --var. "
            "L’aide complète : ./portal --help."
        )


def parse(argv: Sequence[str]) -> Arguments:
    """Understand the words after `./portal`, or raise PortalError. No word at all means `help`."""
    command, rest = (argv[0], tuple(argv[1:])) if argv else ("help", ())
    var = Path(os.environ.get("PORTAL_VAR") or ROOT / "var").absolute()
    if command in ("help", "--help", "-h", "aide") or (command == "run" and {"--help", "-h"} & {*rest}):
        return Arguments("help", var)
    if command == "run":
        return _parse_run(rest, var)
    if command in COMMANDS_WITH_FREE_ARGUMENTS:
        return Arguments(command, var, rest)
    if command in COMMANDS_ALONE:
        if rest:
            raise PortalError(f"« ./portal {command} » ne prend pas d’option. L’aide : ./portal --help.")
        return Arguments(command, var)
    raise PortalError(f"« {command} » n’est pas une commande du portail. Lancez ./portal --help pour les voir toutes.")


def _parse_run(rest: Sequence[str], var: Path) -> Arguments:
    parser = _FrenchParser(prog="./portal run", add_help=False, allow_abbrev=False)
    parser.add_argument("--port", type=int, choices=range(1, 65_536), default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--var", type=Path, default=var)
    options = parser.parse_args(rest)
    return Arguments("run", options.var.absolute(), host=options.host, port=options.port)
