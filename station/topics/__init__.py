"""Topics of a round: from the units' 附件1 forms over the first check and the vote to the ones that are chosen.

`types` holds the values, `rules` who may do what when, `forms` reads forms, `votes` reads what came back from the vote,
`ranking` orders it, `ballot` writes the voting list.
"""
