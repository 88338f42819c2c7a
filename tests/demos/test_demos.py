"""The demos as a user runs them: each leaves one page that stands alone and tells the truth."""

from demos.__main__ import main
from demos.course import CHAPTERS


def test_without_a_name_the_demos_are_listed(capsys):
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in CHAPTERS)


def test_a_mistyped_name_is_answered_with_the_nearest(capsys):
    assert main(["digit"]) == 2
    assert "did you mean digits?" in capsys.readouterr().err
