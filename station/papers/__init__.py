"""The papers: 附件1 form, quizzes, commitment letter. Readers turn files into `station.papers.types` values."""
