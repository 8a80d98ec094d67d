"""Measures the product against floors that are taken in the same run."""
