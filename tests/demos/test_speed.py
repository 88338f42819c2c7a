"""`python -m demos speed`: every library in its own process, in turn, and honest about gaps."""

import json
import sys

import pytest

from demos import speed
from demos.__main__ import main
from demos.language import label, speaking
from demos.speed import costs, page
from demos.speed.rows import OURS, PEERS, ROWS, Row
from demos.speed.runner import Measured, Result, Runner, start


def measured(library, seconds, first=(0.0,), anew=(0.0,)):
    return Measured(library, "1.0", list(seconds), list(first), anew=list(anew))


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What one real run left: the smallest network, against a library that does not exist."""
    out = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "ROWS", (Row("mlp", "256-64-10", ("nonesuch", "chainrule")),))
        patch.setattr(speed, "PEERS", {"nonesuch": "no library", "chainrule": "itself"})
        patch.setattr(page, "PEERS", {**PEERS, "nonesuch": "no library", "chainrule": "itself"})
        patch.setattr(speed, "QUICK_SECONDS", 0.01)
        patch.setattr(costs, "importing", lambda turns: (0.2, 0.1, 0.1))
        patch.setattr(costs, "per_node", lambda nodes: (1e-6, 1e-6))
        assert main(["speed", "--quick", "--peers", "nonesuch", "--out", str(out)]) == 0
    return out / "speed"


def test_speed_says_which_peer_is_absent_and_how_to_name_one(answers):
    (result,) = json.loads((answers / "speed.json").read_text())["results"]
    assert "nonesuch_steps" in result["missing"]["nonesuch"]
    assert "--python PATH" in (answers / "index.html").read_text()


def test_speed_measures_eager_and_jit_in_as_many_turns(answers):
    (result,) = json.loads((answers / "speed.json").read_text())["results"]
    assert list(result["runs"]) == list(OURS)
    assert [len(run["seconds"]) for run in result["runs"].values()] == [3, 3]


def test_the_ratio_is_that_of_neighbours_in_time():
    row = Result(
        ROWS[0], {"a": measured("a", (1.0, 2.0, 8.0)), "b": measured("b", (2.0, 4.0, 8.0))}
    )
    assert row.ratios("a", "b") == [2.0, 2.0, 1.0]


def test_jit_is_repaid_once_the_saved_time_makes_up_for_the_first_calls():
    runs = {
        "chainrule": measured("chainrule", (2.0, 2.0), (2.0, 2.0), (2.0, 2.0)),
        "chainrule-jit": measured("chainrule-jit", (1.0, 1.0), (9.0, 3.0), (4.0, 3.0)),
    }
    ((_, saved, *first_and_anew),) = page.starting([Result(ROWS[0], runs)])
    assert saved == "1,000"
    assert first_and_anew == ["10,000", "10 steps", "5,000", "5 steps"]


def test_a_reason_names_a_file_and_line_without_the_folders_above_it():
    note = "stays eager, because it reads a value at /home/my own/net.py:12"
    run = Measured("chainrule-jit", "1.0", [1.0], [0.0], note)
    (gap,) = page.gaps([Result(ROWS[0], {"chainrule-jit": run})])
    assert gap == ("`chainrule-jit`", "stays eager", "`moons`", "`it reads a value at net.py:12`")


def test_a_library_that_is_absent_is_named_once_with_all_programs_it_would_have_run():
    results = [Result(row, {}, {"torch": "No module named torch"}) for row in ROWS[1:3]]
    (gap,) = page.gaps(results)
    assert gap == ("`torch`", "absent", "`mlp`, `mlp3`", "`No module named torch`")


@pytest.mark.parametrize("words", [*(row.title for row in ROWS), "stays eager", "none here"])
def test_programs_and_what_became_of_them_are_named_in_korean_too(words):
    with speaking("ko"):
        assert label(words) != words


def test_every_row_has_our_program_for_it_and_known_peers():
    for row in ROWS:
        assert set(row.peers) <= set(PEERS)


@pytest.mark.parametrize("name", ["chain", "lstm"])
def test_a_worker_runs_a_program_eagerly_and_compiled(name):
    for library in OURS:
        runner, why = start(library, name, (), 1)
        assert runner, why
        assert runner.time(0.001) > 0
        assert runner.close() == ""


def test_a_worker_that_cannot_import_its_library_says_so():
    with pytest.raises(ImportError, match="nonesuch"):
        Runner(sys.executable, "nonesuch", "mlp", 1)


def test_a_mistyped_peer_is_answered_with_those_there_are(capsys, tmp_path):
    assert main(["speed", "--peers", "pytorch", "--out", str(tmp_path)]) == 2
    assert "no peer 'pytorch'; there are micrograd, torch" in capsys.readouterr().err


def test_a_node_costs_microseconds_to_record_and_to_go_back():
    recorded, back = costs.per_node(1000)
    assert 0 < recorded < 1e-2
    assert 0 < back < 1e-2
