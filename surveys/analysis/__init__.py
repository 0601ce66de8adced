"""Results: counted by stratum (`tally`), weighed (`weights`), told as tables (`results`), published so that nobody is recognised
(`suppression`, `published_results`), given as files (`exports`, `public_file`). Why so: docs/decisions/0017-results.md."""
