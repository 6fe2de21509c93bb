"""Work of an editor and a publisher on a pack: the distribution porchlight-editor.

It may import everything of Porchlight. Nothing of Porchlight imports it.
"""
