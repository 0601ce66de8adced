"""XLSForm: what leaves comes back, other tools accept it, and what is not understood is refused with its place."""

import io
import os
import tomllib
import zipfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from struct import pack_into
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from surveys.checking import problems_of
from surveys.enums import MULTIPLE_KINDS, QuestionKind
from surveys.management.commands.load_questionnaire_aect import FILE
from surveys.outline import Choice, Outline, Question, Section, outline_of
from surveys.xlsform.container import BrokenContainer, workbook_stream
from surveys.xlsform.exporting import workbook_of
from surveys.xlsform.importing import outline_of_workbook
from surveys.xlsform.losses import LISTED, losses
from surveys.xlsform.sheets import MAX_BYTES, XlsformError
from tests.surveys.test_conditions import CONDITIONS

TRIAL = os.environ.get("PORTAL_TRIAL_DATA", "")
needs_trial_data = pytest.mark.skipif(
    not TRIAL, reason="PORTAL_TRIAL_DATA n’est pas donné\u00a0: les XLSForm d’essai ne sont pas importés"
)
LISTS = {
    QuestionKind.COUNTRY: (Choice("SN", "Sénégal"), Choice("DE", "Allemagne")),
    QuestionKind.THEME: (Choice("eau", "Eau et assainissement"),),
}
Sheets = dict[str, list[list[Any]]]


def aect() -> Outline:
    return outline_of(tomllib.loads(FILE.read_text(encoding="utf-8")))


def file_of(**sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def form(*rows: list[Any], columns: str = "type name label", choices: list[list[Any]] | None = None) -> bytes:
    """A file of these rows, with a list « oui_non »."""
    listed = choices or [["oui_non", "oui", "Oui"], ["oui_non", "non", "Non"]]
    return file_of(
        survey=[columns.split(), *rows],
        choices=[["list_name", "name", "label"], *listed],
        settings=[["form_id", "form_title"], ["essai", "Un essai"]],
    )


def refusals(data: bytes, name: str = "") -> list[str]:
    with pytest.raises(XlsformError) as refused:
        outline_of_workbook(data, name)
    return [str(problem) for problem in refused.value.problems]


def questions(data: bytes) -> list[Question]:
    return list(outline_of_workbook(data).outline.questions())


# --- out and back -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lists", [{}, LISTS], ids=["alone", "with the lists"])
def test_aect_leaves_and_comes_back_the_same(lists: Any, tmp_path: Path) -> None:
    data = workbook_of(aect(), version="1", lists=lists)

    imported = outline_of_workbook(data)

    assert (imported.outline, imported.notes) == (aect(), [])
    (tmp_path / "aect.xlsx").write_bytes(data)
    accepted = convert(str(tmp_path / "aect.xlsx"), validate=False)
    assert accepted.warnings == []
    assert "selected( /data/engagement/Q5 , 'active')" in accepted.xform
    assert ("Allemagne" in accepted.xform, "Eau et assainissement" in accepted.xform) == (bool(lists), bool(lists))


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12) | (
    st.sampled_from(["=1+1", " au bord ", "deux\nlignes", "Où\u00a0?", "_x0041_", "'", "+33", "true", "1"])
)
LABELS = TEXTS.filter(lambda text: text.strip() and "${" not in text)
OPTIONAL = st.just("") | LABELS
VALUES = st.from_regex(r"[a-z0-9][a-z0-9_+<>-]{0,8}", fullmatch=True)
CHOICES = st.lists(st.builds(Choice, VALUES, LABELS), min_size=1, max_size=4, unique_by=lambda choice: choice.value)
NUMBERS = st.none() | st.integers(-9999, 9999)
CONDITION_TEXTS = st.just("") | CONDITIONS.map(str)
LISTED_KINDS = (
    *(kind for kind in MULTIPLE_KINDS if kind != QuestionKind.THEME),
    QuestionKind.SINGLE,
    QuestionKind.GRID,
)


