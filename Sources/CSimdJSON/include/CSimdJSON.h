// Placeholder until the shim is written.
