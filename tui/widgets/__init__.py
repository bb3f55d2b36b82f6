"""Widgets that paint their own lines: pictures, tables, timelines. They know nothing of submissions."""