@st.composite
def a_question(draw: st.DrawFn, code: Callable[[], str], kinds: list[QuestionKind]) -> Question:
    kind = draw(st.sampled_from(kinds))
    choices = tuple(draw(CHOICES)) if kind in LISTED_KINDS else ()
    inside = [each for each in QuestionKind if each not in (QuestionKind.REPEAT, QuestionKind.GRID)]
    return Question(
        code=code(),
        kind=kind,
        label=draw(LABELS),
        help=draw(OPTIONAL),
        why=draw(OPTIONAL),
        visible_if=draw(CONDITION_TEXTS),
        is_required=draw(st.booleans()),
        choices=choices,
        rows=tuple(draw(CHOICES)) if kind == QuestionKind.GRID else (),
        most=draw(st.none() | st.integers(1, 9)),
        minimum=draw(NUMBERS),
        maximum=draw(NUMBERS),
        ends=draw(st.none() | st.tuples(LABELS, LABELS)),
        has_unknown=draw(st.booleans()),
        exclusive=draw(st.sampled_from(["", *(choice.value for choice in choices)])),
        source=draw(st.sampled_from(["", "actor"])),
        questions=tuple(draw(st.lists(a_question(code, inside), min_size=1, max_size=3)))
        if kind == QuestionKind.REPEAT
        else (),
    )


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    numbers = count(1)
    start = draw(st.sampled_from(["Q", "q_", "data", "introduction_", "Q1_nom"]))

    def code() -> str:
        return f"{start}{next(numbers)}"

    sections = []
    for _number in range(draw(st.integers(1, 3))):
        mine = code()
        asked = draw(st.lists(a_question(code, list(QuestionKind)), min_size=1, max_size=4))
        sections.append(Section(mine, draw(LABELS), draw(OPTIONAL), draw(CONDITION_TEXTS), tuple(asked)))
    slug = draw(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True))
    return Outline(slug, draw(LABELS), draw(OPTIONAL), tuple(sections))


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(outlines(), st.sampled_from([{}, LISTS]))
def test_any_questionnaire_leaves_and_comes_back_the_same(outline: Outline, lists: Any) -> None:
    assert outline_of_workbook(workbook_of(outline, lists=lists)).outline == outline


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(outlines())
def test_other_tools_accept_what_leaves(outline: Outline) -> None:
    without_conditions = outline_of_workbook(workbook_of(outline)).outline
    kept = [
        Section(section.code, section.title, section.intro, "", tuple(_without_condition(q) for q in section.questions))
        for section in without_conditions.sections
    ]

    accepted = convert(
        io.BytesIO(workbook_of(Outline("essai", "Essai", "", tuple(kept)))), validate=False, file_type=".xlsx"
    )

    assert accepted.xform


def _without_condition(question: Question) -> Question:
    changed = {name: getattr(question, name) for name in question.__dataclass_fields__}
    inside = tuple(_without_condition(each) for each in question.questions)
    return Question(**(changed | {"visible_if": "", "questions": inside}))


def test_a_cell_is_never_a_formula() -> None:
    outline = Outline("e", "=cmd|'/c calc'!A1", "", (Section("s", "@S", "", "", (_text("Q1", "=1+1"),)),))

    book = load_workbook(io.BytesIO(workbook_of(outline)))

    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value}
    assert types == {"s"}


def _text(code: str, label: str) -> Question:
    return Question(code, QuestionKind.TEXT, label)


def test_what_other_tools_do_not_understand_is_said_with_the_questions() -> None:
    told = losses(aect(), LISTED)

    assert "Q11, Q35\u00a0: un classement limité devient un choix multiple, sans l’ordre." in told
    assert [said.split("\u00a0")[0] for said in told if "groupe répété" in said] == ["Q16"]
    assert next(said for said in losses(aect()) if said not in told).startswith("Q13p, Q13f, Q38a\u00a0:")
    assert losses(Outline("e", "E", "", (Section("s", "S", "", "", (_text("Q1", "?"),)),))) == []


# --- forms of others --------------------------------------------------------------------------------------------------------
def test_rows_without_a_group_make_pages_and_notes_their_introductions() -> None:
    data = form(
        ["note", "n1", "Bonjour"],
        ["text", "a", "A"],
        ["note", "n2", "Ensuite"],
        ["integer", "b", "B"],
        ["begin group", "g", "Un groupe"],
        ["select_one oui_non", "c", "C"],
        ["end group", None, None],
    )

    outline = outline_of_workbook(data).outline

    assert outline.intro == "Bonjour"
    assert [(page.code, page.intro, [q.code for q in page.questions]) for page in outline.sections] == [
        ("page_1", "", ["a"]),
        ("page_2", "Ensuite", ["b"]),
        ("g", "", ["c"]),
    ]


def test_old_spellings_and_french_labels_are_read() -> None:
    rows = [
        ["select one from oui_non", "a", "Yes?", "Oui\u00a0?", None, "TRUE", None],
        ["int", "b", "How old?", "Quel âge\u00a0?", '${a} = "oui"', None, ". > 17 and .<=120"],
    ]
    columns = "type name label::English label::French bind:relevant required bind:constraint"

    asked = questions(form(*rows, columns=columns))

    assert [(q.label, q.visible_if, q.is_required, q.minimum, q.maximum) for q in asked] == [
        ("Oui\u00a0?", "", True, None, None),
        ("Quel âge\u00a0?", "${a} = 'oui'", False, 18, 120),
    ]


