"""Questionnaires as XLSForm files, that other tools of collection read and write: `exporting`, `importing`, and what gets lost."""
