"""The program: intake, imaging, hanging, reading and the windows that show them."""