def test_a_table_is_a_grid_a_range_a_scale_and_another_answer_a_text() -> None:
    columns = "type name label appearance parameters"
    data = form(
        ["begin group", "g", "Ceci\u00a0:", "table-list", None],
        ["select_one oui_non", "l1", "Un", None, None],
        ["select_one oui_non", "l2", "Deux", None, None],
        ["end group", None, None, None, None],
        ["range", "s", "De 1 à 5", None, "start=1 end=5 step=1"],
        ["select_multiple oui_non or_other", "m", "Et", None, None],
        ["today", "jour", None, None, None],
        columns=columns,
    )

    imported = outline_of_workbook(data)

    grid, scale, several, other = imported.outline.questions()
    assert (grid.kind, [row.value for row in grid.rows], grid.values) == (
        QuestionKind.GRID,
        ["l1", "l2"],
        ["oui", "non"],
    )
    assert scale.kind == QuestionKind.SCALE
    assert several.values == ["oui", "non", "other"]
    assert (other.code, other.visible_if) == ("m_other", "selected(${m}, 'other')")
    assert imported.notes == ["«\u00a0today\u00a0» est noté par l’outil qui collecte\u00a0: non repris (ligne 8)."]
    assert problems_of(imported.outline) == []


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        ([["gps", "a", "A"]], "", "le type «\u00a0gps\u00a0» n’existe pas"),
        ([["image", "a", "A"]], "", "le type «\u00a0image\u00a0» n’existe pas"),
        ([["decimal", "a", "A"]], "", "le type «\u00a0decimal\u00a0» n’existe pas"),
        ([["calculate", "a", None, "2+2"]], "type name label calculation", "un calcul"),
        ([["select_one oui_non", "a", "A", "x=${b}"]], "type name label choice_filter", "choix filtrés"),
        ([["cascading_select x", "a", "A"]], "", "listes en cascade"),
        ([["select_one_external x", "a", "A"]], "", "dans un autre fichier"),
        ([["select_one_from_file x.csv", "a", "A"]], "", "dans un autre fichier"),
        ([["select_one inconnue", "a", "A"]], "", "la liste «\u00a0inconnue\u00a0» n’est pas"),
        ([["include", "a", "A"]], "", "include"),
        ([["begin loop over oui_non", "a", "A"], ["text", "b", "B"], ["end loop"]], "", "une boucle"),
        ([["text", "a", "A", "search('x')"]], "type name label appearance", "search"),
        ([["text", "a", "Bonjour ${b}"]], "", "reprend une réponse"),
        ([["text", "a", "A", "regex(., 'x')"]], "type name label constraint", "la contrainte"),
        ([["text", "a", "A", "string-length(${b}) > 1"]], "type name label relevant", "la condition"),
        ([["begin repeat", "a", "A", "3"], ["end repeat"]], "type name label repeat_count", "répétitions imposé"),
        ([["text", "a", "A", "Bob"]], "type name label default", "donnée d’avance"),
        ([["text", "a", "A", "yes"]], "type name label read_only", "ne peut pas changer"),
        ([["text", "a", "A", "peut-être"]], "type name label required", "n’est ni yes ni no"),
        ([["text", "a b", "A"]], "", "le nom «\u00a0a b\u00a0»"),
        ([["text", None, "A"]], "", "n’a pas de nom"),
        ([["text", "a", None]], "", "n’a pas de texte"),
        ([[None, "a", "A"]], "", "n’a pas de type"),
        ([["begin group", "a", "A"], ["text", "b", "B"]], "", "n’est pas fermé"),
        ([["end group", "a", "A"]], "", "ne ferme rien"),
        ([["text", "a", "A", "devinette"]], "type name label soco_kind", "ne va pas avec le type"),
        ([["begin repeat", "a", "A"], ["begin group", "b", "B"], ["end group"], ["end repeat"]], "", "(ligne 3)"),
    ],
)
def test_what_is_not_known_is_refused_with_sheet_row_and_reason(rows: Any, columns: str, said: str) -> None:
    told = refusals(form(*rows, columns=columns or "type name label"))

    row = 3 if said == "(ligne 3)" else 2
    wanted = "groupe répété" if said == "(ligne 3)" else said
    assert [each for each in told if each.startswith(f"Feuille survey, ligne {row}\u00a0: ") and wanted in each], told


def test_every_problem_of_a_file_is_told_at_once() -> None:
    told = refusals(form(["gps", "a", "A"], ["text", "b", "B"], ["audio", "c", "C"]))

    assert [said.split("\u00a0")[0] for said in told] == ["Feuille survey, ligne 2", "Feuille survey, ligne 4"]


