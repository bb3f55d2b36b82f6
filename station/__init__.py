"""The domain: submission, standard, judgement, papers, workflow, store, reports; and the command line.

Nothing heavy is imported here; import the module you need (`station.examine`, `station.store`, `station.desk` …).
"""
