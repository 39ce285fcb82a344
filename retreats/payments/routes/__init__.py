"""The pages on which money moves: paying, and what the house notes by hand or sends back."""
