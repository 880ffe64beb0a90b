import numpy as np
import pytest

from fashionlab import metrics, pretrained
from fashionlab.errors import WeightsError
from fashionlab.metrics import embedding


def test_embedding_keeps_the_order_over_batches(real, monkeypatch):
    whole = metrics.embed(real["test"][:30])
    monkeypatch.setattr(embedding, "BATCH", 7)
    parts = metrics.embed(real["test"][:30], pretrained.features("plain_features"))
    assert whole.features.shape == (30, 128)
    assert whole.logits.shape == (30, 10)
    assert whole.features.min() >= 0
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_network_is_loaded_once(real, monkeypatch):
    metrics.embed(real["test"][:1])
    monkeypatch.setattr(pretrained, "features", lambda name: pytest.fail("loaded again"))
    metrics.embed(real["test"][:1])


def test_a_network_that_is_not_there_is_refused(real):
    with pytest.raises(WeightsError, match="No trained network 'inception'"):
        metrics.embed(real["test"][:1], "inception")


def test_progress_goes_to_stderr_and_only_if_wanted(real, capsys):
    metrics.embed(real["test"][:1])
    assert capsys.readouterr() == ("", "")
    metrics.embed(real["test"][:1], progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Embedding with plain_features" in err
