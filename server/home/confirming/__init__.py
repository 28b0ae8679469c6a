"""The page on which a clinician of the clinic confirms what the program ships without a source."""
