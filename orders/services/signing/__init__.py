"""From a maker’s hands to a signature, and the CATR’s word that may come before it."""
