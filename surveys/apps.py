"""Questionnaires: what collectivités are asked, and what they answer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("enquêtes")

    def ready(self) -> None:
        from directory.services import demo, merging
        from soco.web import registries, slots
        from surveys import blocks, notifications, people, queues
        from surveys.services.demo import count_demo_wave, remove_demo_wave, seed_demo_wave

        notifications.register()
        demo.extend("surveys", demo.Addition(seed_demo_wave, remove_demo_wave, count_demo_wave))
        for queue in queues.QUEUES:
            registries.register(queue)
        registries.register(people.PERSONAL_DATA)
        registries.register(people.PURGE)
        merging.follow("surveys.Invitation", "actor")
        slots.fill("staff.tools", blocks.staff_tools, order=20)
        slots.fill("layout.footer", blocks.footer, order=10)
        slots.fill("link.lost", blocks.lost_link, order=10)
