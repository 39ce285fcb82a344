"""The pages of letters to a gathering."""
