"""Single-node kind clusters: bring them up from whatever state they were left in."""
