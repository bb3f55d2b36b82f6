"""Reports: one page that holds everything, tables for programs, and marker lists for an editor's timeline."""
