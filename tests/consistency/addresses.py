"""An address of every route, and the objects that these addresses name: for the tests that open all pages."""

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from directory.enums import Nature
from directory.models import Actor
from directory.services import refresh_projects
from soco.accounts.models import User
from soco.web import signed_links
from surveys.models import Wave
from tests.consistency.test_project import routes
from tests.factories import (
    AddressFactory,
    AdhesionFactory,
    AnswerFactory,
    AnswerFileFactory,
    AttachmentFactory,
    ChangeProposalFactory,
    CommitmentFactory,
    CommuneFactory,
    ConfirmationRequestFactory,
    ConsentFactory,
    ContactChangeFactory,
    ContactFactFactory,
    ContactFactory,
    ContactWishFactory,
    CountryFactory,
    CoverageTargetFactory,
    DatasetLoadFactory,
    EventDocumentFactory,
    EventFactory,
    EventInvitationFactory,
    EventQuestionFactory,
    FieldAreaFactory,
    FieldChangeFactory,
    FieldReportFactory,
    FormerAddressFactory,
    GroupActionFactory,
    GroupFactory,
    GroupMemberFactory,
    InformationSwitchFactory,
    InvitationFactory,
    JumelageActorFactory,
    JumelageDocumentFactory,
    JumelageFactory,
    MergeFactory,
    MessageFactory,
    NeedFactory,
    NotDuplicateFactory,
    ParticipantFactory,
    PartnerFactory,
    PartnerSearchFactory,
    PersonMetFactory,
    PlannedReminderFactory,
    PriorityFactory,
    PrioritySettingsFactory,
    ProjectActorFactory,
    ProjectFactory,
    QuestionnaireFactory,
    QuickNoteFactory,
    RegistrationFactory,
    RelaunchFactory,
    RespondentFactory,
    ResponseFactory,
    SatisfactionFactory,
    SeriesFactory,
    SessionFactory,
    ThemeFactory,
    TourStopFactory,
    TransitionFactory,
    VisitFactory,
    WaveFactory,
    WordingFactory,
)
from tests.factories.survey_waves import closed_wave, respond

Values = dict[str, dict[str, object]]
# Answers of the machine, of a proxy or of a provider: no role changes them, their own tests hold them.
ELSEWHERE = {"health_check", "robots", "django.contrib.sitemaps.views.sitemap"}
# The admin's answer to an address that does not exist, and its sign-in page, which allauth's replaces.
NOT_A_PAGE = {"admin:None", "admin:login"}
QUERIES = {
    "admin:autocomplete": "?app_label=directory&model_name=collectivite&field_name=country",
    "admin:directory_actor_autocomplete": "?app_label=directory&model_name=collectivite&field_name=successor",
}


