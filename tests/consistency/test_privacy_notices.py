"""Whoever types something about a person is told, under the button, what becomes of it; what needs no notice says why."""

import re

from tests.consistency.test_project import ROOT, tracked

# A form drawn by Django, or a field drawn by hand in which one can type.
TYPED = re.compile(r"\{\{ [a-z_]*form \}\}|as_field_group|<textarea|<input [^>]*type=\"(text|email|tel)\"")
SECRET = "a secret that proves who they are, told to nobody and kept as a print only"
SIGN_IN = "finds an account that exists: its notice was read at sign-up"
STAFF = (
    "staff at work: the reason of a decision, told in the treatment « rattachement », « contribution » or « recherche »"
)
ORGANISER = "organisers at work: about their event or group, told in the treatments « evenement » and « groupe »"
MEMBERSHIP = "staff at work: which structure is a member, about no person"
QUESTIONS = "staff at work: questions, about nobody"
WITHOUT = {
    "account/base_confirm_code.html": "a code of eight figures",
    "account/login.html": SIGN_IN,
    "account/password_change.html": SECRET,
    "account/password_reset.html": SIGN_IN,
    "account/password_reset_from_key.html": SECRET,
    "account/password_set.html": SECRET,
    "account/reauthenticate.html": SECRET,
    "account/request_login_code.html": SIGN_IN,
    "accounts/erase.html": "the address is typed again to confirm, and goes with the account",
    "components/form.html": "how every form is drawn",
    "directory/_proposed_field.html": STAFF,
    "directory/_take_away.html": "a text to copy, in which nobody types",
    "directory/attachment_list.html": "filters of a list",
    "directory/attachment_review.html": STAFF,
    "directory/duplicate_compare.html": "staff at work: values of two fiches to choose from",
    "directory/follow_up_mail.html": "staff at work: a letter to a collectivité, kept in the journal of mails",
    "directory/need_detail.html": "staff at work: what was answered to an actor, told in the treatment « besoins »",
    "directory/need_add.html": "staff at work: what an actor asked for, told in the treatment « besoins »",
    "directory/need_list.html": "filters of a list, and gestures of staff at work, told in the treatment « besoins »",
    "directory/partner_search_queue.html": "filters of a list",
    "directory/partner_search_review.html": STAFF,
    "directory/proposal_review.html": STAFF,
    "directory/relaunch_close.html": STAFF,
    "directory/relaunch_detail.html": "staff at work: notes on a jumelage, told in the treatment « relances »",
    "events/event_board.html": "filters of a list",
    "events/_event_fields.html": ORGANISER,
    "events/event_form.html": ORGANISER,
    "events/event_people.html": "filters of a list",
    "events/event_person.html": ORGANISER,
    "events/event_write.html": "a letter of the organiser, kept in the journal of mails",
    "events/group_board.html": "filters of a list",
    "events/group_form.html": ORGANISER,
    "events/group_member.html": ORGANISER,
    "events/organise_form.html": ORGANISER,
    "events/_search_fields.html": "a search around a place, kept nowhere",
    "events/_take_away.html": "a text to copy, in which nobody types",
    "events/event_invite.html": "staff at work: whom to write to among published fiches",
    "events/event_invite_addresses.html": "staff at work: addresses told in the treatment « evenement »",
    "outreach/_choose_fields.html": "staff at work: a day and a territory, about nobody",
    "outreach/_hours_fields.html": "staff at work: the hours of a day and a note about it",
    "outreach/area_edit.html": "staff at work: where a colleague goes, told in the treatment « visite »",
    "outreach/area_list.html": "filters of a list",
    "outreach/my_area.html": "staff at work: where one goes oneself, told in the treatment « visite »",
    "outreach/priority_settings.html": "staff at work: what each reason is worth, about nobody",
    "outreach/slot_settle.html": "staff at work: the moment of a visit",
    "outreach/tour_create.html": "staff at work: the title of a day",
    "outreach/tour_detail.html": "staff at work: the hours of a day and a note about it",
    "outreach/_field_templates.html": "staff at work: a report of a visit, told in the treatment « visites »",
    "mfa/authenticate.html": SECRET,
    "mfa/reauthenticate.html": SECRET,
    "mfa/recovery_codes/generate.html": "a button alone",
    "mfa/totp/activate_form.html": SECRET,
    "mfa/totp/deactivate_form.html": "a button alone",
    "mfa/webauthn/add_form.html": "the name of a device, read by its owner alone",
    "mfa/webauthn/edit_form.html": "the name of a device, read by its owner alone",
    "mfa/webauthn/reauthenticate.html": SECRET,
    "outreach/common_need_detail.html": "staff at work: what was answered to actors, told in the treatment « besoins »",
    "outreach/adhesion_add.html": MEMBERSHIP,
    "outreach/adhesion_edit.html": MEMBERSHIP,
    "outreach/adhesion_import.html": MEMBERSHIP,
    "outreach/adhesion_list.html": "filters of a list",
    "outreach/coverage_targets.html": "staff at work: a share and a day, about nobody",
    "outreach/month_report_choose.html": "filters of a report",
    "outreach/_report_lines.html": "lines of the report of a visit: the notice stands under the whole page",
    "outreach/contact_story.html": "staff at work: what a collectivité asks for, told in the treatment « visites »",
    "outreach/note_create.html": "staff at work: what was said, told in the treatment « visites »",
    "outreach/visit_plan.html": "staff at work: a meeting of a collectivité, told in the treatment « visites »",
    "surveys/_answer_field.html": "a question: the notice stands under the whole page",
    "surveys/invitation.html": "staff at work: who is called and what they say, told in the treatment « questionnaire »",
    "surveys/wave_board.html": "staff at work: a day",
    "surveys/wave_form.html": "staff at work: the settings of a wave, signed by a colleague",
    "surveys/editor_create.html": QUESTIONS,
    "surveys/editor_part.html": QUESTIONS,
    "surveys/editor_question.html": QUESTIONS,
    "surveys/questionnaire_import.html": "a file of questions, about nobody",
    "surveys/wave_texts.html": "staff at work: words under which answers are counted, about no person",
    "web/components.html": "an example: the page shows the notice itself",
}


def test_a_form_about_a_person_says_what_becomes_of_it() -> None:
    sources = {
        str(path.relative_to(ROOT / "templates")): path.read_text()
        for path in tracked("templates/*.html")
        if "templates/admin/" not in str(path)  # the workshop of staff, bound by their contract
    }
    forms = {name for name, source in sources.items() if TYPED.search(source)}
    told = {name for name, source in sources.items() if "{% privacy_notice " in source}

    assert len(forms & told) >= 10
    assert forms - told == set(WITHOUT)
