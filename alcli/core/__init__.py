"""The pure core: values in, values out; no path, no clock, no terminal, no global generator."""
