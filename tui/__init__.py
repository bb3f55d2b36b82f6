"""The screens that operators and experts work in. `tui.main` opens them; nothing heavy is imported here."""
