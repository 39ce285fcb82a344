"""`make kill-test`: kill -9 of web and worker at every named point, and whether the promises of domain.md still hold."""
