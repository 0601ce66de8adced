"""The whole language of mails' words: conditions, lists and three filters; what else a template could do is unknown here."""

from django import template
from django.template.defaultfilters import default, join, length
from django.template.defaulttags import do_for, do_if

register = template.Library()
register.tag("if", do_if)
register.tag("for", do_for)
register.filter(default)
register.filter("length", length)
register.filter("join", join)
