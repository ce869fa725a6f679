"""Measures the hub beside nginx; see Benchmarks/README.md."""
