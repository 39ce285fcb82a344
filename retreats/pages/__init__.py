"""Pages composed of several slices. They only read, and post to the slice that acts."""
