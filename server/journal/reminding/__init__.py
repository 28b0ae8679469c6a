"""Reminders to write about the day: opt-in, never in quiet hours, and fewer rather than more."""
