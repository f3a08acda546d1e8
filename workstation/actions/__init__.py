"""Actions of a reader, declared once as data: menus, keys and help are made from them."""
