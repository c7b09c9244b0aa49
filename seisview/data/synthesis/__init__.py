"""The parts of the synthetic survey: structure, rock, bodies and acquisition; see :mod:`..synthetic`."""