def test_a_code_comes_from_the_settings_or_from_the_name_of_the_file() -> None:
    survey = [["type", "name", "label"], ["text", "a", "A"]]

    assert outline_of_workbook(file_of(survey=survey), "Mon enquête.xlsx").outline.code == "mon-enquete"
    spaced = refusals(file_of(survey=survey, settings=[["form_id"], ["Mon enquête"]]))
    assert [said.partition("\u00a0:")[0] for said in spaced] == ["Feuille settings, ligne 2"]


# --- hostile files ----------------------------------------------------------------------------------------------------------
def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return file.getvalue()


def with_entities() -> bytes:
    """A workbook whose sheet is a « billion laughs »."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    cells = '<worksheet><sheetData><row><c t="str"><v>&l11;</v></c></row></sheetData></worksheet>'
    evil = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]>{cells}'
    source, target = io.BytesIO(form(["text", "a", "A"])), io.BytesIO()
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            after.writestr(name, evil if name.endswith("sheet1.xml") else before.read(name))
    return target.getvalue()


def in_a_circle() -> bytes:
    """An .xls whose directory has no end."""
    data = bytearray(512 * 3)
    data[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    pack_into("<HH", data, 30, 9, 6)
    pack_into("<i4xiiiii", data, 48, 1, 4096, -2, 0, -2, 0)
    pack_into("<109i", data, 76, 0, *[-1] * 108)
    pack_into("<128i", data, 512, -3, 1, *[-1] * 126)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "est vide"),
        (in_a_circle(), "XLS est illisible"),
        (b"type,name,label\n", "n’est pas un classeur Excel"),
        (b"%PDF-1.7", "n’est pas un classeur Excel"),
        (b"PK\x03\x04" + b"\0" * 50, "illisible"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "illisible"),
        (b"P" * (MAX_BYTES + 1), "5 Mo"),
        (bomb(), "trop gros"),
        (with_entities(), "illisible"),
        (file_of(survey=[["type"], *[["text"]] * 5_001]), "5000 lignes"),
        (file_of(survey=[["type"] * 201]), "200 colonnes"),
        (file_of(survey=[["type", "name", "label", "label"], ["text", "a", "A", "B"]]), "«\u00a0label\u00a0»"),
        (file_of(settings=[["form_id"]], choices=[["list_name"]]), "feuille «\u00a0survey\u00a0»"),
        (form(*(["text", f"a{number}", "A"] for number in range(1_001))), "1000 questions"),
        (file_of(survey=[]), "n’a pas de question"),
        (form(["text", "a", "=1+1"]), "n’a pas de texte"),
        (form(["begin group", "a", "A"], *[["begin group", "b", "B"]] * 1_500), "trop de groupes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_file_is_a_sentence(data: bytes, said: str) -> None:
    told = refusals(data, "essai.xlsx")

    assert [each for each in told if said in each], told


def test_a_circle_of_sectors_is_not_followed() -> None:
    with pytest.raises(BrokenContainer, match="circle"):
        workbook_stream(in_a_circle())


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_file_is_read_or_refused(changes: list[tuple[float, int]]) -> None:
    damaged = bytearray(workbook_of(aect()))
    for place, byte in changes:
        damaged[int(place * len(damaged))] = byte
    try:
        outline_of_workbook(bytes(damaged), "aect.xlsx")
    except XlsformError as error:
        assert error.problems


# --- the files of others ----------------------------------------------------------------------------------------------------
# Those whose constructs the engine knows; every other one is refused with its place.
COME_IN = {
    *("allow_comment_rows_test.xls", "choice_name_same_as_select_name.xls", "group.xls", "hidden.xls"),
    *("instance_xmlns_test.xls", "settings.xls", "specify_other.xls", "style_settings.xls", "survey_no_name.xlsx"),
    *("text_and_integer.xls", "tutorial.xls", "yes_or_no_question.xls"),
}


@needs_trial_data
def test_the_files_of_others_come_in_or_are_refused_with_sheet_row_and_reason() -> None:
    files = sorted((Path(TRIAL) / "xlsform").iterdir())
    come_in = set()
    for file in files:
        try:
            outline = outline_of_workbook(file.read_bytes(), file.name).outline
        except XlsformError as error:
            assert all(problem.sheet and problem.row and problem.sentence for problem in error.problems), file.name
            continue
        come_in.add(file.name)
        assert outline_of_workbook(workbook_of(outline)).outline == outline, file.name

    assert len(files) > 40
    assert come_in == COME_IN
