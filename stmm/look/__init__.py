"""How every page looks: template tags, the frame's settings, and the pages about the site."""
