"""Everything a reader can do, declared once as data: menus, keys and help are made from it."""
