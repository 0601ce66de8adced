"""Speed, memory and search quality, measured beside a baseline in the same run: `./portal bench [--full] [NAME …]`.

Each scenario is a function that yields `Figure`s. One JSON object per line on standard output; a readable table and the
progress on standard error. Never part of the suite: machines differ, a timed test lies.
"""
