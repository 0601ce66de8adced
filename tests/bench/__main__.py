"""Runs the scenarios named on the command line, or all; exit code 1 when a promise is not kept."""

import argparse
import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from tests.bench import (  # noqa: E402
    agenda,
    answers,
    cooperation,
    coverage,
    duplicates,
    imports,
    mailing,
    opendata,
    outreach,
    pages,
    quality,
    surveys_results,
    tours,
    volumes,
)
from tests.bench.measure import Figure  # noqa: E402

SCENARIOS = {
    "load_france": volumes.load_france,
    "search_page": pages.search_page,
    "search_sql": pages.search_sql,
    "facets_cached": pages.facets_cached,
    "weights": volumes.weights,
    "csv_stream": volumes.csv_stream,
    "links_pages": cooperation.links_pages,
    "neighbours": cooperation.neighbours,
    "links_stream": cooperation.links_stream,
    "sheet": cooperation.sheet,
    "import_5000": imports.import_5000,
    "import_bad_200000": imports.import_bad_200000,
    "api_page": opendata.api_page,
    "open_data_stream": opendata.open_data_stream,
    "mail_enqueue": mailing.mail_enqueue,
    "mail_delivery": mailing.mail_delivery,
    "mail_claim": mailing.mail_claim,
    "duplicates": duplicates.duplicates,
    "registrations": agenda.registrations,
    "reminders": agenda.reminders,
    "answers": answers.answers,
    "wave_preparation": answers.wave_preparation,
    "surveys_results": surveys_results.surveys_results,
    "surveys_csv": surveys_results.surveys_csv,
    "priorities": outreach.priorities,
    "tour_12_stops": tours.tour_12_stops,
    "coverage_board": coverage.coverage_board,
    "search_codes": quality.search_codes,
    "search_quality": quality.search_quality,
}


def row(figure: Figure) -> str:
    def shown(value: float | None) -> str:
        return "" if value is None else f"{value:.1f}"

    mark = "✓" if figure.ok else "✗"
    return (
        f"{mark} {figure.scenario:<52} {figure.size:>7} {shown(figure.value):>10} {figure.unit:<6}"
        f" p95 {shown(figure.p95):>8}  base {shown(figure.baseline):>9}"
        f"  × {shown(figure.ratio):>7}  limite {shown(figure.limit):>8}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="./portal bench", description="Mesures du portail.")
    parser.add_argument("--full", action="store_true", help="tous les noms de la région, au lieu d’un tirage de 600")
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *SCENARIOS], help=", ".join(SCENARIOS))
    arguments = parser.parse_args()
    call_command("collectstatic", interactive=False, verbosity=0)
    kept = True
    for name in arguments.names or SCENARIOS:
        print(f"… {name}", file=sys.stderr, flush=True)
        for figure in SCENARIOS[name](arguments.full):
            print(json.dumps(figure.as_json(), ensure_ascii=False), flush=True)
            print(row(figure), file=sys.stderr, flush=True)
            kept &= figure.ok
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