def values_for(people: dict[str, Any]) -> Values:
    """What each parameter of an address is: by route name, by role for its own structures, or for all routes."""
    actor = CommuneFactory(name="Angoulême", code="16015", email="mairie@angouleme.exemple")
    elsewhere = CommuneFactory(name="Cognac", code="16102")
    own = AttachmentFactory(accepted=True, actor=actor, is_principal=True, user=people["référent principal"])
    AttachmentFactory(accepted=True, actor=elsewhere, user=people["référent ailleurs"])
    simple = AttachmentFactory(accepted=True, actor=actor, user=people["référent simple"])
    colleague = AttachmentFactory(accepted=True, actor=actor)
    proposal = ChangeProposalFactory(actor=actor, by_user=people["référent principal"])
    change = FieldChangeFactory(proposal=proposal)
    invitation = InvitationFactory(actor=actor, invited_by=people["référent principal"])
    message = MessageFactory(kind="tests.reminder", category="service")
    jumelage = JumelageFactory(collectivite=actor)
    document = JumelageDocumentFactory(jumelage=jumelage, is_public=True)
    ThemeFactory(code="education")
    CountryFactory(iso2="SN")
    project = ProjectFactory(dac_code="14030", starts_on="2025-01-01", country_codes=["SN"])  # the IATI file tells it
    ProjectActorFactory(project=project, actor=actor)
    refresh_projects([project.pk])
    project.refresh_from_db()
    search = PartnerSearchFactory(actor=actor, published=True)
    partners = PartnerFactory.create_batch(2)
    contact = ContactFactory(actor=actor)
    questionnaire = QuestionnaireFactory(published=True)
    results = wave_with_results()
    draft = QuestionnaireFactory(code="a-ecrire")
    wave = WaveFactory(questionnaire=questionnaire)
    respondent = RespondentFactory(invitation__wave=wave)
    ResponseFactory(invitation=respondent.invitation, sent=True, values={"Q1": "non"})
    file_of_answer = AnswerFileFactory(invitation=respondent.invitation)
    event = EventFactory(host=actor, organiser=people["référent principal"])
    registration = RegistrationFactory(event=event, user=people["membre"])
    group = GroupFactory()
    GroupMemberFactory(group=group, chair=True, user=people["référent principal"])
    joining = GroupMemberFactory(group=group, pending=True)
    action = GroupActionFactory(group=group)
    file = EventDocumentFactory(event=event)
    question = EventQuestionFactory(event=event)
    session = SessionFactory(event=event)
    visit = VisitFactory(actor=actor)
    return {
        **{
            name: {"pk": visit.pk}
            for name in (
                *("visit_detail", "visit_change", "visit_postpone", "visit_cancel", "visit_report", "visit_sheet"),
            )
        },
        "commitment_tick": {"pk": CommitmentFactory(visit=visit).pk},
        **{
            name: {"slug": results.slug}
            for name in (
                *("wave_results", "wave_results_publish", "wave_results_withdraw", "published_results"),
                *(
                    "wave_export_csv",
                    "wave_export_xlsx",
                    "wave_export_long",
                    "wave_export_codebook",
                    "wave_export_public",
                ),
                "published_results_csv",
            )
        },
        **{name: {"slug": results.slug, "code": "Q3"} for name in ("wave_texts", "wave_texts_csv")},
        "wave_text_code": {"slug": results.slug, "code": "Q3", "pk": results.responses.earliest("pk").pk},
        **{
            name: {"token": respondent.token}
            for name in (
                *("questionnaire", "questionnaire_review", "questionnaire_done", "questionnaire_receipt"),
                "questionnaire_colleague",
                "questionnaire_paper",
            )
        },
        "questionnaire_file": {"token": respondent.token, "pk": file_of_answer.pk},
        "survey_file": {"slug": wave.slug, "pk": respondent.invitation_id, "file": file_of_answer.pk},
        "questionnaire_page": {"token": respondent.token, "page": "debut"},
        **{
            name: {"slug": wave.slug}
            for name in (
                *("wave_board", "wave_update", "wave_gesture", "survey_invitations", "survey_invitations_csv"),
                "survey_invitations_xlsx",
            )
        },
        **{
            name: {"slug": wave.slug, "pk": respondent.invitation_id, "channel": "telephone", "page": "debut"}
            for name in (
                *("survey_invitation", "survey_invitation_gesture", "survey_entry_start", "survey_entry"),
                "survey_entry_review",
                "survey_paper",
            )
        },
        "questionnaire_preview": {"code": questionnaire.code, "version": questionnaire.version},
        "questionnaire_xlsform": {"code": questionnaire.code, "version": questionnaire.version},
        "draft_new_version": {"code": questionnaire.code},
        **{
            name: {"code": draft.code, "section": "debut", "question": "Q2", "place": "Q3"}
            for name in (
                *(
                    "draft_edit",
                    "draft_head",
                    "draft_gesture",
                    "draft_section_add",
                    "draft_section",
                    "draft_question_add",
                ),
                *("draft_question", "draft_put", "draft_remove", "draft_publish", "draft_drop"),
            )
        },
        **{
            name: {"slug": event.slug}
            for name in (
                *("event_manage", "event_edit", "event_publish", "event_duplicate", "event_series", "event_postpone"),
                *("event_cancel", "event_question_add", "event_session_add", "event_document_add", "event_write"),
                *("event_people", "event_people_csv", "event_people_xlsx", "event_person_add"),
            )
        },
        **{
            name: {"slug": group.slug}
            for name in (
                *("group_detail", "group_join", "group_leave", "group_manage", "group_edit", "group_action_add"),
                *("group_document_add", "group_membership", "group_invite"),
            )
        },
        "group_member": {"slug": group.slug, "pk": joining.pk},
        "group_action": {"slug": group.slug, "pk": action.pk},
        "event_person": {"slug": event.slug, "pk": registration.pk},
        "event_question_remove": {"slug": event.slug, "pk": question.pk},
        "event_session_remove": {"slug": event.slug, "pk": session.pk},
        "event_document": {"pk": file.pk},
        "event_document_remove": {"pk": file.pk},
        "event_detail": {"slug": event.slug},
        "event_map_card": {"pk": event.pk},
        "group_calendar": {"slug": group.slug},
        "group_feed": {"slug": group.slug},
        "event_calendar": {"slug": event.slug},
        "event_register": {"slug": event.slug},
        "registration": {"token": registration.token},
        "event_invitation": {"token": EventInvitationFactory(event=event).token},
        "event_invite": {"slug": event.slug},
        "event_invite_addresses": {"slug": event.slug},
        "event_invitations": {"slug": event.slug},
        "event_invitations_csv": {"slug": event.slug},
        "event_invitations_remind": {"slug": event.slug},
        "registration_calendar": {"token": registration.token},
        "registration_code": {"token": registration.token},
        "registration_opinion": {"token": registration.token},
        "event_door": {"slug": event.slug},
        "door_mark": {"slug": event.slug, "pk": registration.participants.get().pk},
        "door_walk_in": {"slug": event.slug},
        "door_close": {"slug": event.slug},
        "door_scan": {"token": registration.token},
        "attendance_sheet": {"slug": event.slug},
        "event_certificates": {"slug": event.slug},
        "registration_certificate": {"token": registration.token},
        "contact_list": {"pk": own.pk},
        "contact_add": {"pk": own.pk},
        "contact_edit": {"pk": own.pk, "contact_pk": contact.pk},
        "contact_leave": {"pk": own.pk, "contact_pk": contact.pk},
        "contact_remove": {"pk": own.pk, "contact_pk": contact.pk},
        "contact_ask": {"pk": own.pk, "contact_pk": contact.pk},
        "project_detail": {"slug": project.slug},
        "project_report": {"slug": project.slug},
        "message": {"pk": message.pk},
        "jumelage_detail": {"slug": jumelage.slug},
        "jumelage_sheet": {"slug": jumelage.slug},
        "jumelage_end": {"slug": jumelage.slug},
        "jumelage_revive": {"slug": JumelageFactory(collectivite=actor, vitality="clos").slug},
        "jumelage_edit": {"slug": jumelage.slug},
        "jumelage_report": {"slug": jumelage.slug},
        "jumelage_document": {"slug": jumelage.slug, "pk": document.pk},
        "jumelage_document_add": {"slug": jumelage.slug},
        "jumelage_document_remove": {"slug": jumelage.slug, "pk": document.pk},
        "jumelage_card": {"pk": jumelage.pk},
        "relaunch_ask": {"slug": jumelage.slug},
        "relaunch_detail": {"pk": jumelage.pk},
        "relaunch_close": {"pk": jumelage.pk},
        "follow_up_mail": {"pk": jumelage.pk, "purpose": "nouvelles"},
        "partner_search_detail": {"slug": search.slug},
        "partner_search_edit": {"slug": search.slug},
        "partner_search_close": {"slug": search.slug},
        "partner_search_review": {"pk": search.pk},
        "field_conflict": {"pk": FieldReportFactory(visit__actor=actor).pk},
        "need_detail": {"pk": NeedFactory(actor=actor).pk},
        "country_detail": {"code": "de"},
        "theme_detail": {"code": "education"},
        "api_actor_by_code": {"nature": actor.nature, "code": actor.code},
        "api_jumelage": {"numero": jumelage.pk},
        "api_project": {"numero": project.pk},
        "api_event": {"numero": event.pk},
        "api_unknown": {"rest": "nulle/part"},
        "": {
            "dataset": "acteurs",
            "slug": actor.slug,
            "pk": actor.pk,
            "provider": "postmark",
            "app_label": "directory",
        },
        "référent simple": {"pk": simple.pk},
        "my_attachment": {"pk": own.pk},
        "attachment_leave": {"pk": own.pk},
        "attachment_hand_over": {"pk": own.pk, "other_pk": colleague.pk},
        "attachment_remove": {"pk": own.pk, "other_pk": colleague.pk},
        "invitation_cancel": {"pk": own.pk, "invitation_pk": invitation.pk},
        "attachment_review": {"pk": own.pk},
        "attachment_make_principal": {"pk": colleague.pk},
        "duplicate_pair": {"first": partners[0].pk, "second": partners[1].pk},
        "duplicate_jumelages": {"first": jumelage.pk, "second": JumelageFactory().pk},
        "merge_undo": {"pk": MergeFactory().pk},
        "proposal_withdraw": {"pk": proposal.pk},
        "proposal_review": {"pk": proposal.pk},
        "proposal_undo": {"pk": proposal.pk, "change_pk": change.pk},
        "signed_link": {"token": signed_links.make("fiche", actor.pk, version=actor.link_version).token},
        "opposition": {"token": signed_links.make("stop", message.pk).token},
    }


