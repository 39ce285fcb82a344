"""Pages composed of several slices: they only read, and post to the slice that acts."""
