"""Plots of the pages, from matplotlib to SVG in both palettes. Knows matplotlib."""
