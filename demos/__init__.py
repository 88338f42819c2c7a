"""Runnable stories, one a module: `python -m demos NAME`.

course      the chapters in order, each a module with a function `tell`; their words are in `texts/`
story       a chapter's text with its numbers in place; `language`: English or Korean
report      the page it becomes; `source`: program text in colours; `glossary`: its words explained
figures     what the chapters draw, and `digit_figures`, `sequence_figures`, `check_figures` for one
            each; `moving`: figures that play
notebooks   the same chapters for Jupyter
letters     the text that `sequence` reads; `data`: digits and houses; `pad`: a page to draw on
"""
