"""A batch on a Dask cluster that runs already."""

import sys

import pytest

from core.cli.batch.cluster import run_on_cluster
from core.errors import InvalidRequestError
from tests.core.cli.batch import stand_ins


@pytest.fixture
def cluster():
    distributed = pytest.importorskip("distributed", reason="the extra `batch` is not installed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        yield cluster


@pytest.mark.filterwarnings("ignore")  # of Dask's own
def test_folder_is_edited_by_a_cluster_as_it_is_here(run_batch, folders, cluster):
    code, answer, _ = run_batch("--dask", cluster.scheduler_address)
    assert (code, answer["done"]) == (0, 3)
    assert (folders[1] / "a.jpg").read_bytes() == b"a.jpg"
    assert run_batch()[1]["unchanged"] == 3


@pytest.mark.filterwarnings("ignore")
def test_cluster_goes_on_after_a_bad_photo_and_says_why(run_batch, folders, cluster):
    (folders[0] / "bad.jpg").write_bytes(b"bad")
    code, answer, err = run_batch("--dask", cluster.scheduler_address)
    assert (code, answer["done"], answer["failed"]) == (4, 3, 1)
    assert "bad.jpg: bad.jpg is a bad photo." in err


def test_without_dask_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InvalidRequestError, match="needs the package distributed"):
        next(run_on_cluster(stand_ins.double, [1], "tcp://127.0.0.1:1"))


@pytest.mark.filterwarnings("ignore")
def test_address_where_nobody_answers_is_one_sentence(monkeypatch):
    pytest.importorskip("distributed", reason="the extra `batch` is not installed")
    monkeypatch.setattr("core.cli.batch.cluster._ANSWER_WITHIN", "1s")
    with pytest.raises(InvalidRequestError, match="No Dask scheduler answers"):
        next(run_on_cluster(stand_ins.double, [1], "tcp://127.0.0.1:1"))
