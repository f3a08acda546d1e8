"""Agreement of two readings or more where cells may be missing; people measured again; two tables compared. Pure."""
