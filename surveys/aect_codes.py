"""What some questions of the AECT questionnaire mean for the network: their codes never change from one wave to the next."""

SERVICES_KNOWN = "Q33"  # a grid: a line for each service
SERVICES_WANTED = "Q35"  # a ranking: its choices have the services' values, and some more
NOT_KNOWN, KNOWN, USED, USEFUL = "inconnu", "connu", "utilise", "utile"  # the columns of the grid
STATISTICS = "statistiques"  # the choice of an agreement: « réutiliser mes réponses, sans mon nom »
