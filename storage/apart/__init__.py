"""Images of a reader's copy that lie apart, on a server or a share: sealed pieces, and the list that opens them."""
