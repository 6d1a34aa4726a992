"""Answers as text: without their marks, quoted, and taken apart for the scorers."""
