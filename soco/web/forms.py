"""How every form of the site is drawn: `{{ form }}` gives labels, help, errors tied to their fields, and their summary."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
