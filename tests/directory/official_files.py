"""A small folder of official files that a test changes line by line: two régions, an EPCI astride them, a territory overseas."""

import csv
import io
from pathlib import Path
from typing import Any

from directory.enums import Nature
from directory.models import Actor
from directory.referentiel.datasets import COLUMNS
from directory.services.editing import save_by_staff

LICENCE = "Licence Ouverte 2.0"
VINTAGE = "2026-01-01"

TABLES: dict[str, tuple[str, str, str]] = {  # dataset: file, its key, its text
    "regions": (
        "regions.csv",
        "code",
        """code,nom,zone,chef_lieu,nb_communes,population,lat,lon
75,Nouvelle-Aquitaine,metro,33063,5,300000,44.8,-0.6
76,Occitanie,metro,32013,2,24000,43.6,0.6
84,Auvergne-Rhône-Alpes,metro,01004,1,16000,45.9,5.3
988,Nouvelle-Calédonie,com,98818,1,92000,,
""",
    ),
    "departements": (
        "departements.csv",
        "code",
        """code,nom,region,zone,chef_lieu,nb_communes,population,lat,lon
01,Ain,84,metro,01004,1,16000,45.9,5.3
16,Charente,75,metro,16015,3,43000,45.65,0.16
32,Gers,76,metro,32013,2,24000,43.6,0.6
33,Gironde,75,metro,33063,1,265000,44.8,-0.6
40,Landes,75,metro,,1,6200,43.7,-0.3
988,Nouvelle-Calédonie,988,com,98818,1,92000,,
""",
    ),
    "epci": (
        "epci.csv",
        "siren",
        """siren,nom,nom_court,type,nb_communes,population,regions,departements,commune_principale,lat,lon
200000016,Communauté de communes du Confolentais,CC du Confolentais,CC,2,1400,75,16,16001,46.1,0.7
200030435,Communauté de communes d'Aire-sur-l'Adour,CC d'Aire-sur-l'Adour,CC,2,7000,75|76,32|40,32001,43.7,0.0
243300316,Bordeaux Métropole,,ME,1,265000,75,33,33063,44.8,-0.6
""",
    ),
    "communes": (
        "communes.csv.gz",
        "code",
        """code,nom,departement,region,epci,population,siren,lat,lon,codes_postaux
01004,Ambérieu-en-Bugey,01,84,,15934,210100046,45.95814,5.35893,01500
16001,Abzac,16,75,200000016,518,211600010,46.10207,0.70522,16500
16002,Les Adjots,16,75,200000016,882,211600028,46.0759,-5e-05,16700
16015,Angoulême,16,75,,41711,211600150,45.64826,0.15603,16000
33063,Bordeaux,33,75,243300316,265328,213300635,44.83802,-0.57964,33000|33100
40001,Aire-sur-l'Adour,40,75,200030435,6200,214000010,43.70133,-0.26201,40800
32001,Aignan,32,76,200030435,800,213200012,43.69903,0.07701,32290
32013,Auch,32,76,,23000,213200137,43.64638,0.58675,32000
98818,Nouméa,988,988,,92000,,,,98800
""",
    ),
    "communes_deleguees": (
        "communes_deleguees_associees.csv",
        "code",
        """code,nom,type,chef_lieu
16002,Les Adjots,commune-deleguee,16002
16020,Vieux-Bourg,commune-deleguee,16002
16021,Saint-Éloi,commune-associee,16002
""",
    ),
    "successions": ("successions.csv", "predecesseur", "predecesseur,successeur,date\n"),
    "contacts": (
        "contacts_mairies.csv",
        "code",
        """code,adresse,email,telephone,site
16001,"4 place Morice-Lipsi, 16500 Abzac",mairie-abzac@exemple.fr,05 45 89 40 21,https://abzac.example
16002,"1 rue de la Mairie, 16700 Les Adjots",,05 45 31 02 95,
32013,"Place de la Libération, 32000 Auch",mairie@auch.example,,
""",
    ),
    "pays": (
        "pays.csv",
        "iso2",
        """iso2,iso3,nom,nom_en,lat,lon
BV,BVT,Île Bouvet,Bouvet Island,,
DE,DEU,Allemagne,Germany,51.1,10.4
FR,FRA,France,France,46.6,2.5
SN,SEN,Sénégal,Senegal,14.4,-14.5
""",
    ),
    "beneficiaires_apd": ("beneficiaires_apd.csv", "iso2", "iso2,nom\nSN,Sénégal\n"),
    "themes": (
        "themes.csv",
        "code",
        'code,nom,cad,odd\neau-assainissement,"Eau, assainissement",14030|14032,6\njeunesse-echanges,Jeunesse,,4|17\n',
    ),
    "services": ("services.csv", "code", "code,nom,resume,pour_qui,comment,page\n"),
}


