"""How a study is read, and the draws that a design asks for."""
