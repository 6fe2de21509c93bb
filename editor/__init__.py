"""Tools for a pack's editors and publishers: the distribution porchlight-editor.

The editor may import anything from Porchlight. Nothing in Porchlight imports the editor.
"""
