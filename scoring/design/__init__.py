"""Design of a read, and the draws that it asks for."""
