import pytest

from fashionlab import budgets
from fashionlab.backend import tf
from fashionlab.errors import ConfigurationError


@pytest.mark.parametrize("name", ["smoke", "laptop", "gpu"])
def test_the_environment_variable_decides(monkeypatch, name):
    monkeypatch.setenv("FASHIONLAB_BUDGET", name)
    assert budgets.current() == name
    assert budgets.budget(smoke="smoke", laptop="laptop", gpu="gpu") == name


@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.parametrize(("gpus", "name"), [([], "laptop"), (["one"], "gpu")])
def test_unset_or_empty_it_lets_the_machine_decide(monkeypatch, gpus, name, empty):
    monkeypatch.setenv("FASHIONLAB_BUDGET", "")
    if not empty:
        monkeypatch.delenv("FASHIONLAB_BUDGET")
    monkeypatch.setattr(tf.config, "list_physical_devices", {"GPU": gpus}.get)
    assert budgets.current() == name


@pytest.mark.parametrize("word", ["Laptop", "fast"])
def test_another_word_is_refused_with_the_known_ones(monkeypatch, word):
    monkeypatch.setenv("FASHIONLAB_BUDGET", word)
    with pytest.raises(ConfigurationError, match=f"='{word}' is not.*smoke, laptop, gpu"):
        budgets.budget(smoke=1, laptop=2, gpu=3)