class OfficialFiles:
    """The files of a folder, uncompressed. Each gesture writes the file it changes and returns the whole, to be chained."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables: dict[str, list[dict[str, str]]] = {}
        self.vintages = dict.fromkeys(TABLES, VINTAGE) | {"contacts": "", "pays": "", "themes": "", "services": ""}
        for dataset, (_file, _key, text) in TABLES.items():
            self.tables[dataset] = list(csv.DictReader(io.StringIO(text)))
            (folder / self.filename(dataset)).write_text(text, encoding="utf-8")
        self._write_register()

    def filename(self, dataset: str) -> str:
        return TABLES[dataset][0].removesuffix(".gz")

    def path(self, dataset: str) -> Path:
        return self.folder / self.filename(dataset)

    def change(self, dataset: str, key: str, **cells: str) -> "OfficialFiles":
        (row,) = (row for row in self.tables[dataset] if row[TABLES[dataset][1]] == key)
        row.update(cells)
        return self._write(dataset)

    def add(self, dataset: str, **cells: str) -> "OfficialFiles":
        columns = TABLES[dataset][2].split("\n", 1)[0].split(",")
        self.tables[dataset].append(dict.fromkeys(columns, "") | cells)
        return self._write(dataset)

    def remove(self, dataset: str, key: str) -> "OfficialFiles":
        name = TABLES[dataset][1]
        self.tables[dataset] = [row for row in self.tables[dataset] if row[name] != key]
        return self._write(dataset)

    def of_vintage(self, day: str) -> "OfficialFiles":
        """The same files, true at another day."""
        self.vintages = {dataset: day if vintage else "" for dataset, vintage in self.vintages.items()}
        return self._write_register()

    def with_text(self, dataset: str, text: str | bytes) -> "OfficialFiles":
        self.path(dataset).write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def _write(self, dataset: str) -> "OfficialFiles":
        columns = TABLES[dataset][2].split("\n", 1)[0].split(",")
        self._write_rows(self.path(dataset), columns, self.tables[dataset])
        return self

    def _write_register(self) -> "OfficialFiles":
        columns = list(COLUMNS)
        rows = [
            {
                "code": dataset,
                "fichier": filename,
                "titre": f"Jeu {dataset}",
                "producteur": "INSEE",
                "licence": LICENCE,
                "licence_url": "",
                "millesime": self.vintages[dataset],
                "millesime_libelle": f"au {self.vintages[dataset] or '?'}",
                "alimente": "essais",
            }
            for dataset, (filename, _key, _text) in TABLES.items()
        ]
        self._write_rows(self.folder / "jeux.csv", columns, rows)
        return self

    def _write_rows(self, path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


# --- What the tests of loading share ------------------------------------------------------------------------------------
NONE = {"created": 0, "changed": 0, "unchanged": 0, "closed": 0, "refused": 0}


def actor(nature: Nature, code: str) -> Actor:
    return Actor.objects.get(nature=nature, code=code)


def commune(code: str) -> Actor:
    return actor(Nature.COMMUNE, code)


def codes(nature: Nature) -> list[str]:
    return list(Actor.objects.filter(nature=nature).order_by("code").values_list("code", flat=True))


def said_by_staff(found: Actor, at: str = "", **values: Any) -> None:
    """A member of the staff gives these values; `at`: on another day than today."""
    for name, value in values.items():
        setattr(found, name, value)
    save_by_staff(found, values, by="camille@exemple.fr")
    if at:
        for name in values:
            found.provenance[name]["at"] = at
        Actor.objects.filter(pk=found.pk).update(provenance=found.provenance)


def without_abzac(files: OfficialFiles) -> OfficialFiles:
    """Abzac (16001) is in no file any more."""
    return files.change("epci", "200000016", commune_principale="16002").remove("communes", "16001")
