"""The scale-out drill: two web and two worker processes on PostgreSQL and Redis, under load, while one thing after the other fails."""
