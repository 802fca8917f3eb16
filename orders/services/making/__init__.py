"""Orders before anybody signs: typed, copied, pasted, or the whole of one on a page."""
