"""Which facts of a fiche its own people may change, and which of those staff always reads first."""
