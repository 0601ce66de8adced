"""The pages of the outreach, one module or more for each of its rooms."""
