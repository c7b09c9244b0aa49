"""What `seisview benchmark` measures: one module per table of the README, each with ``run(options)``.

The top layer beside `cli` and `gui`: it may import everything, and only `cli/benchmark.py` imports it.
"""
