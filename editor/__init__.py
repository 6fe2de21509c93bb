"""Tools for a pack's editors and publishers: the distribution porchlight-editor.

It may import anything from Porchlight. Nothing in Porchlight imports it.
"""
