"""The papers of the outreach, as PDF files."""
