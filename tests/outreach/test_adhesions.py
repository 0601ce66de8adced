"""Who is a member: written, ended, taken back; a file of them, line by line; what a merge of two fiches makes of them."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from directory.enums import ContactState
from directory.models import Actor
from directory.services import merge_actors, undo_merge
from outreach.models import Adhesion
from outreach.services import (
    OutreachError,
    add_adhesion,
    change_adhesion,
    end_adhesion,
    import_adhesions,
    remove_adhesion,
    settle_contacts,
)
from soco.accounts import roles
from tests.factories import (
    AdhesionFactory,
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    PartnerFactory,
    UserFactory,
)
from tests.outreach.test_coverage import signed_in

pytestmark = pytest.mark.django_db

LIST = "/equipe/adhesions/"
TODAY = timezone.localdate()
YEAR = TODAY.year


@pytest.fixture
def team(db) -> Client:
    return signed_in(roles.TEAM, email="marie@reseau.exemple")


@pytest.fixture
def voltigeur(db) -> Client:
    return signed_in(roles.FIELD, email="paul@reseau.exemple")


def state_of(actor: Actor) -> str:
    return Actor.objects.get(pk=actor.pk).contact_state


def year(number: int = YEAR, **values: Any) -> dict[str, Any]:
    known = {"year": number, "starts_on": date(number, 1, 1), "ends_on": date(number, 12, 31), "by": "marie@x.fr"}
    return known | values


# --- one of them ----------------------------------------------------------------------------------------------------------
def test_a_member_is_one_at_once_and_said_twice_is_once() -> None:
    actor = CommuneFactory()

    adhesion, is_new = add_adhesion(actor, **year())
    again, is_new_again = add_adhesion(actor, **year())

    assert (is_new, is_new_again, adhesion) == (True, False, again)
    assert state_of(actor) == ContactState.MEMBER


def test_one_year_is_one_membership() -> None:
    adhesion = AdhesionFactory()
    other = AdhesionFactory(actor=adhesion.actor, year=YEAR - 1)

    with pytest.raises(OutreachError, match="déjà une adhésion pour"):
        add_adhesion(adhesion.actor, **year(note="seconde"))
    with pytest.raises(OutreachError, match="déjà une adhésion pour"):
        change_adhesion(other, year=YEAR, starts_on=other.starts_on, ends_on=other.ends_on, note="")
    other.refresh_from_db()
    assert other.year == YEAR - 1


@pytest.mark.parametrize(
    ("values", "said"),
    [({"ends_on": date(YEAR - 1, 1, 1)}, "vient après le premier"), ({}, "n’existe plus")],
)
def test_what_cannot_be_is_refused(values: dict[str, Any], said: str) -> None:
    actor = CommuneFactory(closed=not values)

    with pytest.raises(OutreachError, match=said):
        add_adhesion(actor, **year(**values))
    assert not Adhesion.objects.exists()


def test_one_that_ends_is_over_the_day_after() -> None:
    adhesion = AdhesionFactory(starts_on=date(YEAR - 1, 1, 1), year=YEAR)
    settle_contacts([adhesion.actor_id])

    assert end_adhesion(adhesion, TODAY)
    assert not end_adhesion(adhesion, TODAY)
    assert state_of(adhesion.actor) == ContactState.MEMBER
    assert end_adhesion(adhesion, date(YEAR - 1, 12, 31))
    assert state_of(adhesion.actor) == ContactState.NEVER
    with pytest.raises(OutreachError, match="entre son premier et son dernier jour"):
        end_adhesion(adhesion, date(YEAR + 1, 1, 1))


def test_one_that_never_was_is_taken_back() -> None:
    adhesion = AdhesionFactory()
    settle_contacts([adhesion.actor_id])

    assert remove_adhesion(adhesion)
    assert state_of(adhesion.actor) == ContactState.NEVER


# --- merging --------------------------------------------------------------------------------------------------------------
def test_two_fiches_members_of_one_year_are_one_member_when_merged_and_two_again_when_undone() -> None:
    kept, absorbed = PartnerFactory(), PartnerFactory()
    AdhesionFactory(actor=kept, starts_on=date(YEAR, 3, 1), note="")
    AdhesionFactory(actor=absorbed, ends_on=date(YEAR, 6, 30), note="payée en mars")
    AdhesionFactory(actor=absorbed, year=YEAR - 1)
    before = list(Adhesion.objects.order_by("pk").values())

    merge = merge_actors(kept, absorbed, by="marie@x.fr")

    assert list(Adhesion.objects.order_by("year").values_list("actor", "year", "starts_on", "ends_on", "note")) == [
        (kept.pk, YEAR - 1, date(YEAR - 1, 1, 1), date(YEAR - 1, 12, 31), ""),
        (kept.pk, YEAR, date(YEAR, 1, 1), date(YEAR, 12, 31), "payée en mars"),
    ]

    undo_merge(merge, by="marie@x.fr")
    assert list(Adhesion.objects.order_by("pk").values()) == before


# --- a file ---------------------------------------------------------------------------------------------------------------
@pytest.fixture
def actors(db) -> dict[str, Actor]:
    vienne = DepartementFactory(name="Haute-Vienne", code="87")
    charente = DepartementFactory()
    return {
        "limoges": CommuneFactory(name="Limoges", code="87085", siren="218708501", departement=vienne),
        "metropole": EpciFactory(name="Limoges Métropole", code="248719312", departement=vienne),
        "comite": PartnerFactory(name="Comité de jumelage", rna="W871001234", departement=vienne),
        "other": PartnerFactory(name="Comité de jumelage", departement=charente),
        "vienne": vienne,
    }


def file_of(folder: Path, *lines: str, header: str = "code;nom;departement;annee;du;au;note") -> Path:
    path = folder / "adherents.csv"
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    return path


def told(path: Path, **options: Any) -> list[tuple[int, str, str]]:
    report = import_adhesions(path, name=path.name, by="marie@x.fr", **options)
    return [(outcome.line, outcome.what, outcome.detail) for outcome in report.outcomes]


def test_a_file_says_what_each_line_would_do_then_does_it_once(actors: dict[str, Actor], tmp_path: Path) -> None:
    AdhesionFactory(actor=actors["limoges"], year=YEAR, note="chèque")
    path = file_of(
        tmp_path,
        f"87085;;;{YEAR};;;virement",
        f"248719312;;;{YEAR};;;",
        f"w871001234;;;{YEAR};01/03/{YEAR};;",
        f";Comité de jumelage;16;{YEAR};;;",
        f";Haute-Vienne;;{YEAR};;;",
    )
    expected = [
        (2, "changed", "note\u00a0: «\u00a0chèque\u00a0» → «\u00a0virement\u00a0»"),
        (3, "created", f"du 01/01/{YEAR} au 31/12/{YEAR}"),
        (4, "created", f"du 01/03/{YEAR} au 31/12/{YEAR}"),
        (5, "created", f"du 01/01/{YEAR} au 31/12/{YEAR}"),
        (6, "created", f"du 01/01/{YEAR} au 31/12/{YEAR}"),
    ]

    assert told(path) == expected
    assert Adhesion.objects.count() == 1

    assert told(path, dry_run=False) == expected
    assert Adhesion.objects.count() == 5
    assert {state_of(actors["limoges"]), state_of(actors["metropole"])} == {ContactState.MEMBER}
    assert {what for _line, what, _detail in told(path, dry_run=False)} == {"unchanged"}
    assert Adhesion.objects.get(actor=actors["comite"]).added_by == "marie@x.fr"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("99999;;;2026;;;", "Le code «\u00a099999\u00a0» n’est celui d’aucun acteur."),
        (";Comité de jumelage;;2026;;;", "Plusieurs acteurs portent ce nom\u00a0: donnez le code"),
        (";Limoges;16;2026;;;", "Aucun acteur de ce nom dans ce département."),
        (";Limoges;Seine;2026;;;", "Le département «\u00a0Seine\u00a0» n’est pas dans ce répertoire."),
        (";Nulle-Part;;2026;;;", "Aucun acteur du répertoire ne s’appelle «\u00a0Nulle-Part\u00a0»."),
        ("248719312;Limoges;;2026;;;", "Le code est celui de Limoges Métropole (Intercommunalité, 248719312), et le nom"),
        (";;;2026;;;seul", "Ni code ni nom\u00a0: qui adhère\u00a0?"),
        ("87085;;;;;;", "L’année manque."),
        ("87085;;;vingt;;;", "L’année «\u00a0vingt\u00a0» n’est pas comprise\u00a0: quatre chiffres, entre 1990 et 2100."),
        ("87085;;;1789;;;", "L’année «\u00a01789\u00a0» n’est pas comprise\u00a0: quatre chiffres, entre 1990 et 2100."),
        ("87085;;;2026;31/02/2026;;", "La date «\u00a031/02/2026\u00a0» n’est pas comprise\u00a0: écrivez 31/12/2026."),
        ("87085;;;2026;01/06/2026;01/02/2026;", "Le dernier jour («\u00a0au\u00a0») vient avant le premier («\u00a0du\u00a0»)."),
        ("87085;;;2026;;01/02/2020;", "Le dernier jour («\u00a0au\u00a0») vient avant le premier («\u00a0du\u00a0»)."),
    ],
)  # fmt: skip
def test_a_line_that_names_nobody_or_several_or_cannot_be_read_is_refused(
    actors: dict[str, Actor], tmp_path: Path, line: str, why: str
) -> None:
    path = file_of(tmp_path, line, f"87085;;;{YEAR - 3};;;")

    refused, created = told(path, dry_run=False)
    assert (refused[:2], refused[2].startswith(why)) == ((2, "refused"), True)
    assert created == (3, "created", f"du 01/01/{YEAR - 3} au 31/12/{YEAR - 3}")
    assert Adhesion.objects.count() == 1


def test_who_may_have_been_meant_is_told(actors: dict[str, Actor], tmp_path: Path) -> None:
    report = import_adhesions(file_of(tmp_path, f";Comité de jumelage;;{YEAR};;;"), name="a.csv", by="x")

    assert report.outcomes[0].candidates == tuple(
        f"Comité de jumelage (Comité de jumelage, {actors[name].code})" for name in ("comite", "other")
    )


def test_a_second_line_of_the_same_year_is_refused(actors: dict[str, Actor], tmp_path: Path) -> None:
    path = file_of(tmp_path, f"87085;;;{YEAR};;;", f";Limoges (87);;{YEAR};;;")

    assert told(path)[1] == (3, "refused", "Cet acteur a déjà cette année à la ligne 2.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Ce fichier est vide."),
        (b"%PDF-1.4\x00\x01", "ni un CSV ni un classeur"),
        (b"prenom;age\nZoe;12\n", "pas de ligne de titres comprise"),
        (b"code;annee\n", "pas de données sous la ligne des titres"),
        (b"code;annee\n" + b"87085;2026\n" * 10_001, "dépasse 10000 lignes"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(db: None, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    with pytest.raises(OutreachError, match=said):
        import_adhesions(path, name="x.csv", by="x", dry_run=False)


def test_the_command_is_dry_unless_applied_and_ends_with_its_counts(actors: dict[str, Actor], tmp_path: Path) -> None:
    path = file_of(tmp_path, f"87085;;;{YEAR};;;", "99999;;;2026;;;")

    def run(*options: str) -> list[str]:
        out = io.StringIO()
        call_command("import_adhesions", str(path), *options, stdout=out)
        return out.getvalue().splitlines()

    assert run()[-1] == "total: created=1 changed=0 unchanged=0 closed=0 refused=1"
    assert not Adhesion.objects.exists()
    assert run("--apply")[-1] == "total: created=1 changed=0 unchanged=0 closed=0 refused=1"
    assert run("--apply")[-1] == "total: created=0 changed=0 unchanged=1 closed=0 refused=1"
    with pytest.raises(CommandError, match="ne peut pas être ouvert"):
        call_command("import_adhesions", str(tmp_path / "absent.csv"))


def test_an_export_given_back_changes_nothing(actors: dict[str, Actor], team: Client, tmp_path: Path) -> None:
    AdhesionFactory(actor=actors["limoges"], note="chèque")
    AdhesionFactory(actor=actors["other"], ends_on=date(YEAR, 6, 30))
    path = tmp_path / "export.xlsx"
    path.write_bytes(b"".join(team.get(f"{LIST}export.xlsx").streaming_content))

    assert load_workbook(path).active["A1"].value == "code"
    assert [what for _line, what, _detail in told(path)] == ["unchanged", "unchanged"]


# --- pages ----------------------------------------------------------------------------------------------------------------
def names(answer: Any) -> list[tuple[str, int]]:
    return [(adhesion.actor.name, adhesion.year) for adhesion in answer.context["page"].rows]


def test_the_list_answers_each_filter(actors: dict[str, Actor], voltigeur: Client) -> None:
    AdhesionFactory(actor=actors["limoges"])
    AdhesionFactory(actor=actors["limoges"], year=YEAR - 1)
    for past in (YEAR - 2, YEAR - 1):
        AdhesionFactory(actor=actors["comite"], year=past)
    AdhesionFactory(actor=actors["other"], year=YEAR - 1)

    def listed(query: str) -> list[tuple[str, int]]:
        return names(voltigeur.get(f"{LIST}?{query}"))

    assert len(listed("")) == 5
    assert listed(f"annee={YEAR}") == [("Limoges", YEAR)]
    assert listed("perdues=on") == [("Comité de jumelage", YEAR - 1)] * 2
    assert listed("perdues=on&departement=87") == [("Comité de jumelage", YEAR - 1)]
    assert listed("nature=commune") == [("Limoges", YEAR), ("Limoges", YEAR - 1)]
    assert listed("q=w871001234") == [("Comité de jumelage", YEAR - 1), ("Comité de jumelage", YEAR - 2)]
    assert listed("q=limog&annee=bientot") == [("Limoges", YEAR), ("Limoges", YEAR - 1)]
    assert listed("q=personne") == []
    lines = b"".join(voltigeur.get(f"{LIST}export.csv?annee={YEAR}").streaming_content).decode().splitlines()
    assert lines[1].startswith(f"87085,Limoges,87,{YEAR},{YEAR}-01-01,{YEAR}-12-31,,Commune,oui,")


def test_the_list_asks_the_same_number_of_queries_whatever_the_size(
    voltigeur: Client, django_assert_num_queries: Any
) -> None:
    AdhesionFactory()
    voltigeur.get(LIST)
    with django_assert_num_queries(9):
        voltigeur.get(LIST)
    AdhesionFactory.create_batch(3, actor__departement=DepartementFactory(code="87"))
    with django_assert_num_queries(9):
        voltigeur.get(LIST)


def test_a_voltigeur_reads_the_list_and_writes_nothing(voltigeur: Client) -> None:
    adhesion = AdhesionFactory()

    assert "Ajouter une adhésion" not in voltigeur.get(LIST).content.decode()
    for address in ("ajouter/", "importer/", f"{adhesion.pk}/"):
        assert voltigeur.get(LIST + address).status_code == 403
        assert voltigeur.post(LIST + address).status_code == 403
    assert voltigeur.post(f"{LIST}importer/confirmer/").status_code == 403


def test_the_team_adds_one_by_the_name_of_its_fiche(actors: dict[str, Actor], team: Client) -> None:
    asked = {"actor": "Limoges Métropole", "year": str(YEAR), "note": "payée"}

    assert team.post(f"{LIST}ajouter/", asked).status_code == 302
    assert team.post(f"{LIST}ajouter/", asked).status_code == 302

    adhesion = Adhesion.objects.get()
    assert (adhesion.actor, adhesion.ends_on, adhesion.added_by) == (
        actors["metropole"],
        date(YEAR, 12, 31),
        "marie@reseau.exemple",
    )
    assert state_of(actors["metropole"]) == ContactState.MEMBER
    assert "Limoges Métropole" in team.get(f"{LIST}{adhesion.pk}/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"actor": "Nulle-Part-sur-Mer"}, "Aucune fiche du répertoire ne porte ce nom"),
        ({"actor": ""}, "Dites qui adhère."),
        ({"year": "1789"}, "comprise entre 1990 et 2100"),
        ({"year": "vingt"}, "Une année s’écrit avec quatre chiffres."),
        ({"starts_on": "2026-09-01", "ends_on": "2026-08-01"}, "vient après le premier"),
        ({"ends_on": "demain"}, "Cette date ne se lit pas"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    actors: dict[str, Actor], team: Client, wrong: dict[str, str], said: str
) -> None:
    answer = team.post(f"{LIST}ajouter/", {"actor": "Limoges Métropole", "year": "2026", "note": "gardée"} | wrong)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert 'value="gardée"' in answer.content.decode()
    assert not Adhesion.objects.exists()


def test_the_team_changes_ends_and_takes_back_one(team: Client) -> None:
    adhesion = AdhesionFactory()
    page = f"{LIST}{adhesion.pk}/"

    team.post(page, {"geste": "modifier", "year": YEAR, "starts_on": f"{YEAR}-01-01", "note": "reçu n° 12"})
    team.post(page, {"geste": "finir", "last_day": f"{YEAR}-01-31"})
    adhesion.refresh_from_db()
    assert (adhesion.note, adhesion.ends_on) == ("reçu n° 12", date(YEAR, 1, 31))

    late = team.post(page, {"geste": "finir", "last_day": f"{YEAR + 1}-01-31"})
    assert "entre son premier et son dernier jour" in late.content.decode()

    assert team.post(page, {"geste": "retirer"}).status_code == 302
    assert team.get(page).status_code == 404
    assert not Adhesion.objects.exists()


def upload(team: Client, content: bytes, name: str = "adherents.csv") -> Any:
    return team.post(f"{LIST}importer/", {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_previewed_then_applied_and_the_second_time_is_told(actors: dict[str, Actor], team: Client) -> None:
    book = Workbook()
    for row in (["Code", "Année"], ["87085", YEAR], ["99999", YEAR]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)

    preview = upload(team, content.getvalue(), "adherents.xlsx")
    text = preview.content.decode()
    assert "nouvelles\u00a0: 1, modifiées\u00a0: 0, inchangées\u00a0: 0, refusées\u00a0: 1" in text
    assert "n’est celui d’aucun acteur" in text
    assert not Adhesion.objects.exists()

    key = {"fichier": preview.context["key"]}
    applied = team.post(f"{LIST}importer/confirmer/", key, follow=True)
    assert "Import terminé" in applied.content.decode()
    assert Adhesion.objects.get().actor == actors["limoges"]
    assert "a expiré" in team.post(f"{LIST}importer/confirmer/", key, follow=True).content.decode()


def test_somebody_else_s_preview_is_not_applied(actors: dict[str, Actor], team: Client) -> None:
    key = upload(team, f"code;annee\n87085;{YEAR}".encode()).context["key"]
    other = signed_in(roles.TEAM)

    assert "a expiré" in other.post(f"{LIST}importer/confirmer/", {"fichier": key}, follow=True).content.decode()
    assert not Adhesion.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "Ce fichier est vide."), (b"\xd0\xcf\x11\xe0ab", "ancien classeur Excel"), (b"x;y\n1;2", "ligne de titres")],
)
def test_a_file_that_cannot_be_read_is_told_in_the_form(team: Client, content: bytes, said: str) -> None:
    answer = upload(team, content)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "Choisissez un fichier." in team.post(f"{LIST}importer/").content.decode()


def test_an_empty_list_says_how_to_start(team: Client) -> None:
    assert "Aucune adhésion encore" in team.get(LIST).content.decode()
    assert UserFactory().has_perm("outreach.view_adhesion") is False
