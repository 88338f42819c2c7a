"""Weights survive in a file: complete, by name, and never run."""

import json
import os

import numpy as np
import pytest
import safetensors.numpy

import nn


def network():
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


def test_a_round_trip_keeps_every_bit(tmp_path):
    model, other = network(), network()
    model.save(tmp_path / "w.safetensors")
    other.load(tmp_path / "w.safetensors")
    for name, array in model.state_dict().items():
        assert other.state_dict()[name].tobytes() == array.tobytes()


def test_others_can_read_the_file_by_the_parameters_names(tmp_path):
    model = network()
    model.save(tmp_path / "w.safetensors")
    found = safetensors.numpy.load_file(tmp_path / "w.safetensors")
    assert set(found) == {"0.weight", "0.bias", "2.weight", "2.bias"}
    np.testing.assert_array_equal(found["2.weight"], model[2].weight.data)


def test_the_file_is_a_header_of_text_and_then_numbers(tmp_path):
    network().save(tmp_path / "w.safetensors")
    content = (tmp_path / "w.safetensors").read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    assert header["0.bias"]["dtype"] == "F32"


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "w.safetensors"
    network().save(path)
    before = path.read_bytes()

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        network().save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]


def test_loading_while_a_graph_is_alive_is_noticed(tmp_path):
    model = network()
    model.save(tmp_path / "w.safetensors")
    loss = model(np.ones((1, 3))).sum()
    model.load(tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match=r"0\.weight|0\.bias|2\.weight|2\.bias"):
        loss.backward()


def test_a_missing_file_says_which_there_are(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file .*a.safetensors'; model.save\(path\)"):
        network().load(tmp_path / "a.safetensors")
    network().save(tmp_path / "b.safetensors")
    with pytest.raises(FileNotFoundError, match=r"the folder has b\.safetensors"):
        network().load(tmp_path / "a.safetensors")
    with pytest.raises(FileNotFoundError, match="is a folder; give the file in it"):
        network().load(tmp_path)
    with pytest.raises(FileNotFoundError, match="its folder does not exist"):
        network().load(tmp_path / "nowhere" / "a.safetensors")


def test_a_missing_folder_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*mkdir\(parents=True\)"):
        network().save(tmp_path / "nowhere" / "a.safetensors")


@pytest.mark.parametrize("damage", [lambda b: b[:-3], lambda b: b"", lambda b: b"hello" * 9])
def test_a_damaged_file_changes_nothing_and_says_so(tmp_path, damage):
    path = tmp_path / "w.safetensors"
    network().save(path)
    path.write_bytes(damage(path.read_bytes()))
    model = network()
    before = model.state_dict()
    with pytest.raises(ValueError, match="is damaged or no safetensors file"):
        model.load(path)
    assert all((before[name] == array).all() for name, array in model.state_dict().items())


def test_weights_of_another_model_change_nothing_and_all_misfits_are_listed(tmp_path):
    nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2)).save(tmp_path / "w.safetensors")
    model = network()
    before = model.state_dict()
    with pytest.raises(ValueError, match="the weights do not fit this model") as error:
        model.load(tmp_path / "w.safetensors")
    for line in (
        "missing: 2.weight (2, 4)",
        "unexpected: 1.bias (2,)",
        "shape: 0.bias is (4,) here, (5,) there",
    ):
        assert line in str(error.value)
    assert all((before[name] == array).all() for name, array in model.state_dict().items())


def test_state_dict_is_a_copy():
    model = nn.Linear(2, 2)
    model.state_dict()["weight"][:] = 0
    assert (model.weight.data != 0).all()
