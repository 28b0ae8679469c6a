"""What a clinician confirms before it is relied on: topics of any feature, and who said yes to which version."""
