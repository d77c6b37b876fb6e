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


@pytest.mark.parametrize("name", NAMES)
def test_it_runs(name):
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
