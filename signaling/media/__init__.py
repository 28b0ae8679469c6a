"""Where media flows: one backend per file, all behind `backend.py`."""