def wave_with_results() -> Wave:
    """A wave whose results are published."""
    wave = closed_wave(results_published_at=timezone.now())
    respond(wave, [{"Q1": "oui", "Q2": "Pau", "Q3": "Bravo"}] * 5 + [{"Q1": "non", "Q3": "Merci"}] * 5)
    return wave


def addresses(arguments: Values, role: str) -> dict[str, str]:
    """Route name → an address of it, for all our routes and allauth's, as `role` would ask for it."""
    found = {}
    for address, route in routes(get_resolver()):
        if address.startswith("gestion/") or route.name in ELSEWHERE or not route.name:
            continue
        wanted = route.pattern.converters if not address.startswith("compte/") else {}
        own = arguments.get(role, {}) if address.startswith("mon-espace/structures/") else {}
        values = {**arguments[""], **arguments.get(route.name, {}), **own}
        try:
            found[route.name] = reverse(route.name, kwargs={name: values[name] for name in wanted})
        except (NoReverseMatch, KeyError) as error:
            if not address.startswith("compte/"):
                raise AssertionError(f"{route.name}: say what its parameters are") from error
    return found


def fill_the_workshop(people: dict[str, Any], arguments: Values) -> None:
    """One object at least of each model that the admin shows."""
    actor = Actor.objects.get(pk=arguments[""]["pk"])
    actor.phone = "05 45 00 00 01"
    actor.save(update_fields=["phone"])  # its history has a line
    PartnerFactory()
    ConsentFactory(user=people["membre"])
    for factory in (
        AddressFactory,
        AnswerFactory,
        AnswerFileFactory,
        ConfirmationRequestFactory,
        ContactFactory,
        DatasetLoadFactory,
        EventDocumentFactory,
        EventInvitationFactory,
        EventQuestionFactory,
        FormerAddressFactory,
        GroupActionFactory,
        GroupFactory,
        GroupMemberFactory,
        InformationSwitchFactory,
        JumelageActorFactory,
        MergeFactory,
        ParticipantFactory,
        PartnerSearchFactory,
        PlannedReminderFactory,
        ProjectActorFactory,
        RelaunchFactory,
        SatisfactionFactory,
        SeriesFactory,
        SessionFactory,
        ThemeFactory,
        TransitionFactory,
        WordingFactory,
        AdhesionFactory,
        CommitmentFactory,
        ContactChangeFactory,
        ContactFactFactory,
        ContactWishFactory,
        CoverageTargetFactory,
        FieldAreaFactory,
        FieldReportFactory,
        PersonMetFactory,
        PriorityFactory,
        PrioritySettingsFactory,
        QuickNoteFactory,
        TourStopFactory,
    ):
        factory()
    one, other = sorted((PartnerFactory(), PartnerFactory()), key=lambda partner: partner.pk)
    NotDuplicateFactory(first=one, second=other)


def admin_addresses() -> dict[str, str]:
    """Route name → an address of it, for every page of the admin: lists, forms, histories, transfers, pages of ours."""
    shown = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    actor = Actor.objects.of_nature([Nature.COMMUNE]).by_name().first()
    others = {
        "admin:view_on_site": {"content_type_id": ContentType.objects.get_for_model(Actor).pk, "object_id": actor.pk},
        "admin:app_list": {"app_label": "directory"},
        "admin:mailing_wording_kind": {"code": "tests.note"},
        "admin:mailing_wording_frame": {"code": "tests.note"},
    }
    found = {}
    for address, route in routes(get_resolver()):
        name = f"admin:{route.name}"
        if not address.startswith("gestion/") or name in NOT_A_PAGE or "(?P<url>" in address:
            continue
        values = others.get(name)
        if values is None:
            model = next((model for start, model in shown.items() if name.startswith(f"admin:{start}_")), User)
            values = dict.fromkeys(route.pattern.converters, model._default_manager.earliest("pk").pk)
        found[name] = reverse(name, kwargs=values) + QUERIES.get(name, "")
    return found
