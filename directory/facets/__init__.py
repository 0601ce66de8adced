"""How many rows each filter value would leave, under the text and the other filters: all the counts of a search in one statement.

A count beside a value answers « and if I chose this one too? »: each facet is counted under every filter but itself.
"""

from .actors import count, statement
from .common import Facet, Facets, Option
from .jumelages import count_jumelages
from .partner_searches import count_searches
from .projects import count_projects

__all__ = ["Facet", "Facets", "Option", "count", "count_jumelages", "count_projects", "count_searches", "statement"]
