"""One door for mail: every message is a row first, delivered at least once and never twice for one occasion."""
