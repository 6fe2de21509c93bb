"""The screen. Knows the pack; does not know the text line.

Reading order: pages (what there is), cards and county (what a hotline page holds), wording (the
screen's own words), typeset (templates), edition (all pages as ready bytes), app (the door),
lastresort (when all else fails).
"""
