"""Notebooks run as they stand, and their two forms are the same notebook."""

from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def sources(notebook):
    return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells if cell.source.strip()]


def test_every_notebook_has_both_forms():
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_text_and_notebook_agree(name):
    executed = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    assert sources(executed) == sources(jupytext.read(FOLDER / f"{name}.py"))
    code = [cell for cell in executed.cells if cell.cell_type == "code" and cell.source.strip()]
    assert all(cell.execution_count for cell in code), "commit it executed"
    assert (FOLDER / f"{name}.ipynb").stat().st_size < 600_000
    text = (FOLDER / f"{name}.ipynb").read_text()
    for place in (FOLDER.parent, Path.home()):
        assert f"{place}/" not in text


def executed_again(name):
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}})
    return client.execute()


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_without_an_archive(name, tmp_path, monkeypatch):
    monkeypatch.setenv(
        "ALTROTATION_ARCHIVE", str(tmp_path / "none")
    )  # as for a reader who has none
    executed_again(name)


@pytest.mark.archive
def test_the_cells_that_need_an_archive_run_with_it(archive_path, monkeypatch):
    monkeypatch.setenv("ALTROTATION_ARCHIVE", str(archive_path))
    notebook = executed_again("07_cycle_2024")  # the shortest of those that hold coins
    shown = [str(output) for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not [text for text in shown if "no raw archive" in text]
