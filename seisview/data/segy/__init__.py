"""SEG-Y: detection, headers, geometry, samples, reading and writing."""
