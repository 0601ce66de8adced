"""The pages of the outreach, one module for each of its rooms."""
