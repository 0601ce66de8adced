"""One process that reads a file of jumelages, or imports it: `python -m tests.bench.import_file read|import PATH`.

Prints, last, its peak memory in MB (the kernel's VmHWM), the counts, and the sentence that refuses the file, if one does.
"""

import io
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import CommandError, call_command  # noqa: E402

from directory.jumelage_lines import read_header, read_lines  # noqa: E402
from soco.web.table_stream import open_table  # noqa: E402


def read(path: Path) -> str:
    with open_table(path) as table:
        header = read_header(table.rows)
        return f"total: lines={sum(1 for _line in read_lines(header, table.rows))}"


def imported(path: Path) -> str:
    output, refusal = io.StringIO(), ""
    try:
        call_command("import_jumelages", str(path), "--apply", stdout=output)
    except CommandError as error:
        refusal = str(error)
    lines = output.getvalue().splitlines()
    told = sum(line.startswith("ligne") for line in lines)
    return f"{lines[-1]} told={told} {refusal}"


if __name__ == "__main__":
    result = {"read": read, "import": imported}[sys.argv[1]](Path(sys.argv[2]))
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(int(status["VmHWM"].split()[0]) / 1024, result.strip())
