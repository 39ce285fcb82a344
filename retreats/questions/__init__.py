"""Forms and questions: one mechanism for whoever asks. Who keeps the answers belongs to the slice that asks."""
