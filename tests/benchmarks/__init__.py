"""Tests of `seisview benchmark` at tiny sizes, and a script for real seismic that takes many minutes."""
